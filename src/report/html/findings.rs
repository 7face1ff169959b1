//! The verdict, and each kind of finding with its cause, what to do about it, and the lines that show it.
use super::markup::Pen;
use crate::diagnose::har::{FailedRequest, status_text};
use crate::diagnose::{
    Diagnosis, Evidence, Finding, FindingKind, Lead, Severity, Transfer, TransferOutcome, kinds,
};
use crate::report::facts::Facts;
use crate::report::quotes::{MOST_KINDS, MOST_PLACES, Quotes, trace};
use crate::report::words::{count, short_time};

/// Other findings of a kind that are listed.
const MOST_OTHERS: usize = 30;
/// Sentences about what else is known.
const MOST_KNOWN: usize = 12;
/// Other failures of a transfer that are listed.
const MOST_ALSO: usize = 12;

/// The box at the top: what went wrong and what to do.
pub(super) fn verdict(diagnosis: &Diagnosis, pen: &mut Pen) {
    let worst = diagnosis.findings.iter().map(|f| f.severity).min();
    let look = match (worst, diagnosis.counts.failed) {
        (Some(Severity::Error), _) | (_, 1..) => "<div class=\"verdict error\">",
        (Some(Severity::Warning), _) => "<div class=\"verdict warning\">",
        _ if diagnosis.counts.succeeded > 0 => "<div class=\"verdict fine\">",
        _ => "<div class=\"verdict note\">",
    };
    pen.tag(look);
    for line in diagnosis.verdict() {
        match (line.lead, line.lead.label()) {
            (Lead::Outcome, _) => pen.within("<p class=\"lead\">", &line.text, "</p>"),
            (_, Some(label)) => pen
                .within("<p><strong>", label, ":</strong> ")
                .text(&line.text)
                .tag("</p>"),
            _ => pen.within("<p>", &line.text, "</p>"),
        };
    }
    pen.tag("</div>\n");
}

/// All findings.
pub(super) fn findings(facts: &Facts<'_>, quotes: &Quotes, pen: &mut Pen) {
    let diagnosis = facts.diagnosis;
    let kinds = kinds(&diagnosis.findings);
    if kinds.is_empty() {
        pen.tag("<p>Nothing that this program knows as a failure is in this evidence. ");
        pen.tag("If a transfer did fail, see below what was not collected.</p>\n");
    }
    for kind in kinds.iter().take(MOST_KINDS) {
        finding(diagnosis, quotes, kind, pen);
    }
    if let Some(more) = kinds.len().checked_sub(MOST_KINDS).filter(|n| *n > 0) {
        let more = count(more as u64, "more kind");
        pen.more(more, " of findings: see diagnosis.json.");
    }
}

fn finding(diagnosis: &Diagnosis, quotes: &Quotes, kind: &FindingKind<'_>, pen: &mut Pen) {
    let finding = kind.first;
    pen.tag(match finding.severity {
        Severity::Error => {
            "<article class=\"finding error\"><h3><span class=\"badge\">Failure</span> "
        }
        Severity::Warning => {
            "<article class=\"finding warning\"><h3><span class=\"badge\">Warning</span> "
        }
        Severity::Note => "<article class=\"finding note\"><h3><span class=\"badge\">Note</span> ",
    });
    pen.text(&finding.title).tag("</h3>\n");
    if let Some(transfer) = transfer_of(diagnosis, finding) {
        pen.tag("<p class=\"about\">");
        about(transfer, pen);
        pen.tag("</p>\n");
    }
    pen.within("<p>", &finding.cause, "</p>\n");
    for known in finding.known.iter().take(MOST_KNOWN) {
        pen.within("<p>", known, "</p>\n");
    }
    if let Some(said) = &finding.said {
        pen.within(
            "<p class=\"said\">The program's own words: <q>",
            said,
            "</q></p>\n",
        );
    }
    actions(finding, pen);
    if !finding.evidence.is_empty() {
        pen.tag("<h4>Where it shows</h4>\n");
        evidence(diagnosis, quotes, &finding.evidence, pen);
    }
    also(finding, pen);
    others(diagnosis, &kind.others, pen);
    pen.tag("</article>\n");
}

fn transfer_of<'a>(diagnosis: &'a Diagnosis, finding: &Finding) -> Option<&'a Transfer> {
    let id = finding.transfer.as_ref()?;
    diagnosis.transfers.iter().find(|t| t.id == *id)
}

fn about(transfer: &Transfer, pen: &mut Pen) {
    pen.within("Transfer <samp>", &transfer.id, "</samp>");
    if let Some(package) = &transfer.package {
        pen.within(", package <samp>", package, "</samp>");
    }
    if transfer.attempts > 1 {
        pen.tag(", ")
            .text(&count(transfer.attempts as u64, "attempt"));
    }
    if let Some(began) = &transfer.span.began {
        pen.tag(", from ").text(&short_time(began));
        if let Some(ended) = &transfer.span.ended {
            pen.tag(" to ").text(&short_time(ended));
        }
        pen.tag(" UTC");
    }
    if transfer.span.uncertain > 0 {
        let hours = f64::from(transfer.span.uncertain) / 3600.0;
        pen.tag(" (the logs name no time zone: may be off by ");
        pen.text(&format!("{hours:.0} h)"));
    }
    if transfer.outcome == TransferOutcome::Succeeded {
        pen.tag("; it succeeded in the end");
    }
    pen.tag(".");
}

fn actions(finding: &Finding, pen: &mut Pen) {
    pen.tag("<h4>What to do</h4>\n<dl class=\"who\">");
    for (who, what) in [
        ("<div><dt>You</dt><dd>", &finding.actions.user),
        ("<div><dt>Administrator</dt><dd>", &finding.actions.admin),
        ("<div><dt>IBM Support</dt><dd>", &finding.actions.support),
    ] {
        if !what.is_empty() {
            pen.within(who, what, "</dd></div>\n");
        }
    }
    pen.tag("</dl>\n");
    if !finding.link.is_empty() {
        pen.tag("<p>")
            .link(finding.link, "IBM's page about this")
            .tag("</p>\n");
    }
}

/// The cited lines, with those around them, by entry.
fn evidence(diagnosis: &Diagnosis, quotes: &Quotes, places: &[Evidence], pen: &mut Pen) {
    let shown = places
        .get(..places.len().min(MOST_PLACES))
        .unwrap_or(places);
    let mut entries: Vec<&str> = Vec::new();
    for place in shown {
        if !entries.contains(&place.entry.as_str()) {
            entries.push(&place.entry);
        }
    }
    for entry in entries {
        let lines = shown.iter().filter(|p| p.entry == entry);
        let lines: Vec<u64> = lines.map(|p| p.line).collect();
        pen.tag("<figure><figcaption>");
        pen.within("<samp>", entry, "</samp>, ")
            .text(&numbered(&lines));
        pen.tag("</figcaption>\n");
        match trace(diagnosis, entry) {
            Some(trace) => {
                let failed = trace.failures.iter().filter(|f| lines.contains(&f.line));
                requests(failed, pen);
            }
            None => log_lines(quotes, entry, &lines, pen),
        }
        pen.tag("</figure>\n");
    }
    if places.len() > shown.len() {
        let more = count((places.len() - shown.len()) as u64, "more place");
        pen.more(more, ": see diagnosis.json.");
    }
}

fn numbered(lines: &[u64]) -> String {
    let list: Vec<String> = lines.iter().map(u64::to_string).collect();
    match list.len() {
        1 => format!("line {}", list.join("")),
        _ => format!("lines {}", list.join(", ")),
    }
}

fn log_lines(quotes: &Quotes, entry: &str, cited: &[u64], pen: &mut Pen) {
    let lines = quotes.around(entry, cited);
    if lines.is_empty() {
        return;
    }
    pen.tag("<pre tabindex=\"0\">");
    let mut before: Option<u64> = None;
    for (number, line) in lines {
        if before.is_some_and(|b| b + 1 != number) {
            pen.tag("<span class=\"gap\">⋯</span>\n");
        }
        before = Some(number);
        let hit = cited.contains(&number);
        pen.tag(if hit { "<mark>▶ " } else { "<span>  " });
        pen.tag("<b>").number(number).tag("</b> ").text(&line.text);
        if line.cut > 0 {
            pen.tag("<i> … ").number(line.cut).tag(" bytes more</i>");
        }
        pen.tag(if hit { "</mark>\n" } else { "</span>\n" });
    }
    pen.tag("</pre>\n");
}

fn requests<'a>(failed: impl Iterator<Item = &'a FailedRequest>, pen: &mut Pen) {
    let mut list = Pen::default();
    for failure in failed {
        list.within("<li>line ", failure.line, ": ");
        list.within(
            "<samp>",
            format!("{} {}", failure.method, failure.path),
            "</samp>, ",
        );
        list.text(&status_text(failure.status));
        // Some answers repeat the status as their code.
        let status = failure.status.unwrap_or_default().to_string();
        let reasons = [&failure.net, &failure.code, &failure.message];
        for part in reasons.into_iter().flatten().filter(|p| **p != status) {
            list.tag(", ").text(part);
        }
        if let Some(id) = &failure.request_id {
            list.within(", request <samp>", id, "</samp>");
        }
        list.tag("</li>\n");
    }
    if !list.is_empty() {
        pen.tag("<ul>").part(&list).tag("</ul>\n");
    }
}

fn also(finding: &Finding, pen: &mut Pen) {
    if finding.also.is_empty() {
        return;
    }
    pen.tag("<details><summary>What else this shows (");
    pen.number(finding.also.len()).tag(")</summary><ul>\n");
    for also in finding.also.iter().take(MOST_ALSO) {
        pen.within("<li>", &also.title, "");
        places(&also.evidence, pen);
        pen.tag("</li>\n");
    }
    if finding.also.len() > MOST_ALSO {
        pen.tag("<li>more: see diagnosis.json</li>\n");
    }
    pen.tag("</ul></details>\n");
}

fn places(places: &[Evidence], pen: &mut Pen) {
    for place in places.iter().take(3) {
        pen.within(
            " <samp>",
            format!("{}:{}", place.entry, place.line),
            "</samp>",
        );
    }
}

/// The other findings of the kind, in a row each.
fn others(diagnosis: &Diagnosis, others: &[&Finding], pen: &mut Pen) {
    if others.is_empty() {
        return;
    }
    pen.tag("<details><summary>The same in other places (");
    pen.number(others.len()).tag(")</summary>\n");
    let columns = ["Transfer", "Began (UTC)", "Own words", "Place"];
    pen.wide_table("Other places", "others", &columns)
        .tag("<tbody>\n");
    for finding in others.iter().take(MOST_OTHERS) {
        let transfer = transfer_of(diagnosis, finding);
        let began = transfer.and_then(|t| t.span.began.as_deref());
        let id = finding.transfer.as_deref();
        pen.within("<tr><th scope=\"row\">", id.unwrap_or("none"), "</th>");
        pen.within("<td>", began.map(short_time).unwrap_or_default(), "</td>");
        pen.within(
            "<td>",
            finding.said.as_deref().unwrap_or_default(),
            "</td><td>",
        );
        places(finding.evidence.get(..1).unwrap_or_default(), pen);
        pen.tag("</td></tr>\n");
    }
    pen.tag("</tbody></table></div>\n");
    if others.len() > MOST_OTHERS {
        let more = others.len() - MOST_OTHERS;
        pen.more(more, " more: see diagnosis.json.");
    }
    pen.tag("</details>\n");
}
