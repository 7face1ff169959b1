//! The picture of the timeline (SVG): events on lanes, sessions as bars, expiries of tokens as lines across all rows.
use jiff::Timestamp;

use super::markup::Pen;
use super::scale::Scale;
use super::shown::{MOST_SESSIONS, ShownTimeline, ended, instant, is_bad, lane, span, wire};
use crate::diagnose::{Event, Lane, SessionView, Transfer, TransferOutcome};
use crate::report::quotes::shortened;
use crate::report::words::{bytes, count, moment, rate, seconds};

/// Width of the picture, of its margins, and height of a row.
const WIDTH: f64 = 1000.0;
const EDGE: f64 = 12.0;
const ROW: f64 = 34.0;
/// About the width of a small character.
const LETTER: f64 = 6.2;
/// Idle periods shorter than this are never collapsed, in seconds.
const LEAST: f64 = 20.0;
/// Expiries of tokens are shown at most this far from the first and the last event, in seconds.
const NEAR: f64 = 6.0 * 3600.0;
/// Steps of the axis in seconds.
const STEPS: [f64; 17] = [
    1.0,
    5.0,
    10.0,
    30.0,
    60.0,
    120.0,
    300.0,
    600.0,
    1800.0,
    3600.0,
    7200.0,
    21_600.0,
    43_200.0,
    86_400.0,
    604_800.0,
    2_592_000.0,
    31_536_000.0,
];

const LANES: [Lane; 6] = [
    Lane::Browser,
    Lane::Api,
    Lane::Program,
    Lane::Client,
    Lane::Server,
    Lane::Ascp,
];

/// Draws the picture; nothing if no event has a time.
pub(super) fn picture(shown: &ShownTimeline<'_>, pen: &mut Pen) {
    let sessions = || shown.transfers.iter().flat_map(|t| t.sessions.iter());
    let bars = sessions().filter_map(stretch);
    let moments = shown.events.iter().filter(|e| e.what != "token-end");
    let moments = moments.filter_map(|e| e.time).map(|t| (at(t), at(t)));
    let mut spans: Vec<(f64, f64)> = bars.chain(moments).collect();
    let first = spans.iter().map(|s| s.0).reduce(f64::min);
    let last = spans.iter().map(|s| s.1).reduce(f64::max);
    let (Some(first), Some(last)) = (first, last) else {
        return;
    };
    let ends = token_ends(shown, first - NEAR, last + NEAR);
    spans.extend(ends.iter().map(|end| (*end, *end)));
    let scale = Scale::new(spans, WIDTH - 2.0 * EDGE, LEAST);
    let lanes: Vec<Lane> = LANES
        .into_iter()
        .filter(|lane| {
            shown
                .events
                .iter()
                .any(|e| e.lane == *lane && e.time.is_some())
        })
        .collect();
    let rows: usize = shown.transfers.iter().map(|t| drawn(t).count()).sum();
    let titles = shown.transfers.iter().filter(|t| drawn(t).next().is_some());
    let body = lanes.len() as f64 * ROW + titles.count() as f64 * 24.0 + rows as f64 * ROW;
    let height = 30.0 + body + 34.0;
    pen.tag("<figure class=\"chart\"><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Timeline picture\">");
    pen.tag("<svg role=\"img\" aria-labelledby=\"t-title t-desc\" viewBox=\"0 0 1000 ");
    pen.number(height)
        .tag("\"><title id=\"t-title\">Timeline</title><desc id=\"t-desc\">");
    pen.text(&format!(
        "Sessions of {} as bars from left to right in time, and events on {} lanes, {} to {} UTC. The tables below tell the same.",
        count(shown.transfers.len() as u64, "transfer"),
        lanes.len(),
        clock(first),
        clock(last),
    ));
    pen.tag("</desc>\n");
    let draw = Draw {
        scale: &scale,
        height,
    };
    draw.axis(pen);
    draw.token_ends(&ends, pen);
    let mut y = 30.0;
    for lane in lanes {
        draw.lane(lane, shown, y, pen);
        y += ROW;
    }
    for transfer in &shown.transfers {
        y = draw.transfer(transfer, y, pen);
    }
    pen.tag("</svg></div>\n<figcaption>Times are UTC, from left to right. Long silences are folded (┆). ");
    pen.tag("◆ is a failure, │ another event; a dashed line is the end of a token.</figcaption></figure>\n");
}

fn at(time: Timestamp) -> f64 {
    time.as_millisecond() as f64 / 1000.0
}

fn clock(second: f64) -> String {
    Timestamp::from_millisecond((second * 1000.0) as i64).map_or_else(|_| String::new(), moment)
}

fn stretch(session: &SessionView) -> Option<(f64, f64)> {
    let span = span(session);
    let began = instant(span.began.as_deref());
    let ended = instant(span.ended.as_deref());
    let from = began.or(ended).map(at)?;
    Some((from, ended.or(began).map_or(from, at).max(from)))
}

fn drawn(transfer: &Transfer) -> impl Iterator<Item = (&SessionView, (f64, f64))> {
    let all = transfer
        .sessions
        .iter()
        .filter_map(|s| Some((s, stretch(s)?)));
    all.take(MOST_SESSIONS)
}

fn token_ends(shown: &ShownTimeline<'_>, from: f64, to: f64) -> Vec<f64> {
    let logs = shown.transfers.iter().flat_map(|t| &t.tokens_end);
    let logs = logs.map(|end| *end as f64);
    let traces = shown.events.iter().filter(|e| e.what == "token-end");
    let traces = traces.filter_map(|e| e.time).map(at);
    let mut ends: Vec<f64> = logs
        .chain(traces)
        .filter(|t| (from..=to).contains(t))
        .collect();
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    ends.truncate(12);
    ends
}

struct Draw<'a> {
    scale: &'a Scale,
    height: f64,
}

impl Draw<'_> {
    fn x(&self, second: f64) -> f64 {
        EDGE + self.scale.at(second)
    }

    fn axis(&self, pen: &mut Pen) {
        let bottom = self.height - 24.0;
        let mut day = String::new();
        let mut taken = 0.0;
        for (second, left) in self.scale.ticks(&STEPS, 118.0) {
            let label = clock(second);
            let (date, time) = label.split_once(' ').unwrap_or((&label, ""));
            let x = left + EDGE;
            pen.tag("<line class=\"grid\" x1=\"")
                .number(x)
                .tag("\" x2=\"")
                .number(x);
            pen.tag("\" y1=\"22\" y2=\"").number(bottom).tag("\"/>");
            let label = if date == day {
                time.to_owned()
            } else {
                format!("{} {time}", date.get(5..).unwrap_or(date))
            };
            if !tick(x, &label, &mut taken, pen) {
                continue;
            }
            date.clone_into(&mut day);
        }
        let mut free = 0.0;
        for fold in self.scale.folds() {
            let long = seconds(fold.long);
            pen.tag("<rect class=\"fold\" y=\"22\" x=\"")
                .number(fold.left + EDGE);
            pen.tag("\" width=\"").number(fold.right - fold.left);
            pen.tag("\" height=\"")
                .number(bottom - 22.0)
                .tag("\"><title>");
            pen.text(&format!("{long} of silence"))
                .tag("</title></rect>\n");
            // Where collapsed periods are close together, only some have a label.
            let (middle, half) = (
                (fold.left + fold.right) / 2.0 + EDGE,
                LETTER * (long.len() + 2) as f64 / 2.0,
            );
            if middle - half >= free {
                free = middle + half;
                pen.tag("<text class=\"tick\" text-anchor=\"middle\" x=\"")
                    .number(middle.max(half));
                pen.tag("\" y=\"").number(self.height - 8.0);
                pen.tag("\">┆ ").text(&long).tag("</text>\n");
            }
        }
    }

    fn token_ends(&self, ends: &[f64], pen: &mut Pen) {
        for end in ends.iter().filter(|end| self.scale.shows(**end)) {
            let x = self.x(*end);
            pen.tag("<line class=\"token\" x1=\"")
                .number(x)
                .tag("\" x2=\"")
                .number(x);
            pen.tag("\" y1=\"22\" y2=\"")
                .number(self.height - 24.0)
                .tag("\"><title>");
            pen.text(&format!("a token ended at {} UTC", clock(*end)))
                .tag("</title></line>\n");
        }
    }

    fn lane(&self, lane_: Lane, shown: &ShownTimeline<'_>, y: f64, pen: &mut Pen) {
        pen.tag("<text class=\"name\" x=\"12\" y=\"")
            .number(y + 12.0)
            .tag("\">");
        pen.text(lane(lane_))
            .tag("</text><line class=\"lane\" x1=\"12\" x2=\"988\" y1=\"");
        pen.number(y + 23.0)
            .tag("\" y2=\"")
            .number(y + 23.0)
            .tag("\"/>\n");
        let events = shown.events.iter().filter(|e| e.lane == lane_);
        // Failures are drawn last, on top.
        let (bad, plain): (Vec<&&Event>, Vec<&&Event>) = events.partition(|e| is_bad(e));
        for event in plain.into_iter().chain(bad) {
            if let Some(time) = event.time {
                self.mark(event, self.x(at(time)), y + 23.0, pen);
            }
        }
    }

    fn mark(&self, event: &Event, x: f64, y: f64, pen: &mut Pen) {
        if is_bad(event) {
            pen.tag("<path class=\"bad\" d=\"M")
                .number(x)
                .tag(" ")
                .number(y - 6.0);
            pen.tag("l6 6l-6 6l-6-6z\">");
        } else {
            pen.tag("<path class=\"tickmark\" d=\"M")
                .number(x)
                .tag(" ")
                .number(y - 5.0);
            pen.tag("v10\">");
        }
        let when = event.time.map(moment).unwrap_or_default();
        pen.within(
            "<title>",
            format!("{when}: {}", event.text),
            "</title></path>\n",
        );
    }

    fn transfer(&self, transfer: &Transfer, top: f64, pen: &mut Pen) -> f64 {
        let mut y = top;
        let rows: Vec<_> = drawn(transfer).collect();
        if rows.is_empty() {
            return y;
        }
        pen.tag("<text class=\"name\" x=\"12\" y=\"")
            .number(y + 17.0)
            .tag("\">Transfer ");
        pen.text(short(&transfer.id))
            .tag(": ")
            .text(ended(transfer.outcome));
        if let Some(package) = &transfer.package {
            pen.tag(", package ").text(package);
        }
        pen.tag("</text>\n");
        y += 24.0;
        let all = transfer.sessions.len();
        for (number, (session, (from, to))) in rows.into_iter().enumerate() {
            let label = label(session, number, all, to - from);
            let (left, right) = (self.x(from), self.x(to));
            pen.tag("<text class=\"label\" x=\"12\" y=\"")
                .number(y + 10.0)
                .tag("\">");
            pen.text(&label).tag("</text>");
            pen.tag(match session.outcome {
                TransferOutcome::Failed => "<rect class=\"bar failed\" x=\"",
                TransferOutcome::Succeeded => "<rect class=\"bar good\" x=\"",
                TransferOutcome::Unknown => "<rect class=\"bar open\" x=\"",
            });
            pen.number(left.min(WIDTH - EDGE - 4.0))
                .tag("\" y=\"")
                .number(y + 15.0);
            pen.tag("\" height=\"10\" rx=\"2\" width=\"")
                .number((right - left).max(4.0));
            pen.tag("\"><title>").text(&label).tag("</title></rect>\n");
            y += ROW;
        }
        y
    }
}

/// Writes a label of the axis unless it would overlap the last one. A label at the right edge ends there.
fn tick(x: f64, label: &str, taken: &mut f64, pen: &mut Pen) -> bool {
    let (long, last) = (LETTER * label.len() as f64, x > WIDTH - 90.0);
    let x = x.min(WIDTH - 2.0);
    let begin = if last { x - long } else { x };
    if begin < *taken {
        return false;
    }
    *taken = begin + long;
    pen.tag("<text class=\"tick\" y=\"14\" x=\"").number(x);
    pen.tag(if last {
        "\" text-anchor=\"end\">"
    } else {
        "\">"
    });
    pen.text(label).tag("</text>\n");
    true
}

/// The beginning of an id, enough to distinguish it.
fn short(id: &str) -> &str {
    let end = id.find('-').filter(|at| *at >= 8).unwrap_or(id.len());
    id.get(..end).unwrap_or(id)
}

fn label(session: &SessionView, number: usize, all: usize, long: f64) -> String {
    let mut parts = vec![match all {
        1 => format!("Session {}", short(&session.id)),
        _ => format!("Session {} of {all}, {}", number + 1, short(&session.id)),
    }];
    let how = ended(session.outcome);
    parts.push(match session.outcome {
        TransferOutcome::Unknown => how.to_owned(),
        TransferOutcome::Failed if long < 1.0 => format!("{how} at once"),
        _ => format!("{how} after {}", seconds(long)),
    });
    if session.http {
        parts.push("over HTTP".to_owned());
    }
    if let Some(wire) = wire(session) {
        parts.push(bytes(wire.bytes));
        parts.push(rate(wire.kbps));
        parts.push(format!("{:.2} % sent again", wire.loss));
    } else if let Some(end) = session.ends.iter().find(|e| !e.text.is_empty()) {
        parts.push(shortened(&end.text, 90));
    }
    parts.join(" · ")
}
