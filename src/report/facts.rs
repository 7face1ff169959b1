//! The data of README.txt, ticket.md and report.html, and the parts that they share.
use std::fmt::Write;

use crate::bundle::manifest::Entry;
use crate::diagnose::Diagnosis;

/// Most lines of what is missing.
const MOST_MISSING: usize = 40;

/// The data of the texts.
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
    pub diagnosis: &'a Diagnosis,
    /// Operating system of the host, if it was read.
    pub system: Option<&'a str>,
    /// Number of random-looking strings that redaction kept.
    pub random: u64,
}

impl Facts<'_> {
    /// What is known about the case, as pairs of label and value.
    pub(super) fn rows(&self) -> Vec<(&'static str, &str)> {
        [
            ("Support case", self.case),
            ("Organization", self.organization),
            ("Package ID", self.package_id),
            ("Package name", self.package_name),
            ("User ID", self.user_id),
            ("User name", self.user_name),
            ("E-mail", self.user_email),
        ]
        .into_iter()
        .filter_map(|(what, value)| Some((what, value?)))
        .collect()
    }

    /// A template with the version, the time and these texts in place of its `{slots}`. Braces inside the texts are no slots.
    pub(super) fn fill(&self, template: &str, parts: &[(&str, String)]) -> String {
        let mut out = String::with_capacity(template.len() * 2);
        let mut rest = template;
        while let Some((before, behind)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, after)) = behind.split_once('}') else {
                break;
            };
            match name {
                "version" => out.push_str(self.version),
                "created" => out.push_str(&self.created),
                _ => {
                    let part = parts.iter().find(|(slot, _)| *slot == name);
                    out.push_str(part.map_or("", |(_, text)| text.trim_end()));
                }
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// What is missing and how to get it, one item a line.
    pub(super) fn missing(&self, bullet: &str) -> String {
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
}
