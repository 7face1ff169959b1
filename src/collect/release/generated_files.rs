//! The files that the run makes itself. They go through the redactor like everything else.
use std::collections::BTreeMap;

use serde_json::json;

use super::page_size::{PAGE, Page, TICKET};
use super::quotes::ReadBack;
use crate::aoc::http::Call;
use crate::bundle::manifest::{Contact, Entry, Manifest, Residual, SCHEMA, Status, Verdict};
use crate::collect::case::from_evidence;
use crate::collect::request::Request;
use crate::collect::trace::{Clock, Trace, seconds};
use crate::diagnose::Diagnosis;
use crate::redact::{Clean, Dialect, Level, Redacted, Redactor, Tally};
use crate::report;

/// One made file: its name and its text before it goes through the gate.
pub(in crate::collect) struct Made {
    pub(in crate::collect) name: &'static str,
    pub(in crate::collect) text: Vec<u8>,
}

impl Made {
    /// The file on the other side of the gate.
    pub(in crate::collect) fn redacted(&self, redactor: &Redactor) -> Redacted {
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

/// Everything but the manifest.
pub(in crate::collect) fn files(
    request: &Request,
    entries: &[Entry],
    diagnosis: &Diagnosis,
    back: &ReadBack,
    random: u64,
    trace: &Trace,
    created: jiff::Timestamp,
) -> Vec<Made> {
    let case = &request.case;
    let window = json!({
        "since": request.window.since.map(seconds),
        "until": request.window.until.map(seconds),
    });
    let identity = json!({
        "case": case.number,
        "organization": case.org,
        "package": case.package,
        "user": { "id": case.user.id, "name": case.user.name, "email": case.email },
        "window": window,
        "problem": case.problem,
        "evidence": from_evidence::told(case),
    });
    let told = diagnosis.json();
    let mut steps = Vec::new();
    for step in &trace.steps {
        steps.extend(serde_json::to_vec(step).unwrap_or_default());
        steps.push(b'\n');
    }
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
    let mut files = vec![
        Made {
            name: "README.txt",
            text: report::readme(&facts).into_bytes(),
        },
        Made {
            name: "case.json",
            text: pretty(&identity),
        },
        Made {
            name: TICKET,
            text: report::ticket(&facts, &back.quotes).into_bytes(),
        },
        Made {
            name: "diagnosis.json",
            text: pretty(&told),
        },
        Made {
            name: "timeline.ndjson",
            text: diagnosis.timeline(),
        },
        Made {
            name: "collection.ndjson",
            text: steps,
        },
    ];
    if back.page != Page::Absent {
        let page = report::ReportData {
            facts: &facts,
            quotes: &back.quotes,
            settings: back.settings.as_ref(),
        };
        files.push(Made {
            name: PAGE,
            text: report::html(&page).into_bytes(),
        });
    }
    files
}

/// The manifest, last of all.
pub(in crate::collect) fn manifest(
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
        notes: request.case.told_notes(redactor),
        complete: !entries.iter().any(|e| e.status.is_missing()),
        verifier: verdict,
        hosts_contacted: Vec::new(),
        rules: crate::bundle::manifest::counts(rules),
        residual,
        entries,
    }
}

/// The calls as the manifest tells them.
pub(in crate::collect) fn contacts(
    calls: &[Call],
    request: &Request,
    redactor: &Redactor,
) -> Vec<Contact> {
    calls
        .iter()
        .map(|c| contact(c, request, redactor))
        .collect()
}

/// A call as the manifest tells it; a clock that stands still measures nothing.
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

/// A made file's line in the manifest.
pub(in crate::collect) fn entry(name: &str, bytes: u64, sha256: String, lines: u64) -> Entry {
    let mut entry = Entry::new(Clean::fixed("made"), Status::Collected);
    entry.entry = Some(name.to_owned());
    entry.bytes = Some(bytes);
    entry.lines = Some(lines);
    entry.sha256 = Some(sha256);
    entry
}
