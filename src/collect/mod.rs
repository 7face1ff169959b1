//! The run of the program: from a request to a released bundle. `plan` decides what is read, `flow` reads, redacts and
//! spools it, `release` verifies the zip and publishes it; `run` calls them in this order.

mod case;
mod diagnose;
mod error;
mod evidence;
mod flow;
mod plan;
mod progress;
mod random_key;
mod release;
mod request;
mod run;
mod run_secrets;
mod stoppable;
mod target;
mod trace;

pub use case::support_case::{Case, Named};
pub use diagnose::{Diagnosed, diagnose};
pub use error::CollectError;
pub use flow::item_reader::LIMITS;
pub use plan::selection::{Plan, PlanLine, Planned};
pub use progress::{Progress, Silent};
pub use release::reversal::Reversal;
pub use request::{Api, Ask, AskSettings, MapRequest, NoCloud, Output, Request};
pub use run::{Outcome, collect, plan};
pub use trace::Clock;

pub use crate::sources::case_facts::Candidate;
