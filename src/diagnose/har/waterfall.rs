//! The data of the request waterfall: a limited number of requests, first those around failures and those to Aspera on
//! Cloud.
use std::collections::VecDeque;

use jiff::Timestamp;
use serde::Serialize;

use super::fact::HarFact;
use crate::redact::hosts::HostKind;

/// Most requests in the waterfall of one trace.
pub(super) const MOST_BARS: usize = 300;
/// Requests before and behind a failure that are kept with it.
const AROUND: usize = 3;

/// One request of the waterfall. Times are in milliseconds, rounded to tenths.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bar {
    /// Line that the HAR entry begins in.
    pub line: u64,
    /// From the start of the first request of the trace to the start of this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<f64>,
    /// Whose host it went to.
    pub kind: HostKind,
    /// Method.
    pub method: String,
    /// Host, and path with `{id}` in place of ids.
    pub path: String,
    /// Status; 0 where no answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Waiting for a connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<f64>,
    /// Looking up the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns: Option<f64>,
    /// Connecting, without TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect: Option<f64>,
    /// TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssl: Option<f64>,
    /// Sending the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send: Option<f64>,
    /// Waiting for the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<f64>,
    /// Reading the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receive: Option<f64>,
}

#[derive(Clone)]
struct RankedBar {
    order: u64,
    class: u8,
    started: Option<Timestamp>,
    bar: Bar,
}

/// Chooses the requests while they are added.
#[derive(Default)]
pub(super) struct Waterfall {
    kept: Vec<RankedBar>,
    /// The last requests, whether they were kept or not.
    recent: VecDeque<RankedBar>,
    seen: u64,
    /// Number of the last request that failed and was not one to a third party.
    last_failure: Option<u64>,
}

impl Waterfall {
    pub(super) fn add(&mut self, fact: &HarFact) {
        let order = self.seen;
        self.seen += 1;
        let ours = fact.kind != HostKind::ThirdParty;
        if ours && fact.failed() {
            self.last_failure = Some(order);
            for mut before in self.recent.drain(..) {
                before.class = before.class.min(1);
                match self.kept.binary_search_by_key(&before.order, |k| k.order) {
                    Ok(at) => self
                        .kept
                        .get_mut(at)
                        .into_iter()
                        .for_each(|k| k.class = before.class),
                    Err(at) => self.kept.insert(at, before),
                }
            }
        }
        let behind = self
            .last_failure
            .is_some_and(|f| order <= f + AROUND as u64);
        let class = match (ours, fact.failed()) {
            (true, true) => 0,
            _ if behind => 1,
            (true, false) => 2,
            (false, true) => 3,
            (false, false) => 4,
        };
        let kept = RankedBar {
            order,
            class,
            started: fact.started,
            bar: bar(fact),
        };
        if self.recent.len() >= AROUND {
            self.recent.pop_front();
        }
        self.recent.push_back(kept.clone());
        self.kept.push(kept);
        if self.kept.len() >= 2 * MOST_BARS {
            self.shrink();
        }
    }

    /// Keeps the most important ones, in the order of the trace.
    fn shrink(&mut self) {
        self.kept.sort_by_key(|k| (k.class, k.order));
        self.kept.truncate(MOST_BARS);
        self.kept.sort_by_key(|k| k.order);
    }

    /// The bars in order of their start, those without one in the order of the trace; `zero` is the start of the first
    /// request.
    pub(super) fn bars(&self, zero: Option<Timestamp>) -> Vec<Bar> {
        let mut kept: Vec<&RankedBar> = self.kept.iter().collect();
        kept.sort_by_key(|k| (k.class, k.order));
        kept.truncate(MOST_BARS);
        kept.sort_by_key(|k| (k.started.or(zero), k.order));
        let with_offset = |k: &RankedBar| {
            let offset = k.started.zip(zero).map(|(s, z)| {
                let spent = s.duration_since(z);
                tenths(spent.as_secs_f64() * 1000.0)
            });
            Bar {
                offset,
                ..k.bar.clone()
            }
        };
        kept.into_iter().map(with_offset).collect()
    }
}

fn tenths(ms: f64) -> f64 {
    (ms * 10.0).round() / 10.0
}

fn bar(fact: &HarFact) -> Bar {
    let p = &fact.phases;
    // The format counts TLS as a part of connecting.
    let connect = p.connect.map(|c| (c - p.ssl.unwrap_or(0.0)).max(0.0));
    Bar {
        line: fact.line,
        offset: None,
        kind: fact.kind,
        method: fact.method.clone(),
        path: format!("{}{}", fact.host, fact.path),
        status: fact.status,
        blocked: p.blocked.map(tenths),
        dns: p.dns.map(tenths),
        connect: connect.map(tenths),
        ssl: p.ssl.map(tenths),
        send: p.send.map(tenths),
        wait: p.wait.map(tenths),
        receive: p.receive.map(tenths),
    }
}
