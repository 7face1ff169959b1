//! What is known of a bundle that is about to be released.
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use super::page_size::PageSize;
use super::verifier_cuts::VerifierCuts;
use crate::aoc::http::Call;
use crate::collect::evidence::SpooledEvidence;
use crate::collect::request::Request;
use crate::collect::run_secrets::RunSecrets;
use crate::collect::target::Target;
use crate::diagnose::Diagnosis;
use crate::redact::Redactor;

/// A bundle before its release.
pub(in crate::collect) struct Release<'a> {
    pub(in crate::collect) request: &'a Request,
    pub(in crate::collect) target: &'a Target,
    pub(in crate::collect) stop: &'a AtomicBool,
    pub(in crate::collect) redactor: Redactor,
    /// Values that stay in clear.
    pub(in crate::collect) keep: Vec<String>,
    pub(in crate::collect) evidence: SpooledEvidence,
    pub(in crate::collect) secrets: RunSecrets,
    pub(in crate::collect) diagnosis: Diagnosis,
    /// Calls of APIs.
    pub(in crate::collect) calls: Vec<Call>,
    /// What was changed because a zip did not pass the verifier.
    pub(in crate::collect) changes: Changes,
}

/// What was changed because a zip did not pass the verifier.
#[derive(Default)]
pub(in crate::collect) struct Changes {
    /// Repairs, by entry.
    pub(super) repairs: BTreeMap<String, Repairs>,
    /// How much of the evidence the report shows.
    pub(super) page: PageSize,
    /// Finds of the verifier are cut out of generated files too: such a file did not pass although every known secret
    /// was cut.
    pub(super) cut_generated: bool,
}

/// The repairs of an entry.
#[derive(Default)]
pub(super) struct Repairs {
    pub(super) count: usize,
    pub(super) cuts: VerifierCuts,
}

impl Changes {
    /// How often an entry was repaired.
    pub(super) fn repairs(&self, name: &str) -> usize {
        self.repairs.get(name).map_or(0, |r| r.count)
    }
}
