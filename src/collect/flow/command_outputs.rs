//! Outputs of status commands. They run one after the other on a thread of their own, each with its time limit, while logs
//! are read; the pipeline takes the outputs when it comes to their items.
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::pipeline::Trouble;
use crate::collect::plan::selection::{Plan, Planned};
use crate::collect::request::Request;
use crate::sources::item::{ItemKind, Origin};
use crate::sources::system::commands::{
    CommandEnv, CommandOutcome, CommandSpec, LineChoice, run, table,
};
use crate::sources::system::process::Limits;

/// Outputs by command id.
type Outputs = Arc<(Mutex<HashMap<String, CommandOutcome>>, Condvar)>;

/// The commands of a run.
pub(in crate::collect) struct Commands {
    outputs: Outputs,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

fn spec(planned: &Planned) -> Option<&'static CommandSpec> {
    let Origin::Command(id) = &planned.item.origin else {
        return None;
    };
    crate::sources::paths::catalogue::Os::ALL
        .iter()
        .flat_map(|os| table(*os))
        .find(|s| s.id == *id)
}

/// True for a command that prints a log of the whole system.
pub(in crate::collect) fn is_shared(planned: &Planned) -> bool {
    spec(planned).is_some_and(|s| s.lines == Some(LineChoice::SharedLog))
}

impl Commands {
    /// Starts the commands of the plan.
    pub(in crate::collect) fn start(request: &Request, plan: &Plan) -> Self {
        let specs: Vec<&'static CommandSpec> = plan
            .items
            .iter()
            .filter(|p| p.is_read() && p.item.kind == ItemKind::Command)
            .filter_map(spec)
            .collect();
        let outputs = Outputs::default();
        let stop = Arc::new(AtomicBool::new(false));
        let env = CommandEnv::from_vars(request.environment.iter().cloned());
        let (store, halt) = (Arc::clone(&outputs), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            for spec in specs {
                if halt.load(Ordering::Relaxed) {
                    return;
                }
                let limits = Limits {
                    stop: Some(&halt),
                    ..Limits::default()
                };
                let outcome = run(spec, &env, &limits);
                store
                    .0
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(spec.id.clone(), outcome);
                store.1.notify_all();
            }
        });
        Self {
            outputs,
            stop,
            thread: Some(thread),
        }
    }

    /// The output of a command; waits until it ended.
    pub(in crate::collect) fn output(
        &self,
        planned: &Planned,
        over: &dyn Fn() -> bool,
    ) -> Result<Vec<u8>, Trouble> {
        let Some(spec) = spec(planned) else {
            return Ok(Vec::new());
        };
        let mut outputs = self
            .outputs
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(outcome) = outputs.remove(&spec.id) {
                return text(spec, outcome);
            }
            let died = self.thread.as_ref().is_none_or(JoinHandle::is_finished);
            if died || over() {
                self.stop.store(true, Ordering::Relaxed);
                return Err(Trouble::Open {
                    reason: "the command had not ended when the run did".to_owned(),
                    remedy: format!(
                        "give more time with --deadline, or send the output of `{}`",
                        spec.line()
                    ),
                });
            }
            outputs = self
                .outputs
                .1
                .wait_timeout(outputs, Duration::from_millis(100))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Ends what still runs.
    pub(in crate::collect) fn finish(mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The command line, what it printed, and how it ended.
fn text(spec: &CommandSpec, outcome: CommandOutcome) -> Result<Vec<u8>, Trouble> {
    match outcome {
        CommandOutcome::NotFound => Err(Trouble::Skip {
            reason: "the program is not installed",
        }),
        CommandOutcome::Covered => Err(Trouble::Skip {
            reason: "the log files of the system are there, so it adds nothing",
        }),
        CommandOutcome::Failed { reason, remedy } => Err(Trouble::Open { reason, remedy }),
        CommandOutcome::Ran { run, .. } => {
            let mut out = format!("$ {}\n", spec.line()).into_bytes();
            out.extend_from_slice(&run.output);
            if !out.ends_with(b"\n") {
                out.push(b'\n');
            }
            if run.dropped > 0 {
                out.extend_from_slice(
                    format!("[{} more bytes were left out]\n", run.dropped).as_bytes(),
                );
            }
            let end = match (run.timed_out, run.exit) {
                (true, _) => format!("[ended after its time limit of {} s]\n", spec.timeout_s),
                (false, Some(code)) => format!("[exit {code}]\n"),
                (false, None) => "[ended by a signal]\n".to_owned(),
            };
            out.extend_from_slice(end.as_bytes());
            Ok(out)
        }
    }
}
