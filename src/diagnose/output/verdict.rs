//! The verdict: what went wrong and what to do, in a few lines for the person whose transfer it is.
use std::fmt::Write;

use super::diagnosis::Diagnosis;
use super::finding::{Finding, Severity};

/// Most lines.
const MOST_LINES: usize = 10;
/// Most other findings that are named.
const MOST_OTHERS: usize = 3;

/// Findings of one kind: what one of them says, and how many there are.
struct Kind<'a> {
    first: &'a Finding,
    count: usize,
}

impl Diagnosis {
    /// At most ten lines, in words for the person whose transfer it is: how it ended, why, and what to do.
    #[must_use]
    pub fn verdict(&self) -> Vec<String> {
        let mut lines = vec![self.outcome()];
        let kinds = self.kinds();
        let bad = |kind: &&Kind<'_>| kind.first.severity == Severity::Error;
        let errors = kinds.iter().filter(bad).count();
        let told = kinds.iter().filter(|k| k.first.severity != Severity::Note);
        for (number, kind) in told
            .clone()
            .enumerate()
            .take(if errors > 1 { 2 } else { 1 })
        {
            let lead = match (number, kind.first.severity) {
                (0, Severity::Error) => "Why",
                (0, _) => "Worth a look",
                _ => "Also",
            };
            lines.push(format!("{lead}: {}.", kind.title()));
            lines.push(kind.first.cause.clone());
            lines.push(format!("What to do: {}", kind.first.action));
        }
        let named = if errors > 1 { 2 } else { 1 };
        let rest: Vec<_> = told.skip(named).collect();
        for kind in rest.iter().take(MOST_OTHERS) {
            lines.push(format!("Also: {}.", kind.title()));
        }
        if rest.len() > MOST_OTHERS {
            let more = rest.len() - MOST_OTHERS;
            lines.push(format!("{more} more: see the findings."));
        }
        lines.truncate(MOST_LINES);
        lines
    }

    fn outcome(&self) -> String {
        let transfers = |n: u64| if n == 1 { "transfer" } else { "transfers" };
        let counts = &self.counts;
        let open = counts
            .transfers
            .saturating_sub(counts.failed + counts.succeeded);
        match (counts.transfers, counts.failed, counts.succeeded) {
            (0, ..) if self.findings.is_empty() => {
                "This evidence shows no transfer and no failure.".to_owned()
            }
            (0, ..) => "This evidence shows no transfer; what it shows stands below.".to_owned(),
            (1, 1, _) => "The transfer failed.".to_owned(),
            (1, 0, 1) => "The transfer succeeded.".to_owned(),
            (all, 0, good) if good == all => format!("All {all} transfers succeeded."),
            (all, bad, _) if bad == all => format!("All {all} transfers failed."),
            (all, 0, 0) => format!("{all} {}: the logs do not show the end.", transfers(all)),
            (all, bad, good) => {
                let mut text = format!("Of {all} {} {bad} failed", transfers(all));
                if good > 0 {
                    let _ = write!(text, " and {good} succeeded");
                }
                if open > 0 {
                    let _ = write!(text, "; of {open} the logs do not show the end");
                }
                text.push('.');
                text
            }
        }
    }

    /// Findings by kind, in their order.
    fn kinds(&self) -> Vec<Kind<'_>> {
        let mut kinds: Vec<Kind<'_>> = Vec::new();
        for finding in &self.findings {
            let same = |k: &&mut Kind<'_>| {
                k.first.id == finding.id && k.first.severity == finding.severity
            };
            match kinds.iter_mut().find(same) {
                Some(kind) => kind.count += 1,
                None => kinds.push(Kind {
                    first: finding,
                    count: 1,
                }),
            }
        }
        kinds
    }
}

impl Kind<'_> {
    fn title(&self) -> String {
        let title = self.first.title.trim_end_matches('.');
        match self.count {
            1 => title.to_owned(),
            many => format!("{title} ({many} times)"),
        }
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
