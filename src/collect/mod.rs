//! One run: request, plan, the parallel pipeline, release. It knows every room below and does the work of
//! none: what is read is decided in [`plan`], how it flows in `pipeline`, what leaves in `release`.

mod case;
mod diagnose;
mod flow;
mod plan;
mod release;
mod request;
mod run;
mod trace;

pub use case::from_evidence::{Ask, Candidate};
pub use case::support_case::{Case, Named};
pub use diagnose::{Diagnosed, diagnose};
pub use flow::item_reader::LIMITS;
pub use plan::selection::{Plan, PlanLine, Planned};
pub use release::reversal::Reversal;
pub use request::{Api, AskSettings, MapRequest, NoCloud, Output, Request};
pub use run::{CollectError, Outcome, collect, plan};
pub use trace::Clock;

/// What a run tells while it works. All texts are clean.
pub trait Progress: Sync {
    /// A step of the run begins.
    fn step(&self, _name: &'static str) {}
    /// So many bytes will be read in all.
    fn total(&self, _bytes: u64) {}
    /// So many more bytes were read.
    fn read(&self, _bytes: u64) {}
    /// Something is asked on the terminal meanwhile: nothing else is shown there.
    fn pause(&self, ask: &mut dyn FnMut()) {
        ask();
    }
    /// An item is being read.
    fn item(&self, _path: &crate::redact::Clean) {}
}

/// Tells nothing.
pub struct Silent;

impl Progress for Silent {}
