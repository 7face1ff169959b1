//! Answers of the APIs. They are asked on a thread of their own while logs are read, and the pipeline takes the answers
//! when it comes to their items. It waits until the deadline of the APIs at most.
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::pipeline::Trouble;
use crate::aoc::api::Wanted;
use crate::aoc::http::{Call, Calls};
use crate::collect::plan::selection::Planned;
use crate::collect::request::Api;
use crate::sources::answers::cloud;
use crate::sources::answers::cloud::{Answer, Confirmed, Missing, OF_CLOUD, Question};
use crate::sources::answers::organization;
use crate::sources::case_facts::SeenSettings;
use crate::sources::item::{Decision, Item, Origin};

/// Added to the deadline, for answers that are being received when it is over.
const GRACE: Duration = Duration::from_millis(500);

/// How long the redaction waits for the names of the case that the API confirms.
const CONFIRMATION: Duration = Duration::from_secs(4);

/// The answers that were received and not taken yet.
#[derive(Default)]
struct Come {
    answers: HashMap<&'static str, Answer>,
    confirmed: Option<Confirmed>,
}

type Answers = Arc<(Mutex<Come>, Condvar)>;

/// The questions of a run.
pub(in crate::collect) struct ApiRun {
    answers: Answers,
    calls: Arc<OnceLock<Calls>>,
    until: Instant,
    /// An organization is asked, which may confirm who the case is about.
    has_cloud: bool,
    /// Settings from a network trace, used where the API gives none.
    recorded: Option<SeenSettings>,
}

impl ApiRun {
    /// Starts the thread, where there is something to ask.
    pub(in crate::collect) fn start(
        api: &Api,
        wanted: Wanted,
        recorded: Option<SeenSettings>,
    ) -> Self {
        let run = Self {
            recorded,
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
                let give = |entry: &'static str, answer: Answer| {
                    put(&|come| drop(come.answers.insert(entry, answer.clone())));
                };
                let confirm = |confirmed: Confirmed| {
                    put(&|come| come.confirmed = Some(confirmed.clone()));
                };
                cloud::ask(&question, &wanted, &calls, &give, &confirm);
            });
        }
        run
    }

    /// The text of an entry; waits for it until the deadline.
    pub(in crate::collect) fn output(
        &self,
        planned: &Planned,
        over: &dyn Fn() -> bool,
    ) -> Result<Vec<u8>, Trouble> {
        let entry = match &planned.item.origin {
            Origin::Api(entry) => entry,
            Origin::Made(text) => return Ok(text.clone()),
            _ => return Ok(Vec::new()),
        };
        match (self.answer(entry, over), &self.recorded) {
            (Err(missing), Some(seen)) if *entry == OF_CLOUD[0] => {
                Ok(text(&organization::of_trace(seen, Some(&missing))))
            }
            (answer, _) => {
                let value = answer.map_err(|missing| Trouble::Open {
                    reason: missing.reason,
                    remedy: missing.remedy,
                })?;
                Ok(text(&value))
            }
        }
    }

    /// The answer for an entry; waits for it until the deadline.
    fn answer(&self, entry: &str, over: &dyn Fn() -> bool) -> Answer {
        let come = self.wait(self.until, over, |come| come.answers.remove(entry));
        come.unwrap_or_else(|| {
            Err(Missing::new(
                "the API had not answered when its time was over",
                "run again, with more time by --api-deadline",
            ))
        })
    }

    /// What the API confirms of the case; `None` where that does not come in time.
    pub(in crate::collect) fn confirmed(&self, over: &dyn Fn() -> bool) -> Option<Confirmed> {
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
    pub(in crate::collect) fn calls(&self) -> Vec<Call> {
        self.calls.get().map(Calls::list).unwrap_or_default()
    }
}

/// Fills the item of the settings from a network trace, where the API is not asked for them.
pub(in crate::collect) fn from_trace(items: &mut [Item], seen: &SeenSettings, api: &Api) {
    let wanted = |item: &&mut Item| matches!(item.origin, Origin::Api(e) if e == OF_CLOUD[0]);
    for item in items.iter_mut().filter(wanted) {
        let missing = match &api {
            _ if item.decision == Decision::Collect => continue,
            Api::Online {
                no_cloud: Some(no), ..
            } => Some(&no.missing),
            _ => None,
        };
        item.origin = Origin::Made(text(&organization::of_trace(seen, missing)));
        item.decision = Decision::Collect;
    }
}

fn text(value: &Value) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(value).unwrap_or_default();
    text.push(b'\n');
    text
}
