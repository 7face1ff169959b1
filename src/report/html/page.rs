//! Fills the template of `report.html`, including the hash of its style sheet for the content security policy.
use sha2::{Digest, Sha256};

use super::markup::Pen;
use super::{entries, findings, settings, timeline, waterfall};
use crate::report::facts::Facts;
use crate::report::quotes::Quotes;

const TEMPLATE: &str = include_str!("../../../templates/report.html");
const STYLE: &str = include_str!("../../../templates/report.css");

/// The data of the page.
pub struct ReportData<'a> {
    /// The case, the entries and the diagnosis.
    pub facts: &'a Facts<'a>,
    /// The lines that it quotes.
    pub quotes: &'a Quotes,
    /// `settings/organization.json`, if it was read.
    pub settings: Option<&'a serde_json::Value>,
}

/// `report.html`: one file without scripts, which loads nothing.
#[must_use]
pub fn html(report: &ReportData<'_>) -> String {
    // A browser hashes the style sheet with LF line ends; a checkout on Windows can have CRLF.
    let style = STYLE.replace('\r', "");
    let template = TEMPLATE.replace('\r', "");
    let mut out = String::with_capacity(1 << 16);
    let mut rest = template.as_str();
    while let Some((before, behind)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((name, after)) = behind.split_once("}}") else {
            break;
        };
        out.push_str(&slot(name.trim(), report, &style));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn slot(name: &str, report: &ReportData<'_>, style: &str) -> String {
    let mut pen = Pen::default();
    match name {
        "style" => return style.to_owned(),
        "style-hash" => return data_encoding::BASE64.encode(&Sha256::digest(style.as_bytes())),
        "version" => {
            pen.tag(report.facts.version);
        }
        "created" => {
            pen.text(&report.facts.created);
        }
        "title" => title(report.facts, &mut pen),
        "case" => case(report.facts, &mut pen),
        "verdict" => findings::verdict(report.facts.diagnosis, &mut pen),
        "findings" => findings::findings(report.facts, report.quotes, &mut pen),
        "timeline" => timeline::timeline(report.facts, &mut pen),
        "network" => waterfall::network(report.facts, &mut pen),
        "settings" => settings::settings(report.facts, report.settings, &mut pen),
        "missing" => entries::missing(report.facts, &mut pen),
        "collected" => entries::collected(report.facts, &mut pen),
        "redacted" => entries::redacted(report.facts, &mut pen),
        _ => {}
    }
    pen.finish()
}

fn title(facts: &Facts<'_>, pen: &mut Pen) {
    pen.tag("Aspera on Cloud support report");
    if let Some(case) = facts.case {
        pen.tag(", case ").text(case);
    }
}

fn case(facts: &Facts<'_>, pen: &mut Pen) {
    if let Some(problem) = facts.problem {
        pen.within("<p class=\"problem\">", problem, "</p>\n");
    }
    let rows = facts.rows();
    if rows.is_empty() {
        return;
    }
    pen.tag("<dl class=\"case\">");
    for (what, value) in rows {
        pen.within("<div><dt>", what, "</dt>");
        pen.within("<dd>", value, "</dd></div>\n");
    }
    pen.tag("</dl>\n");
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
