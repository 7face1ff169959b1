//! A run from request to released zip.
use std::collections::BTreeMap;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use jiff::tz::TimeZone;

use super::case::from_api;
use super::case::from_evidence;
use super::flow::api_answers::{ApiRun, from_trace};
use super::flow::command_outputs;
use super::flow::command_outputs::Commands;
use super::flow::item_reader::Filter;
use super::flow::pipeline::Flow;
use super::flow::sink::Sink;
use super::plan::selection::{Plan, Planned};
use super::release::candidate::{Release, random_key};
use super::release::page_size::Page;
use super::release::reversal;
use super::release::reversal::Reversal;
use super::request::{Api, Output, Request};
use super::trace::Trace;
use super::{Progress, Silent};
use crate::aoc::api::Wanted;
use crate::bundle::BundleError;
use crate::bundle::manifest::{Entry, RuleCount, counts};
use crate::bundle::zip_file::MadeAt;
use crate::diagnose::{Clock, Diagnosis, conclude};
use crate::pseudonym::{Key, Pseudonyms};
use crate::redact::{Clean, Redactor, Rules, Tally};
use crate::sources::files::regular_file;
use crate::sources::files::root_fs::Tree;
use crate::sources::item::{ItemKind, Origin};
use crate::sources::paths::places::Places;
use crate::sources::shared_logs::filter::{Learner, Parties, SharedLogRule};
use crate::sources::system::host::Machine;
use crate::sources::system::identity::{HostIdentity, identity};
use crate::sources::time_window;
use crate::sources::time_window::{Window, WindowRule, anchor, moment_of, newest_stamp};
use crate::text::Decoded;

/// Why a run ended without a bundle.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The bundle could not be written.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The verifier found something that could not be withheld: nothing was released.
    #[error("the bundle was not released: {0}")]
    Leak(String),
    /// The person stopped the run.
    #[error("interrupted; nothing was written")]
    Interrupted,
    /// The output path cannot be used.
    #[error("{0}")]
    Output(String),
    /// A defect of ours.
    #[error("{0}; please report this")]
    Internal(String),
}

/// What a run made.
#[derive(Debug)]
pub struct Outcome {
    /// The zip.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// What became of every item.
    pub entries: Vec<Entry>,
    /// What went wrong with the transfers.
    pub diagnosis: Diagnosis,
    /// What the evidence says against the person's word about the case, or leaves open.
    pub notes: Vec<Clean>,
    /// How many strings look random and were kept; the manifest lists their forms.
    pub random: u64,
    /// Names the key of the pseudonyms.
    pub key_id: String,
    /// What became of the reversal map, where one was wanted.
    pub map: Option<Reversal>,
    /// True if nothing that was asked for is missing.
    pub complete: bool,
}

/// What a run is prepared for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    /// Only to show the plan: nobody is asked.
    Plan,
    /// To collect.
    Collect,
}

/// Everything that is settled before the first file is opened.
struct Prepared {
    redactor: Redactor,
    zone: TimeZone,
    identity: HostIdentity,
    plan: Plan,
    keep: Vec<String>,
    api: ApiRun,
}

fn prepare(
    request: &mut Request,
    progress: &dyn Progress,
    stop: &AtomicBool,
    wish: Wish,
) -> Result<Prepared, CollectError> {
    let rules = match request.rules.take() {
        Some(rules) => rules,
        None => Rules::builtin().map_err(|e| CollectError::Internal(e.to_string()))?,
    };
    let key = match request.key.take() {
        Some(key) => key,
        None => Key::new(*random_key()?),
    };
    let machine = if request.root.is_some() {
        Machine::Image
    } else {
        Machine::Here
    };
    let identity = identity(&Tree::new(request.os, request.root.as_deref()), machine);
    let places = match &request.root {
        Some(root) => Places::of_image(request.os, root),
        None => Places::of_this_machine(request.os),
    };
    let zone = request
        .zone
        .clone()
        .unwrap_or_else(|| identity.time_zone.clone());
    let items = Plan::items(request, &places, &zone);
    from_evidence::follow(request, &items, &zone, progress, stop);
    from_evidence::ask_settings(request, progress);
    let api = ask_apis(request, stop, wish);
    let mut items = Plan::with_apis(request, items);
    if let Some(seen) = &request.case.facts.organization {
        from_trace(&mut items, seen, &request.api);
    }
    let mut users: Vec<String> = places.homes.iter().map(|h| h.user.clone()).collect();
    users.extend(identity.users.iter().cloned());
    users.extend(identity.transfer_users.iter().cloned());
    let mut keep = request.case.kept_values();
    keep.extend(request.keep.iter().cloned());
    let mut redactor = Redactor::new(Arc::new(rules), Pseudonyms::new(&key), request.level)
        .keeping(keep.iter().cloned())
        .knowing(&identity.host_names, &users, &identity.people);
    if request.map.is_some() {
        redactor = redactor.remembering();
    }
    let plan = Plan::make(request, &places, &redactor, items);
    Ok(Prepared {
        redactor,
        zone,
        identity,
        plan,
        keep,
        api,
    })
}

/// Begins to ask the APIs, and waits for what they confirm of the case: what is its own stays in clear, so its
/// names must be known before anything is redacted.
fn ask_apis(request: &mut Request, stop: &AtomicBool, wish: Wish) -> ApiRun {
    if wish == Wish::Plan {
        return ApiRun::start(&Api::Offline, Wanted::default(), None);
    }
    if let Some(cloud) = request.api.question().and_then(|q| q.cloud.as_ref()) {
        cloud.learn_organization(request.case.org.as_deref());
    }
    let api = ApiRun::start(
        &request.api,
        request.case.wanted(),
        request.case.facts.organization.clone(),
    );
    match api.confirmed(&|| stop.load(Ordering::Relaxed)) {
        Some(known) => from_api::take(&mut request.case, known),
        None => from_api::too_late(&mut request.case),
    }
    api
}

/// What a run would collect.
///
/// # Errors
/// [`CollectError::Internal`] where the machine gives no random numbers.
pub fn plan(mut request: Request) -> Result<Plan, CollectError> {
    let stop = AtomicBool::new(false);
    Ok(prepare(&mut request, &Silent, &stop, Wish::Plan)?.plan)
}

/// Collects, redacts, verifies and writes the bundle. `stop` ends the run early, with nothing left behind.
///
/// # Errors
/// [`CollectError`]: only where no bundle could be released. Everything else is an entry of the manifest.
pub fn collect(
    mut request: Request,
    progress: &dyn Progress,
    stop: &AtomicBool,
) -> Result<Outcome, CollectError> {
    let mut trace = Trace::new(request.clock);
    let made_at = MadeAt(request.clock.now());
    let (folder, stem) = target(&request, made_at)?;
    reversal::check(&request, &folder, &stem)?;
    let until = request.deadline.map(|d| Instant::now() + d);
    let step = trace.begin("plan");
    progress.step("looking for logs");
    let prepared = prepare(&mut request, progress, stop, Wish::Collect)?;
    progress.total(prepared.plan.bytes());
    trace.end(step, "done", Some(prepared.plan.items.len() as u64));

    let step = trace.begin("learn-transfer-users");
    let parties = learn_parties(&prepared);
    trace.end(step, "done", Some(parties.users.len() as u64));

    let step = trace.begin("collect");
    progress.step("collecting");
    // First what can fail: a command that was started would outlive the run.
    let mut sink = Sink::new(&folder, &stem, &request, &prepared.redactor)?;
    for planned in prepared.plan.items.iter().filter(|p| p.is_read()) {
        sink.clock(&planned.entry, clock(planned, &request, &prepared.zone));
    }
    let commands = Commands::start(&request, &prepared.plan);
    let api = &prepared.api;
    let over = || stop.load(Ordering::Relaxed) || until.is_some_and(|u| Instant::now() >= u);
    let filters = |planned: &Planned| line_rules(planned, &request, &prepared.zone, &parties);
    let flow = Flow {
        redactor: &prepared.redactor,
        jobs: request.jobs,
        deflate: request.deflate,
        until,
        stop,
        progress,
        filters: &filters,
        command: &|planned| match planned.item.kind {
            ItemKind::Api => api.output(planned, &over),
            _ => commands.output(planned, &over),
        },
    };
    let written = flow.run(&prepared.plan.items, |messages| {
        sink.write(messages, &prepared.plan.items)
    });
    commands.finish();
    written?;
    if stop.load(Ordering::Relaxed) {
        return Err(CollectError::Interrupted);
    }
    trace.end(step, "done", Some(sink.written()));

    progress.step("verifying");
    let (spool, ledger) = sink.into_parts();
    let key_id = prepared.redactor.key_id().to_owned();
    let release = Release {
        request: &request,
        stop,
        redactor: prepared.redactor,
        learned: ledger.learned,
        names: ledger.names,
        known: ledger.known,
        keep: prepared.keep,
        made_at,
        folder,
        stem: stem.clone(),
        spools: vec![spool.finish()?],
        entries: ledger.entries,
        places: ledger.places,
        diagnosis: conclude(ledger.observations),
        marks: ledger.marks,
        page: Page::default(),
        residues: ledger.residues,
        calls: prepared.api.calls(),
        order: Vec::new(),
        repairs: BTreeMap::new(),
        mend_ours: false,
        found: Vec::new(),
    };
    let released = release.run(&mut trace)?;
    let map = reversal::write(&request, &released, &stem, &key_id, made_at.0);
    let missing = released.entries.iter().any(|e| e.status.is_missing());
    let complete = !missing && map.as_ref().is_none_or(Reversal::is_complete);
    Ok(Outcome {
        map,
        path: released.path,
        bytes: released.bytes,
        entries: released.entries,
        diagnosis: released.diagnosis,
        notes: prepared.plan.notes,
        random: released.random,
        key_id,
        complete,
    })
}

/// Folder and stem of the zip. A file that is there already is told before anything is read.
fn target(request: &Request, made_at: MadeAt) -> Result<(PathBuf, String), CollectError> {
    let case = request
        .case
        .number
        .as_deref()
        .map_or_else(String::new, |c| format!("{c}."));
    let own = format!("{case}aoc-bundle-{}", made_at.compact());
    match &request.output {
        Output::Folder(folder) => {
            if !folder.is_dir() {
                return Err(CollectError::Output("the output folder does not exist; make it first, or give another with --output".to_owned()));
            }
            // Two runs in one second: the later one counts up.
            let free = (2..100).map(|n| format!("{own}-{n}"));
            let stem = std::iter::once(own.clone())
                .chain(free)
                .find(|s| !folder.join(format!("{s}.zip")).exists());
            Ok((folder.clone(), stem.unwrap_or(own)))
        }
        Output::File(file) => {
            if file.exists() {
                return Err(BundleError::Exists.into());
            }
            let folder = file
                .parent()
                .filter(|p| !p.as_os_str().is_empty())
                .unwrap_or(Path::new("."));
            if !folder.is_dir() {
                return Err(CollectError::Output(
                    "the folder of the output file does not exist; make it first".to_owned(),
                ));
            }
            Ok((folder.to_path_buf(), stem_of(file).unwrap_or(own)))
        }
    }
}

/// The root folder of a zip that the person names: its own stem, where that is plain.
fn stem_of(file: &Path) -> Option<String> {
    let stem = file.file_stem()?.to_str()?;
    let plain = stem
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    let edges = !stem.starts_with('.') && !stem.ends_with('.');
    (plain && edges && (1..=80).contains(&stem.len())).then(|| stem.to_owned())
}

/// Who takes part in transfers: from accounts and from a first pass over the shared logs.
fn learn_parties(prepared: &Prepared) -> Parties {
    let mut learner = Learner::new(prepared.identity.transfer_users.iter().cloned());
    for planned in prepared
        .plan
        .items
        .iter()
        .filter(|p| p.is_read() && p.item.kind == ItemKind::SharedLog)
    {
        if let Origin::File(path) = &planned.item.origin
            && let Ok(file) = regular_file::open_regular(path)
            && let Ok(text) = Decoded::open(file)
        {
            // What cannot be read here is told when it is collected.
            let _ = learner.read(BufReader::with_capacity(1 << 17, text));
        }
    }
    learner.finish()
}

/// The clock of an item's lines. A log that was named by hand may come from anywhere: its zone is known only where
/// the request tells it.
fn clock(planned: &Planned, request: &Request, zone: &TimeZone) -> Clock {
    let item = &planned.item;
    let newest = anchor(None, item.modified, request.clock.now(), zone);
    let known = request.zone.is_some() || !item.row.starts_with("given");
    Clock {
        zone: known.then(|| zone.clone()),
        newest: Some(newest),
    }
}

/// The line rules of an item: Aspera's lines only, for shared logs; the window.
fn line_rules(
    planned: &Planned,
    request: &Request,
    zone: &TimeZone,
    parties: &Parties,
) -> Vec<Filter> {
    let shared = planned.item.kind == ItemKind::SharedLog;
    let mut filters = Vec::new();
    if planned.skip > 0 {
        let mut first = true;
        filters.push(Filter {
            why: "max-size",
            rule: Box::new(move |_: &[u8]| !std::mem::replace(&mut first, false)),
        });
    }
    let newest = match &planned.item.origin {
        Origin::File(path) if !is_compressed(path) => regular_file::tail(path, 64 * 1024)
            .ok()
            .and_then(|tail| newest_stamp(&tail)),
        _ => None,
    };
    let years = anchor(newest, planned.item.modified, request.clock.now(), zone);
    let log = shared || planned.item.kind == ItemKind::Log;
    let wanted = if !request.window.is_open() {
        log.then_some(request.window)
    } else if shared {
        newest.map(|stamp| {
            Window::last_days(time_window::SHARED_LOG_DAYS, moment_of(stamp, years, zone))
        })
    } else {
        None
    };
    if let Some(wanted) = wanted {
        let may_hold = wanted.may_hold(planned.item.modified);
        filters.push(Filter {
            why: "window",
            rule: Box::new(WindowRule::new(wanted, zone.clone(), years, may_hold)),
        });
    }
    let journal = planned.item.kind == ItemKind::Command && command_outputs::is_shared(planned);
    if shared || journal {
        filters.push(Filter {
            why: "filter",
            rule: Box::new(SharedLogRule::new(parties.clone())),
        });
    }
    filters
}

pub(super) fn is_compressed(path: &Path) -> bool {
    path.extension().is_some_and(|e| {
        ["gz", "xz", "zst", "bz2"]
            .iter()
            .any(|c| e.eq_ignore_ascii_case(c))
    })
}

/// Adds the counts of a tally to an entry.
pub(super) fn add_rules(entry: &mut Entry, tally: &Tally, redactor: &Redactor) {
    let mut by_rule: BTreeMap<String, u64> = entry
        .rules
        .drain(..)
        .map(|c: RuleCount| (c.rule, c.cuts))
        .collect();
    for (rule, cuts) in tally.by_rule() {
        *by_rule
            .entry(redactor.rules().name(rule).to_owned())
            .or_insert(0) += cuts;
    }
    entry.rules = counts(by_rule);
}
