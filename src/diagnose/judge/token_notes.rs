//! What is known of a token that was refused: when it ended, how long the transfer took, and how long tokens live in
//! this organization.
use jiff::Timestamp;
use serde::Serialize;

use super::checks::span_text;
use super::session_facts::expiries;
use crate::diagnose::answers::Told;
use crate::diagnose::output::finding::Evidence;
use crate::diagnose::sessions::observations::{Entry, Findings};
use crate::diagnose::sessions::transfers::{Group, span, span_of_one_log};

/// One of the organization's durations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// Name in the API.
    pub setting: &'static str,
    /// Seconds; `null` where it is switched off.
    pub seconds: Option<u64>,
    /// The same for a person.
    pub reads: String,
    /// Where it stands.
    pub evidence: Evidence,
}

/// The durations, as far as they are known.
#[derive(Default)]
pub(in crate::diagnose) struct Settings {
    pub(in crate::diagnose) facts: Vec<Setting>,
}

impl Settings {
    /// Takes them out of what the answers of the APIs show.
    pub(in crate::diagnose) fn of(store: &Findings) -> Self {
        let mut facts = Vec::new();
        for (entry, fact) in store
            .answers
            .iter()
            .flat_map(|(e, f)| f.iter().map(move |f| (e, f)))
        {
            if let Told::Setting {
                name,
                seconds,
                reads,
            } = &fact.told
            {
                facts.push(Setting {
                    setting: name,
                    seconds: *seconds,
                    reads: reads.clone(),
                    evidence: Evidence {
                        entry: entry.clone(),
                        line: fact.line,
                    },
                });
            }
        }
        Self { facts }
    }

    fn get(&self, name: &str) -> Option<Option<u64>> {
        let found = self.facts.iter().find(|f| f.setting == name)?;
        Some(found.seconds)
    }

    fn words(&self) -> Option<String> {
        let life = |seconds: u64| span_text(i64::try_from(seconds).unwrap_or(i64::MAX));
        let mut parts = Vec::new();
        if let Some(Some(seconds)) = self.get("access_token_duration") {
            parts.push(format!("access tokens live {}", life(seconds)));
        }
        if let Some(Some(seconds)) = self.get("node_token_duration") {
            parts.push(format!(
                "tokens for transfers against a node {}",
                life(seconds)
            ));
        }
        match self.get("access_token_refresh_duration") {
            Some(None) => parts.push("refresh tokens are off".to_owned()),
            Some(Some(seconds)) => {
                parts.push(format!("refresh tokens live {}", life(seconds)));
            }
            None => {}
        }
        (!parts.is_empty()).then(|| format!("In this organization {}.", parts.join(", ")))
    }
}

/// Sentences about the token of a transfer; `ends` is the end of one that the network trace shows.
pub(in crate::diagnose) fn told(
    group: &Group,
    ends: Option<Timestamp>,
    settings: &Settings,
    entries: &[Entry],
) -> Vec<String> {
    let mut told = Vec::new();
    let own = group.attempts.iter().flat_map(|a| expiries(&a.session));
    let own = own.filter_map(|s| Timestamp::from_second(s).ok()).max();
    let spots = group.attempts.iter().flat_map(|a| a.session.spots());
    let (began, ended) = span(entries, spots);
    if let Some(end) = own.or(ends) {
        let after = |from: Option<crate::diagnose::Moment>| {
            let from = from.filter(|m| m.uncertain == 0)?;
            Some(from.at.as_second() - end.as_second())
        };
        let when = match (after(began), after(ended)) {
            (Some(late), _) if late > 0 => {
                format!(", {} before the transfer began", span_text(late))
            }
            (Some(early), Some(late)) if early <= 0 && late > 0 => {
                format!(", {} before the last line about it", span_text(late))
            }
            _ => String::new(),
        };
        told.push(format!("The token ended at {end}{when}."));
    }
    let spots = group.attempts.iter().flat_map(|a| a.session.spots());
    if let (Some(began), Some(ended)) = span_of_one_log(entries, spots)
        && began.seconds_to(ended) >= 60
    {
        let ran = span_text(began.seconds_to(ended));
        told.push(format!(
            "From its first line to its last the transfer took {ran}."
        ));
    }
    told.extend(settings.words());
    told
}
