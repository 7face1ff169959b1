//! The timeline: which transfers and events are shown, and the tables that tell what the picture shows.
use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::Timestamp;

use super::markup::Pen;
use super::page::Page;
use super::picture::picture;
use crate::diagnose::{
    Diagnosis, EndView, Event, Lane, Outcome, SessionView, Side, Span, Transfer, Wire,
};
use crate::report::words::{bytes, count, moment, rate, seconds, told};

/// Transfers that are shown, the failed ones first, and sessions of each.
const MOST_TRANSFERS: usize = 24;
pub(super) const MOST_SESSIONS: usize = 10;
/// Events of the table, and marks of one lane.
const MOST_EVENTS: usize = 150;
const MOST_MARKS: usize = 120;

/// What the picture and the tables show.
pub(super) struct Shown<'a> {
    pub(super) transfers: Vec<&'a Transfer>,
    pub(super) events: Vec<&'a Event>,
}

/// Kinds of events that tell a failure.
pub(super) fn is_bad(event: &Event) -> bool {
    match event.what {
        "error" | "peer-error" | "cause" | "request-failed" | "silence" | "token-end"
        | "clock-jump" => true,
        "session-stop" => event.text.contains("failed"),
        "session-start" => event.text.contains("not opened"),
        _ => false,
    }
}

/// What of a diagnosis is shown: little enough to be looked at.
pub(super) fn shown(diagnosis: &Diagnosis) -> Shown<'_> {
    let mut transfers: Vec<&Transfer> = diagnosis.transfers.iter().collect();
    transfers.sort_by_key(|t| t.outcome);
    transfers.truncate(MOST_TRANSFERS);
    transfers.sort_by(|a, b| {
        let key = |t: &Transfer| (t.span.began.is_none(), instant(t.span.began.as_deref()));
        key(a).cmp(&key(b))
    });
    let ids: BTreeSet<&str> = transfers.iter().map(|t| t.id.as_str()).collect();
    // What the browser and the APIs tell of transfers that no log has stands for itself.
    let left_out = diagnosis.transfers.iter().map(|t| t.id.as_str());
    let left_out: BTreeSet<&str> = left_out.filter(|id| !ids.contains(id)).collect();
    let all = diagnosis.events.iter().filter(|e| {
        let transfer = e.transfer.as_deref();
        transfer.is_none_or(|id| !left_out.contains(id))
    });
    let mut events: Vec<&Event> = all.collect();
    events.sort_by_key(|e| !is_bad(e));
    let mut by_lane = [0usize; 6];
    events.retain(|e| {
        let Some(count) = by_lane.get_mut(e.lane as usize) else {
            return false;
        };
        *count += 1;
        *count <= MOST_MARKS
    });
    events.sort_by_key(|e| (e.time.is_none(), e.time));
    Shown { transfers, events }
}

/// A time of the diagnosis.
pub(super) fn instant(told: Option<&str>) -> Option<Timestamp> {
    told?.parse().ok()
}

pub(super) fn timeline(page: &Page<'_>, pen: &mut Pen) {
    let diagnosis = page.facts.diagnosis;
    let shown = shown(diagnosis);
    if shown.transfers.is_empty() && shown.events.is_empty() {
        pen.tag("<p>No log and no network trace tells a time of anything that happened.</p>\n");
        return;
    }
    picture(&shown, pen);
    sessions(&shown, pen);
    let hidden = diagnosis
        .counts
        .transfers
        .saturating_sub(shown.transfers.len() as u64);
    if hidden > 0 {
        let more = count(hidden, "more transfer");
        pen.within(
            "<p class=\"more\">",
            more,
            ", none of them worse: see diagnosis.json and timeline.ndjson.</p>\n",
        );
    }
    events(diagnosis, &shown, pen);
}

pub(super) fn ended(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Failed => "failed",
        Outcome::Succeeded => "succeeded",
        Outcome::Unknown => "end not shown",
    }
}

/// What the ends of a session counted: the receiver's count, where its log is there.
pub(super) fn wire(session: &SessionView) -> Option<Wire> {
    let counted = |sending: bool| {
        let mut ends = session.ends.iter().filter(|e| e.sending == sending);
        ends.find_map(|e| e.wire)
    };
    counted(false).or_else(|| counted(true))
}

/// When a session ran, by one clock: the two ends may tell the time of two zones. The node's clock is the one that
/// tokens end by.
pub(super) fn span(session: &SessionView) -> &Span {
    let whole = |end: &&EndView| end.span.began.is_some() && end.span.ended.is_some();
    let mut ends: Vec<&EndView> = session.ends.iter().filter(whole).collect();
    ends.sort_by_key(|end| end.side != Some(Side::Server));
    ends.first().map_or(&session.span, |end| &end.span)
}

fn time(span: &Span, at: Option<&str>) -> String {
    let Some(at) = at else {
        return "not told".to_owned();
    };
    match span.uncertain {
        0 => told(at),
        off => format!("{} ± {:.0} h", told(at), f64::from(off) / 3600.0),
    }
}

fn sessions(shown: &Shown<'_>, pen: &mut Pen) {
    if shown.transfers.is_empty() {
        return;
    }
    pen.tag("<details open><summary>Sessions as a table</summary>\n");
    pen.tag("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Sessions\"><table><thead><tr>");
    pen.tag("<th scope=\"col\">Session</th><th scope=\"col\">Ended how</th><th scope=\"col\">Began (UTC)</th>");
    pen.tag(
        "<th scope=\"col\">Ended (UTC)</th><th scope=\"col\">Files</th><th scope=\"col\">Rate</th>",
    );
    pen.tag("<th scope=\"col\">Sent again</th><th scope=\"col\">What it said</th></tr></thead>\n");
    for transfer in &shown.transfers {
        pen.tag("<tbody><tr><th scope=\"rowgroup\" colspan=\"8\">Transfer ");
        pen.within("<samp>", &transfer.id, "</samp> ")
            .text(ended(transfer.outcome));
        if let Some(package) = &transfer.package {
            pen.within(", package <samp>", package, "</samp>");
        }
        if let Some(target) = transfer.target_kbps {
            pen.tag(", asked for ").text(&rate(target));
        }
        pen.tag("</th></tr>\n");
        for session in transfer.sessions.iter().take(MOST_SESSIONS) {
            session_row(session, pen);
        }
        if transfer.sessions.len() > MOST_SESSIONS {
            let more = count(
                (transfer.sessions.len() - MOST_SESSIONS) as u64,
                "more session",
            );
            pen.within("<tr><td colspan=\"8\">", more, "</td></tr>\n");
        }
        pen.tag("</tbody>\n");
    }
    pen.tag("</table></div></details>\n");
}

fn session_row(session: &SessionView, pen: &mut Pen) {
    pen.within("<tr><th scope=\"row\"><samp>", &session.id, "</samp></th>");
    pen.tag(match session.outcome {
        Outcome::Failed => "<td class=\"error\">",
        Outcome::Succeeded => "<td class=\"fine\">",
        Outcome::Unknown => "<td>",
    });
    pen.text(ended(session.outcome));
    pen.tag(if session.http {
        ", over HTTP</td>"
    } else {
        "</td>"
    });
    let span = span(session);
    pen.within("<td>", time(span, span.began.as_deref()), "</td>");
    pen.within("<td>", time(span, span.ended.as_deref()), "</td>");
    match wire(session) {
        Some(wire) => {
            pen.within("<td>", bytes(wire.bytes), "</td>");
            pen.within("<td>", rate(wire.kbps), "</td>");
            pen.within("<td>", format!("{:.2} %", wire.loss), "</td><td>");
        }
        None => {
            pen.tag("<td>not told</td><td>not told</td><td>not told</td><td>");
        }
    }
    let mut said: Vec<&str> = Vec::new();
    for end in session.ends.iter().filter(|e| !e.text.is_empty()) {
        if !said.contains(&end.text.as_str()) {
            said.push(&end.text);
        }
    }
    let mut said: Vec<String> = said.into_iter().map(str::to_owned).collect();
    if let Some(apart) = session.clocks_apart {
        let long = seconds(apart.unsigned_abs() as f64);
        said.push(format!("the logs of its two ends are {long} apart"));
    }
    pen.text(&said.join("; ")).tag("</td></tr>\n");
}

pub(super) fn lane(lane: Lane) -> &'static str {
    match lane {
        Lane::Browser => "Browser",
        Lane::Client => "Transfer client",
        Lane::Server => "Transfer server",
        Lane::Ascp => "Transfer program",
        Lane::Program => "Other programs",
        Lane::Api => "API",
    }
}

fn events(diagnosis: &Diagnosis, shown: &Shown<'_>, pen: &mut Pen) {
    let mut rows = shown.events.clone();
    rows.sort_by_key(|e| (!is_bad(e), e.time.is_none(), e.time));
    rows.truncate(MOST_EVENTS);
    rows.sort_by_key(|e| (e.time.is_none(), e.time));
    if rows.is_empty() {
        return;
    }
    pen.tag("<details><summary>Events as a table (")
        .number(rows.len())
        .tag(")</summary>\n");
    pen.tag("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Events\"><table class=\"events\"><thead><tr>");
    pen.tag("<th scope=\"col\">Time (UTC)</th><th scope=\"col\">Who tells</th>");
    pen.tag("<th scope=\"col\">What</th><th scope=\"col\">Place</th></tr></thead><tbody>\n");
    for event in &rows {
        let mut at = event.time.map_or_else(|| "not told".to_owned(), moment);
        if event.uncertain > 0 {
            let _ = write!(at, " ± {:.0} h", f64::from(event.uncertain) / 3600.0);
        }
        pen.tag(if is_bad(event) {
            "<tr class=\"error\">"
        } else {
            "<tr>"
        });
        pen.within("<th scope=\"row\">", at, "</th>");
        pen.within("<td>", lane(event.lane), "</td>")
            .within("<td>", &event.text, "</td>");
        match event.line {
            0 => pen.within("<td><samp>", &event.entry, "</samp></td></tr>\n"),
            line => pen.within(
                "<td><samp>",
                format!("{}:{line}", event.entry),
                "</samp></td></tr>\n",
            ),
        };
    }
    pen.tag("</tbody></table></div>\n");
    if diagnosis.events.len() > rows.len() {
        let more = count((diagnosis.events.len() - rows.len()) as u64, "more event");
        pen.within("<p class=\"more\">", more, ": see timeline.ndjson.</p>\n");
    }
    pen.tag("</details>\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::kit_tests::transfer;

    #[test]
    fn a_session_of_two_zones_is_as_long_as_at_one_end() {
        let mut session = transfer(1).sessions.remove(0);
        let [client, server] = session.ends.as_mut_slice() else {
            panic!("two ends")
        };
        client.span.began = Some("2026-11-17T06:00:00Z".to_owned());
        client.span.ended = Some("2026-11-17T09:12:00Z".to_owned());
        let node = server.span.clone();
        session.span.began.clone_from(&client.span.began);
        assert_eq!(*span(&session), node);
        // An end that does not tell both times tells neither.
        session.ends[1].span.ended = None;
        assert_eq!(*span(&session), session.ends[0].span);
        session.ends.clear();
        assert_eq!(*span(&session), session.span);
    }
}
