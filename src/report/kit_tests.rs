//! Made-up diagnoses for the tests of the report.
use crate::bundle::manifest::{Entry, RuleCount, Status};
use crate::diagnose::har::{Bar, FailedRequest, KindCount, Network, NetworkTrace};
use crate::diagnose::{
    Also, Counts, Diagnosis, EndView, Event, Evidence, EvidenceSource, Finding, Lane, SessionView,
    Side, TimeSpan, Transfer, TransferOutcome, Wire, failure,
};
use crate::redact::hosts::HostKind;
use crate::redact::tests_support::clean;

use super::{Facts, QuotedLine, Quotes};

pub(super) const LOG: &str = "logs/client/connect/aspera-scp-transfer.log";
pub(super) const HAR: &str = "network/session.har";

pub(super) fn place(entry: &str, line: u64) -> Evidence {
    Evidence {
        entry: entry.to_owned(),
        line,
    }
}

pub(super) fn transfer(number: u64) -> Transfer {
    let id = format!("{number:08x}-e4d6-49e8-adb5-4a32d6154f0b");
    let span = TimeSpan {
        began: Some("2026-11-17T14:00:00Z".to_owned()),
        ended: Some("2026-11-17T17:12:00Z".to_owned()),
        uncertain: 0,
    };
    let end = |side, sending, wire| EndView {
        side: Some(side),
        sending,
        outcome: TransferOutcome::Failed,
        code: Some(36),
        text: "Session data transfer timeout".to_owned(),
        version: "4.4.5.1646".to_owned(),
        span: span.clone(),
        zone: Some("UTC".to_owned()),
        wire,
        evidence: vec![place(LOG, 60)],
    };
    let wire = Wire {
        bytes: 734_003_200,
        kbps: 93_200,
        loss: 0.31,
    };
    let ends = vec![
        end(Side::Client, true, None),
        end(Side::Server, false, Some(wire)),
    ];
    Transfer {
        id: id.clone(),
        package: Some("bYA_ilq73g".to_owned()),
        outcome: TransferOutcome::Failed,
        cause: Some("token-expired"),
        span: span.clone(),
        wire: Some(wire),
        target_kbps: Some(100_000),
        tokens_end: vec![1_794_924_000],
        attempts: 2,
        sessions: vec![SessionView {
            id,
            outcome: TransferOutcome::Failed,
            http: false,
            span,
            clocks_apart: None,
            ends,
        }],
    }
}

pub(super) fn finding(number: u64, said: &str) -> Finding {
    let mut finding = Finding::of(
        failure("token-expired").unwrap(),
        vec![place(LOG, 60), place(HAR, 7)],
    );
    finding.said = Some(said.to_owned());
    finding.transfer = Some(transfer(number).id);
    finding.known = vec![format!("It is known that {said}")];
    finding.also = vec![Also {
        id: "unknown-failure",
        title: said.to_owned(),
        evidence: vec![place(LOG, 61)],
    }];
    finding
}

pub(super) fn event(second: i64, text: &str) -> Event {
    Event {
        time: jiff::Timestamp::from_second(1_794_920_000 + second).ok(),
        uncertain: 0,
        source: EvidenceSource::Log,
        lane: Lane::Client,
        what: "error",
        text: text.to_owned(),
        entry: LOG.to_owned(),
        line: 60,
        transfer: None,
        session: None,
        package: None,
    }
}

pub(super) fn network(bars: u64, text: &str) -> Network {
    let bar = |n: u64| Bar {
        line: n,
        offset: Some(n as f64 * 100.0),
        kind: HostKind::Api,
        method: "GET".to_owned(),
        path: format!("api.ibmaspera.com/api/v1/{text}/{n}"),
        status: Some(if n.is_multiple_of(50) { 401 } else { 200 }),
        blocked: Some(1.0),
        dns: Some(2.0),
        connect: None,
        ssl: Some(10.0),
        send: Some(0.1),
        wait: Some(80.0),
        receive: Some(f64::NAN),
    };
    Network {
        traces: vec![NetworkTrace {
            entry: HAR.to_owned(),
            requests: bars,
            first: jiff::Timestamp::from_second(1_794_924_001).ok(),
            last: jiff::Timestamp::from_second(1_794_924_900).ok(),
            kinds: vec![KindCount {
                kind: HostKind::Api,
                requests: bars,
                failed: bars / 50,
                statuses: Vec::new(),
            }],
            failures: vec![FailedRequest {
                line: 7,
                started: None,
                kind: HostKind::Api,
                method: "GET".to_owned(),
                path: "api.ibmaspera.com/api/v1/packages/{id}".to_owned(),
                status: Some(401),
                net: None,
                code: Some("token_expired".to_owned()),
                message: Some(text.to_owned()),
                request_id: Some("req-5c1d".to_owned()),
                valid_until: None,
                answered: None,
                packages: Vec::new(),
                transfers: Vec::new(),
            }],
            events: Vec::new(),
            waterfall: (0..bars).map(bar).collect(),
        }],
    }
}

/// A case with every kind of content; `text` is in every place that takes text of the evidence.
pub(super) fn diagnosis(many: u64, text: &str) -> Diagnosis {
    Diagnosis {
        counts: Counts {
            transfers: many,
            failed: many,
            succeeded: 0,
            let_go: 0,
        },
        findings: (0..many).map(|n| finding(n, text)).collect(),
        transfers: (0..many).map(transfer).collect(),
        network: Some(network(many.max(60), text)),
        events: (0..many).map(|n| event(n as i64 * 60, text)).collect(),
        ..Diagnosis::default()
    }
}

pub(super) fn quotes(text: &str) -> Quotes {
    let mut quotes = Quotes::default();
    let line = |cut| QuotedLine {
        text: text.to_owned(),
        cut,
    };
    let lines = [(58, line(0)), (59, line(7)), (60, line(0)), (61, line(0))];
    quotes.add(LOG, lines.into());
    quotes
}

pub(super) fn entries(many: usize, text: &str) -> Vec<Entry> {
    let entry = |n: usize| {
        let status = [
            Status::Collected,
            Status::Withheld,
            Status::Failed,
            Status::Skipped,
        ][n % 4];
        let mut entry = Entry::new("log".into(), status);
        entry.path = Some(clean(&format!("/var/log/{text}/{n}.log")));
        if status == Status::Collected {
            entry.entry = Some(format!("logs/client/connect/{n}-{text}.log"));
            entry.bytes = Some(1000);
            entry.lines = Some(10);
            entry.rules = vec![RuleCount {
                rule: "token".to_owned(),
                cuts: 3,
            }];
        } else {
            entry.reason = Some(clean(text));
        }
        entry
    };
    (0..many).map(entry).collect()
}

pub(super) fn facts<'a>(
    diagnosis: &'a Diagnosis,
    entries: &'a [Entry],
    text: &'a str,
) -> Facts<'a> {
    Facts {
        version: "0.1.0",
        created: "2026-11-22T12:00:00Z".to_owned(),
        case: Some("TS012345678"),
        problem: Some(text),
        organization: None,
        package_id: Some("bYA_ilq73g"),
        package_name: Some(text),
        user_id: None,
        user_name: None,
        user_email: None,
        entries,
        diagnosis,
        system: Some(text),
        random: 0,
    }
}
