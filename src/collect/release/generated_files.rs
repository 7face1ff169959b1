//! The files that a run generates: README, ticket, report, diagnosis, timeline, manifest. They are redacted like all
//! others.
use std::collections::BTreeMap;

use super::page_size::{PAGE, PageSize, TICKET};
use super::quotes::ReadBack;
use crate::aoc::http::Call;
use crate::bundle::manifest::{Contact, Entry, Manifest, Residual, SCHEMA, Status, Verdict};
use crate::bundle::spool::EntryFacts;
use crate::collect::case::case_json::case_json;
use crate::collect::request::Request;
use crate::collect::trace::{Clock, Trace, seconds};
use crate::diagnose::Diagnosis;
use crate::redact::{Clean, Dialect, Level, Redacted, Redactor, Tally};
use crate::report;

/// A generated file: its name, and its text before redaction.
pub(super) struct GeneratedFile {
    pub(super) name: &'static str,
    pub(super) text: Vec<u8>,
}

impl GeneratedFile {
    /// The redacted text.
    pub(super) fn redacted(&self, redactor: &Redactor) -> Redacted {
        let mut tally = Tally::default();
        match str::from_utf8(&self.text) {
            Ok(page) if self.name == PAGE => redactor.page(page, &mut tally),
            _ => redactor.block(&self.text, Dialect::Made, &mut tally),
        }
    }
}

fn pretty(value: &serde_json::Value) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(value).unwrap_or_default();
    text.push(b'\n');
    text
}

/// All generated files but the manifest.
pub(super) fn files(
    request: &Request,
    entries: &[Entry],
    diagnosis: &Diagnosis,
    back: &ReadBack,
    random: u64,
    trace: &Trace,
    created: jiff::Timestamp,
) -> Vec<GeneratedFile> {
    let case = &request.case;
    let facts = report::Facts {
        version: env!("CARGO_PKG_VERSION"),
        created: seconds(created),
        case: case.number.as_deref(),
        problem: case.problem.as_deref(),
        organization: case.org.as_deref(),
        package_id: case.package.id.as_deref(),
        package_name: case.package.name.as_deref(),
        user_id: case.user.id.as_deref(),
        user_name: case.user.name.as_deref(),
        user_email: case.email.as_deref(),
        entries,
        diagnosis,
        system: back.system.as_deref(),
        random,
    };
    let file = |name, text| GeneratedFile { name, text };
    let mut files = vec![
        file("README.txt", report::readme(&facts).into_bytes()),
        file("case.json", pretty(&case_json(request))),
        file(TICKET, report::ticket(&facts, &back.quotes).into_bytes()),
        file("diagnosis.json", pretty(&diagnosis.json())),
        file("timeline.ndjson", diagnosis.timeline()),
        file("collection.ndjson", trace.ndjson()),
    ];
    if back.page != PageSize::Absent {
        let page = report::ReportData {
            facts: &facts,
            quotes: &back.quotes,
            settings: back.settings.as_ref(),
        };
        files.push(file(PAGE, report::html(&page).into_bytes()));
    }
    files
}

/// The manifest, last of all.
pub(super) fn manifest(
    request: &Request,
    redactor: &Redactor,
    kept: &[String],
    entries: Vec<Entry>,
    verdict: Verdict,
    residual: Residual,
    created: jiff::Timestamp,
) -> Manifest {
    let mut rules: BTreeMap<String, u64> = BTreeMap::new();
    for count in entries.iter().flat_map(|e| &e.rules) {
        *rules.entry(count.rule.clone()).or_insert(0) += count.cuts;
    }
    Manifest {
        schema: SCHEMA,
        tool: Clean::fixed(concat!("aoc-bundle ", env!("CARGO_PKG_VERSION"))),
        rule_set: redactor.rule_set(),
        key_id: redactor.key_id().to_owned(),
        created: seconds(created),
        level: Clean::fixed(match request.level {
            Level::Standard => "standard",
            Level::Strict => "strict",
        }),
        kept: kept.iter().map(|k| redactor.clean(k)).collect(),
        notes: request.case.clean_notes(redactor),
        complete: !entries.iter().any(|e| e.status.is_missing()),
        verifier: verdict,
        hosts_contacted: Vec::new(),
        rules: crate::bundle::manifest::counts(rules),
        residual,
        entries,
    }
}

/// The calls of APIs as the manifest lists them.
pub(super) fn contacts(calls: &[Call], request: &Request, redactor: &Redactor) -> Vec<Contact> {
    calls
        .iter()
        .map(|c| contact(c, request, redactor))
        .collect()
}

/// A call as the manifest lists it; with a fixed clock no duration is measured.
fn contact(call: &Call, request: &Request, redactor: &Redactor) -> Contact {
    let fixed = request.clock != Clock::Machine;
    Contact {
        host: redactor.clean(&call.host),
        port: call.port,
        method: Clean::fixed(call.method),
        path: Clean::fixed(call.path),
        status: call.status,
        bytes: call.bytes,
        duration_ms: if fixed { 0 } else { call.duration_ms },
        trouble: call.trouble.map(Clean::fixed),
    }
}

/// The manifest entry of a generated file.
pub(super) fn entry(file: &GeneratedFile, facts: EntryFacts, lines: u64) -> Entry {
    let mut entry = Entry::new(Clean::fixed("made"), Status::Collected);
    entry.entry = Some(file.name.to_owned());
    entry.bytes = Some(facts.bytes);
    entry.lines = Some(lines);
    entry.sha256 = Some(facts.sha256);
    entry
}
