//! Sentences about a token that was refused: when it expired, how long the transfer took, and the durations of tokens
//! that the organization has set.
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};

use super::super::answers::ApiContent;
use super::super::duration::in_words;
use super::super::model::Evidence;
use super::super::output::diagnosis::TokenSetting;
use super::super::sessions::clock::Moment;
use super::super::sessions::observations::Observations;
use super::super::sessions::place::{LogFile, span, span_of_one_log};
use super::super::sessions::transfers::SessionGroup;
use super::session_facts::expiries;

/// The durations, as far as they are known.
#[derive(Default)]
pub(super) struct TokenSettings {
    pub(super) facts: Vec<TokenSetting>,
}

impl TokenSettings {
    /// The durations in the answers of the APIs.
    pub(super) fn of(observations: &Observations) -> Self {
        let mut facts = Vec::new();
        for (entry, fact) in observations
            .answers
            .iter()
            .flat_map(|(e, f)| f.iter().map(move |f| (e, f)))
        {
            if let ApiContent::Setting {
                name,
                seconds,
                reads,
            } = &fact.content
            {
                facts.push(TokenSetting {
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
        let life = |seconds: u64| in_words(i64::try_from(seconds).unwrap_or(i64::MAX));
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

/// Sentences about the token of a transfer; `ends` is the expiry of one that the network trace shows.
pub(super) fn notes(
    group: &SessionGroup,
    ends: Option<Timestamp>,
    settings: &TokenSettings,
    files: &[LogFile],
) -> Vec<String> {
    let mut notes = Vec::new();
    let own = group.attempts.iter().flat_map(|a| expiries(&a.session));
    let own = own.filter_map(|s| Timestamp::from_second(s).ok()).max();
    let spots = group.attempts.iter().flat_map(|a| a.session.spots());
    let (began, ended) = span(files, spots);
    if let Some(end) = own.or(ends) {
        let after = |from: Option<Moment>| {
            let from = from.filter(|m| m.uncertain == 0)?;
            Some(from.at.as_second() - end.as_second())
        };
        let when = match (after(began), after(ended)) {
            (Some(late), _) if late > 0 => {
                format!(", {} before the transfer began", in_words(late))
            }
            (Some(early), Some(late)) if early <= 0 && late > 0 => {
                format!(", {} before the last line about it", in_words(late))
            }
            _ => String::new(),
        };
        notes.push(format!("The token ended at {end}{when}."));
    }
    let spots = group.attempts.iter().flat_map(|a| a.session.spots());
    if let (Some(began), Some(ended)) = span_of_one_log(files, spots)
        && began.seconds_to(ended) >= 60
    {
        let ran = in_words(began.seconds_to(ended));
        notes.push(format!(
            "From its first line to its last the transfer took {ran}."
        ));
    }
    notes.extend(settings.words());
    notes
}

/// A sentence about the expiry of a token that an error message states: `Expired at '…'. Current time is '…'.`
pub(super) fn expiry_in(text: &str) -> Option<String> {
    let quoted = |key: &str| {
        let value = text.split_once(key)?.1.split('\'').next()?;
        value.parse::<DateTime>().ok()
    };
    let (expired, now) = (quoted("Expired at '")?, quoted("Current time is '")?);
    let late = now.duration_since(expired);
    (late > SignedDuration::ZERO).then(|| {
        format!(
            "By the server's clock the token had ended at {expired}, {} before it was used.",
            in_words(late.as_secs())
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_since_the_expiry_is_read_from_the_message() {
        let text = "Error: Bearer token has expired.  Expired at '2026-11-17 17:13:05'.  Current time is '2026-11-17 17:59:15'.";
        assert_eq!(
            expiry_in(text).unwrap(),
            "By the server's clock the token had ended at 2026-11-17T17:13:05, 46 min 10 s before it was used."
        );
        assert_eq!(expiry_in("Expired at 'x'. Current time is 'y'"), None);
    }
}
