//! A run from request to released zip.
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use jiff::tz::TimeZone;

use super::case::{from_api, from_evidence};
use super::error::CollectError;
use super::flow::api_answers::{ApiRun, from_trace};
use super::flow::command_outputs::Commands;
use super::flow::line_rules::{clock, learn_parties, line_rules};
use super::flow::pipeline::Flow;
use super::flow::sink::{Results, Sink};
use super::plan::selection::{Plan, Planned};
use super::progress::{Progress, Silent};
use super::random_key::random_key;
use super::release::reversal;
use super::release::reversal::Reversal;
use super::release::rounds;
use super::release::state::{Changes, Release};
use super::request::{Api, Request};
use super::target::Target;
use super::trace::Trace;
use crate::aoc::api::Wanted;
use crate::bundle::manifest::Entry;
use crate::diagnose::{Diagnosis, conclude};
use crate::pseudonym::{Key, Pseudonyms};
use crate::redact::{Clean, Redactor, Rules};
use crate::sources::files::root_fs::Tree;
use crate::sources::item::ItemKind;
use crate::sources::paths::places::Places;
use crate::sources::shared_logs::filter::Parties;
use crate::sources::system::host::Machine;
use crate::sources::system::identity::{HostIdentity, identity};

/// What a run gives.
#[derive(Debug)]
pub struct Outcome {
    /// The zip.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// The manifest entries of all items.
    pub entries: Vec<Entry>,
    /// What went wrong with the transfers.
    pub diagnosis: Diagnosis,
    /// Where the evidence contradicts what the user gave about the case, or leaves something open.
    pub notes: Vec<Clean>,
    /// How many strings look random and were kept; the manifest lists their forms.
    pub random: u64,
    /// Id of the key of the pseudonyms.
    pub key_id: String,
    /// The reversal map, where one was wanted.
    pub map: Option<Reversal>,
    /// True if nothing that was asked for is missing.
    pub complete: bool,
}

/// What a run is prepared for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Only to show the plan: no API is asked.
    Plan,
    /// To collect.
    Collect,
}

/// Everything that is decided before the first log is read.
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
    purpose: Purpose,
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
    let api = ask_apis(request, stop, purpose);
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

/// Begins to ask the APIs, and waits for what they confirm of the case: its names stay in clear, so they must be known
/// before anything is redacted.
fn ask_apis(request: &mut Request, stop: &AtomicBool, purpose: Purpose) -> ApiRun {
    if purpose == Purpose::Plan {
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
    Ok(prepare(&mut request, &Silent, &stop, Purpose::Plan)?.plan)
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
    let target = Target::of(&request)?;
    reversal::check(&target)?;
    let until = request.deadline.map(|d| Instant::now() + d);
    let step = trace.begin("plan");
    progress.step("looking for logs");
    let prepared = prepare(&mut request, progress, stop, Purpose::Collect)?;
    progress.total(prepared.plan.bytes());
    trace.end(step, "done", Some(prepared.plan.items.len() as u64));

    let step = trace.begin("learn-transfer-users");
    let items = &prepared.plan.items;
    let parties = learn_parties(items, &prepared.identity.transfer_users);
    trace.end(step, "done", Some(parties.users.len() as u64));

    let step = trace.begin("collect");
    progress.step("collecting");
    let run = Run {
        request: &request,
        target: &target,
        prepared: &prepared,
        stop,
        until,
    };
    let (results, written) = run.read(&parties, progress)?;
    trace.end(step, "done", Some(written));

    progress.step("verifying");
    let key_id = prepared.redactor.key_id().to_owned();
    let release = Release {
        request: &request,
        target: &target,
        stop,
        redactor: prepared.redactor,
        keep: prepared.keep,
        evidence: results.evidence,
        secrets: results.secrets,
        diagnosis: conclude(results.observations),
        calls: prepared.api.calls(),
        changes: Changes::default(),
    };
    let released = rounds::run(release, &mut trace)?;
    let map = reversal::write(&request, &target, &released.originals, &key_id);
    let missing = released.entries.iter().any(|e| e.status.is_missing());
    let complete = !missing && map.as_ref().is_none_or(Reversal::is_complete);
    Ok(Outcome {
        map,
        path: target.zip,
        bytes: released.bytes,
        entries: released.entries,
        diagnosis: released.diagnosis,
        notes: prepared.plan.notes,
        random: released.random,
        key_id,
        complete,
    })
}

/// A run that is about to read its items.
struct Run<'a> {
    request: &'a Request,
    target: &'a Target,
    prepared: &'a Prepared,
    stop: &'a AtomicBool,
    /// When reading must end.
    until: Option<Instant>,
}

impl Run<'_> {
    /// Reads and redacts the items of the plan; gives the results, and the number of deflated bytes.
    fn read(
        &self,
        parties: &Parties,
        progress: &dyn Progress,
    ) -> Result<(Results, u64), CollectError> {
        let Self {
            request,
            target,
            prepared,
            stop,
            until,
        } = *self;
        let items = &prepared.plan.items;
        // First what can fail: a command that was started would outlive the run.
        let mut sink = Sink::new(target, request, &prepared.redactor)?;
        for planned in items.iter().filter(|p| p.is_read()) {
            sink.clock(&planned.entry, clock(planned, request, &prepared.zone));
        }
        let commands = Commands::start(request, &prepared.plan);
        let api = &prepared.api;
        let over = || stop.load(Ordering::Relaxed) || until.is_some_and(|u| Instant::now() >= u);
        let filters = |planned: &Planned| line_rules(planned, request, &prepared.zone, parties);
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
        let written = flow.run(items, |parts| sink.write(parts, items));
        commands.finish();
        written?;
        if stop.load(Ordering::Relaxed) {
            return Err(CollectError::Interrupted);
        }
        let bytes = sink.written();
        Ok((sink.finish()?, bytes))
    }
}
