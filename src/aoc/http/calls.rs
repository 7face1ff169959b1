//! The log of calls: whom was asked for what, and what came of it. No ids, no query, no content.
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

/// One call, as the manifest tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Call {
    /// Host that was contacted.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Path with `{id}` for ids.
    pub path: &'static str,
    /// HTTP status; absent where no answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Bytes of the answer's body that were read.
    pub bytes: u64,
    /// Milliseconds from sending to the end of the answer.
    pub duration_ms: u64,
    /// Why no answer came, in a word or two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<&'static str>,
}

/// The calls so far; clones share one log.
#[derive(Clone, Debug, Default)]
pub struct Calls(Arc<Mutex<Vec<Call>>>);

impl Calls {
    pub(super) fn add(&self, call: Call) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(call);
    }

    /// All calls so far, in order.
    #[must_use]
    pub fn list(&self) -> Vec<Call> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
