//! Completes the case from network traces and logs. They are read before anything is redacted, since the values of the case
//! stay in clear. What the user gave is never replaced; contradictions become notes.
use std::io::Read;
use std::sync::atomic::AtomicBool;

use jiff::tz::TimeZone;

use super::support_case::{Case, Named};
use crate::aoc::api::settings::Known;
use crate::collect::flow::item_reader::known_kind;
use crate::collect::plan::items::is_compressed;
use crate::collect::progress::Progress;
use crate::collect::request::Request;
use crate::collect::stoppable::Stoppable;
use crate::collect::trace::seconds;
use crate::redact::{FileKind, identify};
use crate::sources::case_facts::choice;
use crate::sources::case_facts::choice::Choice;
use crate::sources::case_facts::{
    Candidate, Candidates, CaseFacts, newest_first, read_har, read_log,
};
use crate::sources::files::regular_file;
use crate::sources::har::trace_zip;
use crate::sources::item::{Decision, Item, ItemKind, Origin};
use crate::sources::time_window::{anchor, moment_of, newest_stamp};
use crate::text;
use crate::text::Decoded;

/// Asks which of several packages is meant; gives its number, or `None` for none of them.
type Asking<'a> = &'a dyn Fn(&[&Candidate]) -> Option<usize>;

/// How many logs are read, the newest first.
const MOST_LOGS: usize = 6;
/// Most bytes of all of them, and of one.
const MOST_BYTES: u64 = 64 << 20;
const MOST_OF_ONE: u64 = 24 << 20;
/// Candidates of one kind that are listed.
const MOST_LISTED: usize = 20;

/// Reads the network traces and the newest logs, and completes the case of the request.
pub(in crate::collect) fn follow(
    request: &mut Request,
    items: &[Item],
    zone: &TimeZone,
    progress: &dyn Progress,
    stop: &AtomicBool,
) {
    let mut traces = CaseFacts::default();
    let mut logs = CaseFacts::default();
    let read = |kind: ItemKind| {
        items
            .iter()
            .filter(move |i| i.kind == kind && i.decision == Decision::Collect)
    };
    for item in read(ItemKind::Har) {
        if let Some((_, text)) = opened(item, u64::MAX, stop) {
            // What cannot be read here is reported when it is collected.
            let _ = read_har(&mut traces, text, &item.entry);
        }
    }
    let mut budget = MOST_BYTES;
    for item in read(ItemKind::Log).take(MOST_LOGS) {
        let room = budget.min(MOST_OF_ONE);
        budget -= room.min(item.size.unwrap_or(room));
        let newest = match &item.origin {
            Origin::File(path) => regular_file::tail(path, 64 << 10).ok(),
            _ => None,
        };
        let newest = newest.and_then(|tail| newest_stamp(&tail));
        let years = anchor(newest, item.modified, request.clock.now(), zone);
        let when = |line: &[u8]| text::parse(line).map(|stamp| moment_of(stamp, years, zone));
        let _ = match opened(item, room, stop) {
            Some((FileKind::Har, text)) => read_har(&mut traces, text, &item.entry),
            Some((_, text)) => read_log(&mut logs, text, &item.entry, &when),
            None => Ok(()),
        };
    }
    let window = request.window;
    traces.retain(|at| window.contains(at));
    logs.retain(|at| window.contains(at));
    let ask = request.ask;
    let asking = |list: &[&Candidate]| {
        let mut answer = None;
        progress.pause(&mut || answer = ask.and_then(|ask| ask(list)));
        answer
    };
    let asking = ask.is_some().then_some(&asking as Asking<'_>);
    complete(&mut request.case, traces, logs, asking);
}

/// Asks for the token settings where neither the API nor a trace gives them and the user can be asked.
pub(in crate::collect) fn ask_settings(request: &mut Request, progress: &dyn Progress) {
    let asked = request.api.question().is_some_and(|q| q.cloud.is_some());
    let known = asked || !request.case.facts.settings.is_empty();
    let Some(ask) = request.ask_settings.filter(|_| !known) else {
        return;
    };
    let mut answers = Vec::new();
    progress.pause(&mut || answers = ask());
    let at = seconds(request.clock.now());
    let typed = answers.into_iter().map(|(setting, seconds)| Known {
        setting,
        seconds,
        source: "typed",
        at: at.clone(),
    });
    request.known_settings.extend(typed);
}

/// What an item is, and its text; of a long plain log the newest part.
fn opened(item: &Item, most: u64, stop: &AtomicBool) -> Option<(FileKind, impl Read)> {
    let Origin::File(path) = &item.origin else {
        return None;
    };
    let (size, source): (u64, Box<dyn Read>) =
        if item.kind == ItemKind::Har && trace_zip::is_zip(path) {
            (0, Box::new(trace_zip::open(path).ok()?.text))
        } else {
            let file = regular_file::open_regular(path).ok()?;
            (file.size(), Box::new(file))
        };
    let text = Decoded::open(source).ok()?;
    let (kind, text) = identify(text, &item.native_path, known_kind(item.kind)).ok()?;
    let is_long = size > most && kind == FileKind::Log && !is_compressed(path);
    let inner: Box<dyn Read> = if is_long {
        let mut file = regular_file::open_regular(path).ok()?;
        file.skip_to(size - most).ok()?;
        Box::new(Decoded::open(file).ok()?)
    } else {
        Box::new(text)
    };
    Some((kind, Stoppable { inner, stop }.take(most)))
}

/// Completes the case. Traces were recorded for the case; logs count only where traces say nothing.
fn complete(case: &mut Case, traces: CaseFacts, logs: CaseFacts, ask: Option<Asking<'_>>) {
    let notes = {
        let mut notes = Vec::new();
        package(case, &traces, &logs, ask, &mut notes);
        user(case, &traces, &mut notes);
        organization(case, &traces, &mut notes);
        notes
    };
    case.notes.extend(notes);
    case.facts = traces;
    case.facts.join(logs);
}

/// The package: as it was given and completed; else the one that the evidence is about.
fn package(
    case: &mut Case,
    traces: &CaseFacts,
    logs: &CaseFacts,
    ask: Option<Asking<'_>>,
    notes: &mut Vec<String>,
) {
    let own = &mut case.package;
    if own.id.is_some() {
        own_package(own, traces, logs, notes);
    } else if let Some(name) = &own.name {
        let named = |c: &&Candidate| c.name.as_ref().is_some_and(|n| same(n, name));
        let all = newest_first(&traces.packages);
        let all: Vec<&Candidate> = all.into_iter().filter(named).collect();
        own.id = match all[..] {
            [one] => one.id.clone(),
            _ => {
                let from_logs = newest_first(&logs.packages);
                from_logs.into_iter().find(named).and_then(|c| c.id.clone())
            }
        };
    } else if let Some(one) = found_package(traces, logs, ask, notes) {
        own.id.clone_from(&one.id);
        own.name = one.name.clone().filter(|n| believable(n));
    }
}

/// What the evidence says about a package whose id was given.
fn own_package(own: &mut Named, traces: &CaseFacts, logs: &CaseFacts, notes: &mut Vec<String>) {
    let Some(id) = &own.id else { return };
    let known = [traces, logs].into_iter().find_map(|f| f.packages.get(id));
    let name = known.and_then(|c| c.name.clone());
    match (known, &own.name, name) {
        (None, ..) if !traces.packages.is_empty() => notes.push(format!(
            "The network trace says nothing about the package {id} that was given; it is about {}. Check --package-id, or record a trace of that package.",
            ids(&traces.packages)
        )),
        (Some(_), None, name) => own.name = name.filter(|n| believable(n)),
        (Some(_), Some(given), Some(name)) if !same(given, &name) => notes.push(format!(
            "The evidence gives the package {id} another name than --package-name; the name that was given stands in the case."
        )),
        _ => {}
    }
}

/// The package that the evidence is about, where there is one, or the user can be asked.
fn found_package<'a>(
    traces: &'a CaseFacts,
    logs: &'a CaseFacts,
    ask: Option<Asking<'_>>,
    notes: &mut Vec<String>,
) -> Option<&'a Candidate> {
    let choice = match choice::package(traces) {
        Choice::None => choice::package(logs),
        choice => choice,
    };
    let several = match choice {
        Choice::None => return None,
        Choice::Clear(one) => return Some(one),
        Choice::Open(several) => several,
    };
    let chosen = ask.and_then(|ask| several.get(ask(&several)?).copied());
    if chosen.is_none() {
        let list: Vec<&str> = several.iter().filter_map(|c| c.id.as_deref()).collect();
        let list = list.get(..MOST_LISTED).unwrap_or(&list).join(", ");
        notes.push(format!(
            "The evidence is about several packages and does not tell which of them failed: {list}. Give the right one with --package-id; none of their names is in clear."
        ));
    }
    chosen
}

fn user(case: &mut Case, traces: &CaseFacts, notes: &mut Vec<String>) {
    let given = [&case.user.id, &case.user.name];
    if given.iter().all(|g| g.is_none()) {
        match choice::only(&traces.users) {
            Some(one) => {
                case.user.id.clone_from(&one.id);
                case.user.name = one.name.clone().filter(|n| believable(n));
                case.email.clone_from(&one.address);
            }
            None if !traces.users.is_empty() => notes.push(format!(
                "Several users signed in within the network traces: {}. Give the right one with --user-id; none of their names is in clear.",
                ids(&traces.users)
            )),
            None => {}
        }
        return;
    }
    let is = |c: &&Candidate| {
        let by_id = case.user.id.as_ref().map(|id| c.id.as_ref() == Some(id));
        let by_name = case.user.name.as_ref().map(|name| {
            let any = [&c.name, &c.address].into_iter().flatten();
            any.into_iter().any(|n| same(n, name))
        });
        by_id.or(by_name).unwrap_or(false)
    };
    match traces.users.values().find(is) {
        Some(one) => {
            let one = one.clone();
            case.user.id = case.user.id.take().or(one.id);
            let name = one.name.filter(|n| believable(n));
            case.user.name = case.user.name.take().or(name);
            case.email = case.email.take().or(one.address);
        }
        None if !traces.users.is_empty() => notes.push(format!(
            "The user that was given is not the one who signed in within the network trace (user id {}). Check --user-id and --user-name, or record the trace as that user.",
            ids(&traces.users)
        )),
        None => {}
    }
}

fn organization(case: &mut Case, traces: &CaseFacts, notes: &mut Vec<String>) {
    let found = &traces.organizations;
    match &case.org {
        None => {
            let one = choice::only(found).and_then(|c| c.address.clone());
            case.org = one.filter(|o| o.len() >= 3);
        }
        Some(given) if !found.is_empty() && !found.keys().any(|k| same(k, given)) => notes.push(
            "The network trace was recorded in another organization than the one given with --org or --package-url. Check which of them the case is about.".to_owned(),
        ),
        Some(_) => {}
    }
}

pub(in crate::collect) fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

/// True for a name that may stay in clear although the user did not give it: it is no address, and not as short as an
/// ordinary word.
pub(in crate::collect) fn believable(name: &str) -> bool {
    let name = name.trim();
    let address = name.contains('@') || name.contains("://") || name.contains('~');
    name.chars().count() >= 3 && !address && name.parse::<std::net::IpAddr>().is_err()
}

/// The ids of candidates, newest first.
fn ids(candidates: &Candidates) -> String {
    let list: Vec<&str> = newest_first(candidates)
        .into_iter()
        .filter_map(|c| c.id.as_deref())
        .take(MOST_LISTED)
        .collect();
    list.join(", ")
}

#[cfg(test)]
#[path = "from_evidence_tests.rs"]
mod tests;
