//! The timeline of the report: the picture, and tables of its sessions and events.
use std::fmt::Write as _;

use super::markup::Pen;
use super::picture::picture;
use super::shown::{MOST_SESSIONS, ShownTimeline, ended, is_bad, lane, shown, span, wire};
use crate::diagnose::{Diagnosis, SessionView, TimeSpan, TransferOutcome};
use crate::report::facts::Facts;
use crate::report::words::{bytes, count, moment, rate, seconds, short_time};

/// Events of the table.
const MOST_EVENTS: usize = 150;

pub(super) fn timeline(facts: &Facts<'_>, pen: &mut Pen) {
    let diagnosis = facts.diagnosis;
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
        pen.more(
            more,
            ", none of them worse: see diagnosis.json and timeline.ndjson.",
        );
    }
    events(diagnosis, &shown, pen);
}

fn time(span: &TimeSpan, at: Option<&str>) -> String {
    let Some(at) = at else {
        return "not told".to_owned();
    };
    match span.uncertain {
        0 => short_time(at),
        off => format!("{} ± {:.0} h", short_time(at), f64::from(off) / 3600.0),
    }
}

fn sessions(shown: &ShownTimeline<'_>, pen: &mut Pen) {
    if shown.transfers.is_empty() {
        return;
    }
    pen.tag("<details open><summary>Sessions as a table</summary>\n");
    let columns = [
        "Session",
        "Ended how",
        "Began (UTC)",
        "Ended (UTC)",
        "Files",
        "Rate",
        "Sent again",
        "What it said",
    ];
    pen.wide_table("Sessions", "sessions", &columns);
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
        TransferOutcome::Failed => "<td class=\"error\">",
        TransferOutcome::Succeeded => "<td class=\"fine\">",
        TransferOutcome::Unknown => "<td>",
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
    let mut texts: Vec<&str> = Vec::new();
    for end in session.ends.iter().filter(|e| !e.text.is_empty()) {
        if !texts.contains(&end.text.as_str()) {
            texts.push(&end.text);
        }
    }
    let mut said: Vec<String> = texts.into_iter().map(str::to_owned).collect();
    if let Some(apart) = session.clocks_apart {
        let long = seconds(apart.unsigned_abs() as f64);
        said.push(format!("the logs of its two ends are {long} apart"));
    }
    pen.text(&said.join("; ")).tag("</td></tr>\n");
}

fn events(diagnosis: &Diagnosis, shown: &ShownTimeline<'_>, pen: &mut Pen) {
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
    pen.wide_table(
        "Events",
        "events",
        &["Time (UTC)", "Who tells", "What", "Place"],
    );
    pen.tag("<tbody>\n");
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
        pen.more(more, ": see timeline.ndjson.");
    }
    pen.tag("</details>\n");
}
