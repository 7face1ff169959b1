//! The clock of a run and the trace of its steps (`collection.ndjson`).
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;

/// The clock of a run: that of the machine, or a fixed time, with which the same evidence gives the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock.
    Machine,
    /// This time, always; durations are zero.
    Fixed(Timestamp),
}

impl Clock {
    /// Now.
    #[must_use]
    pub fn now(self) -> Timestamp {
        match self {
            Self::Machine => Timestamp::now(),
            Self::Fixed(at) => at,
        }
    }
}

/// One finished step.
#[derive(Clone, Debug, Serialize)]
struct Step {
    step: &'static str,
    start: String,
    duration_ms: u64,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
}

/// The steps so far.
pub(super) struct Trace {
    clock: Clock,
    steps: Vec<Step>,
}

/// A step that has begun.
pub(super) struct Begun {
    name: &'static str,
    at: Timestamp,
    since: Instant,
}

impl Trace {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            steps: Vec::new(),
        }
    }

    pub(super) fn begin(&self, name: &'static str) -> Begun {
        Begun {
            name,
            at: self.clock.now(),
            since: Instant::now(),
        }
    }

    /// The finished steps, one JSON object in each line.
    pub(super) fn ndjson(&self) -> Vec<u8> {
        let mut text = Vec::new();
        for step in &self.steps {
            text.extend(serde_json::to_vec(step).unwrap_or_default());
            text.push(b'\n');
        }
        text
    }

    pub(super) fn end(&mut self, step: Begun, outcome: &'static str, count: Option<u64>) {
        let took = match self.clock {
            Clock::Machine => step.since.elapsed(),
            Clock::Fixed(_) => Duration::ZERO,
        };
        self.steps.push(Step {
            step: step.name,
            start: seconds(step.at),
            duration_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            outcome,
            count,
        });
    }
}

/// RFC 3339 in whole seconds, UTC.
pub(super) fn seconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
