//! The page as a whole: the template's slots, and the content policy with the hash of its one style sheet.
use sha2::{Digest, Sha256};

use super::markup::Pen;
use super::{entries, findings, settings, timeline, waterfall};
use crate::report::facts::Facts;
use crate::report::quotes::Quotes;

const TEMPLATE: &str = include_str!("../../../templates/report.html");
const STYLE: &str = include_str!("../../../templates/report.css");

/// What the page is made of.
pub struct Page<'a> {
    /// The case, the entries and the diagnosis.
    pub facts: &'a Facts<'a>,
    /// Lines of evidence.
    pub quotes: &'a Quotes,
    /// `settings/organization.json`, where it was read.
    pub settings: Option<&'a serde_json::Value>,
}

/// `report.html`: one file without scripts and without anything from outside.
#[must_use]
pub fn html(page: &Page<'_>) -> String {
    // A browser hashes the style sheet with plain line ends, whatever the checkout made of them.
    let style = STYLE.replace('\r', "");
    let template = TEMPLATE.replace('\r', "");
    let mut out = String::with_capacity(1 << 16);
    let mut rest = template.as_str();
    while let Some((before, behind)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((name, after)) = behind.split_once("}}") else {
            break;
        };
        out.push_str(&slot(name.trim(), page, &style));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn slot(name: &str, page: &Page<'_>, style: &str) -> String {
    let mut pen = Pen::default();
    match name {
        "style" => return style.to_owned(),
        "style-hash" => return data_encoding::BASE64.encode(&Sha256::digest(style.as_bytes())),
        "version" => {
            pen.tag(page.facts.version);
        }
        "created" => {
            pen.text(&page.facts.created);
        }
        "title" => title(page, &mut pen),
        "case" => case(page, &mut pen),
        "verdict" => findings::verdict(page, &mut pen),
        "findings" => findings::findings(page, &mut pen),
        "timeline" => timeline::timeline(page, &mut pen),
        "network" => waterfall::network(page, &mut pen),
        "settings" => settings::settings(page, &mut pen),
        "missing" => entries::missing(page, &mut pen),
        "collected" => entries::collected(page, &mut pen),
        "redacted" => entries::redacted(page, &mut pen),
        _ => {}
    }
    pen.finish()
}

fn title(page: &Page<'_>, pen: &mut Pen) {
    pen.tag("Aspera on Cloud support report");
    if let Some(case) = page.facts.case {
        pen.tag(", case ").text(case);
    }
}

fn case(page: &Page<'_>, pen: &mut Pen) {
    if let Some(problem) = page.facts.problem {
        pen.within("<p class=\"problem\">", problem, "</p>\n");
    }
    let rows = page.facts.rows();
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
