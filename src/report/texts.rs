//! README.txt and ticket.md.
use std::fmt::Write;

use crate::bundle::manifest::Entry;
use crate::diagnose::Finding;

/// Most lines of what is missing.
const MOST_MISSING: usize = 40;
/// Most findings told in a text.
const MOST_FINDINGS: usize = 12;

/// What the texts are made of.
pub struct Facts<'a> {
    /// Version of this program.
    pub version: &'static str,
    /// When the bundle was made.
    pub created: String,
    /// Number of the support case.
    pub case: Option<&'a str>,
    /// What happened, in the person's words.
    pub problem: Option<&'a str>,
    /// Organization.
    pub organization: Option<&'a str>,
    /// Package id.
    pub package_id: Option<&'a str>,
    /// Package name.
    pub package_name: Option<&'a str>,
    /// User id.
    pub user_id: Option<&'a str>,
    /// User name.
    pub user_name: Option<&'a str>,
    /// E-mail of the user.
    pub user_email: Option<&'a str>,
    /// All entries of the manifest.
    pub entries: &'a [Entry],
    /// What went wrong.
    pub findings: &'a [Finding],
    /// How many strings look random and were kept.
    pub random: u64,
}

impl Facts<'_> {
    fn rows(&self) -> Vec<(&'static str, &str)> {
        [
            ("Support case", self.case),
            ("Organization", self.organization),
            ("Package ID", self.package_id),
            ("Package name", self.package_name),
            ("User ID", self.user_id),
            ("User name", self.user_name),
            ("User e-mail", self.user_email),
        ]
        .into_iter()
        .filter_map(|(what, value)| Some((what, value?)))
        .collect()
    }

    fn fill(&self, template: &str, parts: &[(&str, String)]) -> String {
        let mut out = template
            .replace("{version}", self.version)
            .replace("{created}", &self.created);
        for (name, text) in parts {
            out = out.replace(&format!("{{{name}}}"), text.trim_end());
        }
        out
    }

    fn missing(&self, bullet: &str) -> String {
        let mut out = String::new();
        let missing: Vec<&Entry> = self
            .entries
            .iter()
            .filter(|e| e.status.is_missing())
            .collect();
        for entry in missing.iter().take(MOST_MISSING) {
            let _ = writeln!(out, "{bullet}{}: {}", entry.what(), entry.why());
        }
        let over = self.entries.iter().filter(|e| e.is_over_size()).count();
        if over > 0 {
            let _ = writeln!(
                out,
                "{bullet}{over} older logs or parts of logs did not fit below --max-size; raise it to have them"
            );
        }
        if missing.len() > MOST_MISSING {
            let _ = writeln!(
                out,
                "{bullet}and {} more, see manifest.json",
                missing.len() - MOST_MISSING
            );
        }
        out
    }

    fn told(&self, bullet: &str) -> String {
        let mut out = String::new();
        for finding in self.findings.iter().take(MOST_FINDINGS) {
            let place = finding
                .evidence
                .first()
                .map_or_else(String::new, |e| format!(" [{}:{}]", e.entry, e.line));
            let _ = writeln!(
                out,
                "{bullet}{}: {}{place}",
                finding.headline(),
                finding.cause
            );
        }
        if self.findings.len() > MOST_FINDINGS {
            let _ = writeln!(
                out,
                "{bullet}and {} more, see diagnosis.json",
                self.findings.len() - MOST_FINDINGS
            );
        }
        out
    }
}

fn random_line(count: u64) -> String {
    match count {
        0 => "  Nothing that looks random was kept.".to_owned(),
        n => format!("  {n} strings look random and were kept: see `residual` in manifest.json."),
    }
}

/// The README of the bundle.
#[must_use]
pub fn readme(facts: &Facts<'_>) -> String {
    let mut case = String::new();
    for (what, value) in facts.rows() {
        let _ = writeln!(case, "  {what}: {value}");
    }
    let told = facts.told("  - ");
    let findings = if told.is_empty() {
        "What went wrong\n  No failed session was found in these logs.\n".to_owned()
    } else {
        format!("What went wrong\n{told}")
    };
    let missing = facts.missing("  - ");
    let missing = if missing.is_empty() {
        "What is missing\n  Nothing that was asked for.\n".to_owned()
    } else {
        format!("What is missing\n{missing}")
    };
    let case = if case.is_empty() {
        String::new()
    } else {
        format!("\nThe case\n{case}\n")
    };
    facts.fill(
        include_str!("../../templates/README.txt"),
        &[
            ("case", case),
            ("findings", findings),
            ("missing", missing),
            ("random", random_line(facts.random)),
        ],
    )
}

/// Text to paste into the support case.
#[must_use]
pub fn ticket(facts: &Facts<'_>) -> String {
    let mut table = String::new();
    for (what, value) in facts.rows() {
        let _ = writeln!(table, "| {what} | {} |", value.replace('|', "\\|"));
    }
    let told = facts.told("- ");
    let missing = facts.missing("- ");
    let or = |text: String, none: &str| {
        if text.is_empty() {
            none.to_owned()
        } else {
            text
        }
    };
    facts.fill(
        include_str!("../../templates/ticket.md"),
        &[
            (
                "problem",
                facts.problem.unwrap_or("A transfer failed.").to_owned(),
            ),
            ("table", or(table, "| Package and user | not given |")),
            (
                "findings",
                or(
                    told,
                    "No failed session was found in the logs of this bundle.",
                ),
            ),
            ("missing", or(missing, "Nothing that was asked for.")),
        ],
    )
}
