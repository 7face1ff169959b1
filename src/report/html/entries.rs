//! The entries of the bundle: what was collected, what is missing and how to get it, and what was redacted.
use std::collections::BTreeMap;

use super::markup::Pen;
use crate::bundle::manifest::{Entry, Status};
use crate::report::facts::Facts;
use crate::report::words::{bytes, count};

/// Rows of each table.
const MOST_ROWS: usize = 250;
/// Rules that are named of one file.
const MOST_RULES: usize = 8;

fn ours(entry: &Entry) -> bool {
    entry.source.as_str() == "made"
}

/// What is missing, and how to get it.
pub(super) fn missing(facts: &Facts<'_>, pen: &mut Pen) {
    let entries = facts.entries;
    let mut rows: Vec<&Entry> = entries.iter().filter(|e| e.status.is_missing()).collect();
    rows.sort_by_key(|e| std::cmp::Reverse(e.status));
    let missing = rows.len();
    rows.extend(
        entries
            .iter()
            .filter(|e| matches!(e.status, Status::Skipped | Status::Listed)),
    );
    if missing == 0 {
        pen.tag("<p>Nothing that was asked for is missing.</p>\n");
    }
    if rows.is_empty() {
        return;
    }
    let columns = ["What", "State", "Why, and how to get it"];
    pen.wide_table("What was not collected", "missing", &columns);
    pen.tag("<tbody>\n");
    for entry in rows.iter().take(MOST_ROWS) {
        pen.within(
            "<tr><th scope=\"row\"><samp>",
            entry.what(),
            "</samp></th><td>",
        );
        pen.tag(state(entry.status)).tag("</td>");
        pen.within("<td>", entry.why(), "</td></tr>\n");
    }
    pen.tag("</tbody></table></div>\n");
    rest(rows.len(), pen);
}

fn state(status: Status) -> &'static str {
    match status {
        Status::Collected => "collected",
        Status::Partial => "<strong class=\"warning\">cut</strong>",
        Status::Listed => "named only",
        Status::Skipped => "left out",
        Status::Withheld => "<strong class=\"error\">withheld</strong>",
        Status::Failed => "<strong class=\"error\">not readable</strong>",
    }
}

fn rest(rows: usize, pen: &mut Pen) {
    if rows > MOST_ROWS {
        pen.more(rows - MOST_ROWS, " more: see manifest.json.");
    }
}

/// The files of the bundle.
pub(super) fn collected(facts: &Facts<'_>, pen: &mut Pen) {
    let entries = facts.entries.iter();
    let rows: Vec<&Entry> = entries.filter(|e| e.entry.is_some() && !ours(e)).collect();
    if !rows
        .iter()
        .any(|e| matches!(e.source.as_str(), "log" | "shared-log"))
    {
        pen.tag("<p>No Aspera log was found on this machine. <samp>aoc-bundle paths --all</samp> shows where was looked; ");
        pen.tag("give a log with <samp>--log FILE</samp>.</p>\n");
    }
    if rows.is_empty() {
        return;
    }
    let size: u64 = rows.iter().filter_map(|e| e.bytes).sum();
    pen.tag("<details><summary>")
        .text(&count(rows.len() as u64, "file"))
        .tag(", ");
    pen.text(&bytes(size)).tag("</summary>\n");
    let columns = ["File", "Where it was", "Size", "Lines"];
    pen.wide_table("Files of the bundle", "files", &columns);
    pen.tag("<tbody>\n");
    for entry in rows.iter().take(MOST_ROWS) {
        let name = entry.entry.as_deref().unwrap_or_default();
        let path = entry.path.as_ref().map_or("", |p| p.as_str());
        pen.within("<tr><th scope=\"row\"><samp>", name, "</samp></th>");
        pen.within("<td>", path, "</td>");
        pen.within(
            "<td>",
            entry.bytes.map(bytes).unwrap_or_default(),
            "</td><td>",
        );
        if let Some(lines) = entry.lines {
            pen.number(lines);
        }
        pen.tag("</td></tr>\n");
    }
    pen.tag("</tbody></table></div>\n");
    rest(rows.len(), pen);
    pen.tag("</details>\n");
}

/// What was redacted, by rule and by file.
pub(super) fn redacted(facts: &Facts<'_>, pen: &mut Pen) {
    let mut rules: BTreeMap<&str, u64> = BTreeMap::new();
    for rule in facts.entries.iter().flat_map(|e| &e.rules) {
        *rules.entry(&rule.rule).or_default() += rule.cuts;
    }
    let all: u64 = rules.values().sum();
    if all == 0 {
        pen.tag("<p>Nothing had to be redacted.</p>\n");
        return;
    }
    pen.tag("<p>")
        .text(&count(all, "value"))
        .tag(" replaced. The same value has the same pseudonym everywhere in this bundle");
    pen.tag("; secrets are gone for good.</p>\n");
    let mut rules: Vec<(&str, u64)> = rules.into_iter().collect();
    rules.sort_by_key(|(name, cuts)| (std::cmp::Reverse(*cuts), *name));
    pen.tag("<details><summary>By rule (")
        .number(rules.len())
        .tag(")</summary>\n");
    pen.table(&["Rule", "Times"]).tag("<tbody>\n");
    for (rule, cuts) in rules.iter().take(MOST_ROWS) {
        pen.within("<tr><th scope=\"row\">", rule, "</th><td>")
            .number(*cuts)
            .tag("</td></tr>\n");
    }
    pen.tag("</tbody></table></details>\n");
    by_file(facts, pen);
}

fn by_file(facts: &Facts<'_>, pen: &mut Pen) {
    let entries = facts.entries.iter();
    let rows: Vec<&Entry> = entries
        .filter(|e| e.entry.is_some() && !e.rules.is_empty())
        .collect();
    pen.tag("<details><summary>By file (")
        .number(rows.len())
        .tag(")</summary>\n");
    pen.wide_table(
        "Redactions by file",
        "redactions",
        &["File", "Times", "Most of all"],
    );
    pen.tag("<tbody>\n");
    for entry in rows.iter().take(MOST_ROWS) {
        let name = entry.entry.as_deref().unwrap_or_default();
        let cuts: u64 = entry.rules.iter().map(|r| r.cuts).sum();
        let mut most: Vec<_> = entry.rules.iter().collect();
        most.sort_by_key(|r| (std::cmp::Reverse(r.cuts), &r.rule));
        pen.within("<tr><th scope=\"row\"><samp>", name, "</samp></th><td>")
            .number(cuts);
        pen.tag("</td><td>");
        for (number, rule) in most.iter().take(MOST_RULES).enumerate() {
            pen.tag(if number > 0 { ", " } else { "" }).text(&rule.rule);
            pen.tag(" ").number(rule.cuts);
        }
        pen.tag(if most.len() > MOST_RULES {
            ", …</td></tr>\n"
        } else {
            "</td></tr>\n"
        });
    }
    pen.tag("</tbody></table></div>\n");
    rest(rows.len(), pen);
    pen.tag("</details>\n");
}
