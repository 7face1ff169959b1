//! Questions to the APIs beside the log pipeline: a thread of their own asks, and the pipeline takes the
//! answers when it gets there. Nobody waits for that thread beyond its own time.
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::pipeline::Trouble;
use super::plan::Planned;
use super::request::Api;
use crate::aoc::api::Wanted;
use crate::aoc::http::{Call, Calls};
use crate::sources::cloud::{self, Answer, Confirmed, Question};
use crate::sources::item::Origin;

/// What is given to answers that are just on their way.
const GRACE: Duration = Duration::from_millis(500);

/// How long the redaction waits at most for what the API confirms of the case.
const CONFIRMATION: Duration = Duration::from_secs(4);

/// What came so far.
#[derive(Default)]
struct Come {
    answers: HashMap<&'static str, Answer>,
    confirmed: Option<Confirmed>,
}

type Answers = Arc<(Mutex<Come>, Condvar)>;

/// The questions of a run.
pub(super) struct ApiRun {
    answers: Answers,
    calls: Arc<OnceLock<Calls>>,
    until: Instant,
    /// An organization is asked, which may confirm who the case is about.
    has_cloud: bool,
}

impl ApiRun {
    /// Asks, where there is something to ask.
    pub(super) fn start(api: &Api, wanted: Wanted) -> Self {
        let run = Self {
            answers: Answers::default(),
            calls: Arc::default(),
            until: Instant::now() + GRACE + api.question().map_or(Duration::ZERO, |q| q.deadline),
            has_cloud: api.question().is_some_and(|q| q.cloud.is_some()),
        };
        if let Some(question) = api.question() {
            let question: Arc<Question> = Arc::clone(question);
            let (store, calls) = (Arc::clone(&run.answers), Arc::clone(&run.calls));
            // Not joined: a name server that does not answer must not hold the bundle up.
            std::thread::spawn(move || {
                let put = |change: &dyn Fn(&mut Come)| {
                    change(&mut store.0.lock().unwrap_or_else(PoisonError::into_inner));
                    store.1.notify_all();
                };
                let tell = |entry: &'static str, answer: Answer| {
                    put(&|come| drop(come.answers.insert(entry, answer.clone())));
                };
                let confirm = |confirmed: Confirmed| {
                    put(&|come| come.confirmed = Some(confirmed.clone()));
                };
                cloud::ask(&question, &wanted, &calls, &tell, &confirm);
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
        let entry = match &planned.item.origin {
            Origin::Api(entry) => entry,
            Origin::Made(text) => return Ok(text.clone()),
            _ => return Ok(Vec::new()),
        };
        match self.wait(self.until, over, |come| come.answers.remove(entry)) {
            Some(answer) => text(answer),
            None => Err(Trouble::Open {
                reason: "the API had not answered when its time was over".to_owned(),
                remedy: "run again, with more time by --api-deadline".to_owned(),
            }),
        }
    }

    /// What the API confirms of the case; `None` where it does not say so in time.
    pub(super) fn confirmed(&self, over: &dyn Fn() -> bool) -> Option<Confirmed> {
        if !self.has_cloud {
            return Some(Confirmed::default());
        }
        let until = self.until.min(Instant::now() + CONFIRMATION);
        self.wait(until, over, |come| come.confirmed.take())
    }

    fn wait<T>(
        &self,
        until: Instant,
        over: &dyn Fn() -> bool,
        take: impl Fn(&mut Come) -> Option<T>,
    ) -> Option<T> {
        let (store, bell) = &*self.answers;
        let mut come = store.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(found) = take(&mut come) {
                return Some(found);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || over() {
                return None;
            }
            come = bell
                .wait_timeout(come, left.min(Duration::from_millis(100)))
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
