//! Questions to the APIs beside the log pipeline: a thread of their own asks, and the pipeline takes the
//! answers when it gets there. Nobody waits for that thread beyond its own time.
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::pipeline::Trouble;
use super::plan::Planned;
use super::request::Api;
use crate::aoc::http::{Call, Calls};
use crate::sources::cloud::{self, Answer, Question};
use crate::sources::item::Origin;

/// What is given to answers that are just on their way.
const GRACE: Duration = Duration::from_millis(500);

type Answers = Arc<(Mutex<HashMap<&'static str, Answer>>, Condvar)>;

/// The questions of a run.
pub(super) struct ApiRun {
    answers: Answers,
    calls: Arc<OnceLock<Calls>>,
    until: Instant,
}

impl ApiRun {
    /// Asks, where there is something to ask.
    pub(super) fn start(api: &Api) -> Self {
        let run = Self {
            answers: Answers::default(),
            calls: Arc::default(),
            until: Instant::now() + GRACE + api.question().map_or(Duration::ZERO, |q| q.deadline),
        };
        if let Some(question) = api.question() {
            let question: Arc<Question> = Arc::clone(question);
            let (store, calls) = (Arc::clone(&run.answers), Arc::clone(&run.calls));
            // Not joined: a name server that does not answer must not hold the bundle up.
            std::thread::spawn(move || {
                let tell = |entry: &'static str, answer: Answer| {
                    let mut answers = store.0.lock().unwrap_or_else(PoisonError::into_inner);
                    answers.insert(entry, answer);
                    store.1.notify_all();
                };
                cloud::ask(&question, &calls, &tell);
            });
        }
        run
    }

    /// The text of an entry; waits until it is told or the time is over.
    pub(super) fn output(
        &self,
        planned: &Planned,
        over: &dyn Fn() -> bool,
    ) -> Result<Vec<u8>, Trouble> {
        let Origin::Api(entry) = &planned.item.origin else {
            return Ok(Vec::new());
        };
        let mut answers = self
            .answers
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(answer) = answers.remove(entry) {
                return text(answer);
            }
            let left = self.until.saturating_duration_since(Instant::now());
            if left.is_zero() || over() {
                return Err(Trouble::Open {
                    reason: "the API had not answered when its time was over".to_owned(),
                    remedy: "run again, with more time by --api-deadline".to_owned(),
                });
            }
            answers = self
                .answers
                .1
                .wait_timeout(answers, left.min(Duration::from_millis(100)))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// The log of calls so far.
    pub(super) fn calls(&self) -> Vec<Call> {
        self.calls.get().map(Calls::list).unwrap_or_default()
    }
}

fn text(answer: Answer) -> Result<Vec<u8>, Trouble> {
    let value = answer.map_err(|missing| Trouble::Open {
        reason: missing.reason,
        remedy: missing.remedy,
    })?;
    let mut text = serde_json::to_vec_pretty(&value).unwrap_or_default();
    text.push(b'\n');
    Ok(text)
}
