//! The requests of the browser, each with the phases of its time as a bar.
use super::markup::Pen;
use super::scale::Scale;
use crate::diagnose::har::{Bar, NetworkTrace, is_failure};
use crate::report::facts::Facts;
use crate::report::quotes::shortened;
use crate::report::words::{count, milliseconds, moment};

/// Traces that are shown, and requests of each.
const MOST_TRACES: usize = 8;
const MOST_BARS: usize = 150;
/// Characters of an address.
const ADDRESS: usize = 160;
/// Width of the bars' drawing.
const WIDTH: f64 = 1000.0;
/// Idle periods shorter than this are never collapsed, in milliseconds.
const LEAST: f64 = 400.0;

/// The phases of a request in their order: name, class, time.
fn phases(bar: &Bar) -> [(&'static str, &'static str, f64); 7] {
    let time = |phase: Option<f64>| phase.filter(|t| t.is_finite() && *t > 0.0).unwrap_or(0.0);
    [
        (
            "blocked",
            "<rect class=\"p-blocked\" x=\"",
            time(bar.blocked),
        ),
        ("DNS", "<rect class=\"p-dns\" x=\"", time(bar.dns)),
        (
            "connect",
            "<rect class=\"p-connect\" x=\"",
            time(bar.connect),
        ),
        ("TLS", "<rect class=\"p-ssl\" x=\"", time(bar.ssl)),
        ("send", "<rect class=\"p-send\" x=\"", time(bar.send)),
        ("wait", "<rect class=\"p-wait\" x=\"", time(bar.wait)),
        (
            "receive",
            "<rect class=\"p-receive\" x=\"",
            time(bar.receive),
        ),
    ]
}

fn total(bar: &Bar) -> f64 {
    phases(bar).iter().map(|p| p.2).sum()
}

fn failed(bar: &Bar) -> bool {
    bar.status.is_some_and(is_failure)
}

/// All traces.
pub(super) fn network(facts: &Facts<'_>, pen: &mut Pen) {
    let Some(network) = &facts.diagnosis.network else {
        pen.tag("<p>There is no network trace of the browser in this bundle. If the trouble shows in the web ");
        pen.tag("application, record a HAR file while it happens and add it with <samp>--har FILE</samp>.</p>\n");
        return;
    };
    legend(pen);
    for trace in network.traces.iter().take(MOST_TRACES) {
        one(trace, pen);
    }
    if network.traces.len() > MOST_TRACES {
        let more = count((network.traces.len() - MOST_TRACES) as u64, "more trace");
        pen.more(more, ": see diagnosis.json.");
    }
}

fn legend(pen: &mut Pen) {
    pen.tag("<ul class=\"legend\" aria-label=\"Colours of the bars\">");
    for item in [
        "<li class=\"p-blocked\">blocked</li>",
        "<li class=\"p-dns\">DNS</li>",
        "<li class=\"p-connect\">connect</li>",
        "<li class=\"p-ssl\">TLS</li>",
        "<li class=\"p-send\">send</li>",
        "<li class=\"p-wait\">wait</li>",
        "<li class=\"p-receive\">receive</li>",
    ] {
        pen.tag(item);
    }
    pen.tag("</ul>\n");
}

fn one(trace: &NetworkTrace, pen: &mut Pen) {
    pen.within("<h3><samp>", &trace.entry, "</samp></h3>\n<p>");
    let bad: u64 = trace.kinds.iter().map(|k| k.failed).sum();
    pen.text(&count(trace.requests, "request")).tag(", ");
    pen.number(bad).tag(" of them failed");
    if let Some(first) = trace.first {
        pen.tag("; the first began at ")
            .text(&moment(first))
            .tag(" UTC");
    }
    pen.tag(".</p>\n");
    if trace.waterfall.is_empty() {
        return;
    }
    let bars = chosen(trace);
    let begin = |bar: &Bar| bar.offset.unwrap_or(0.0);
    let spans = bars.iter().map(|b| (begin(b), begin(b) + total(b)));
    let scale = Scale::new(spans.collect(), WIDTH, LEAST);
    let columns = ["After", "Request", "Status", "Took", "Mostly", "When"];
    pen.wide_table("Requests of the browser", "fall", &columns);
    pen.tag("<tbody>\n");
    for bar in &bars {
        row(bar, &scale, pen);
    }
    pen.tag("</tbody></table></div>\n");
    let left = trace.requests.saturating_sub(bars.len() as u64);
    if left > 0 {
        let more = count(left, "more request");
        pen.more(more, " that tell less: see the trace itself.");
    }
}

/// The failed requests first, then those that took longest; in the order of the trace.
fn chosen(trace: &NetworkTrace) -> Vec<&Bar> {
    let mut bars: Vec<(usize, &Bar)> = trace.waterfall.iter().enumerate().collect();
    bars.sort_by(|(_, a), (_, b)| {
        let key = failed(b).cmp(&failed(a));
        key.then_with(|| total(b).total_cmp(&total(a)))
    });
    bars.truncate(MOST_BARS);
    bars.sort_by_key(|(number, _)| *number);
    bars.into_iter().map(|(_, bar)| bar).collect()
}

fn row(bar: &Bar, scale: &Scale, pen: &mut Pen) {
    pen.tag(if failed(bar) {
        "<tr class=\"error\"><td>"
    } else {
        "<tr><td>"
    });
    pen.text(
        &bar.offset
            .map_or_else(|| "not told".to_owned(), milliseconds),
    );
    let address = shortened(&format!("{} {}", bar.method, bar.path), ADDRESS);
    pen.within("</td><th scope=\"row\"><samp>", address, "</samp></th><td>");
    match bar.status {
        None => pen.tag("not told"),
        Some(0) => pen.tag("no answer"),
        Some(status) => pen.number(u64::from(status)),
    };
    pen.within("</td><td>", milliseconds(total(bar)), "</td><td>");
    let longest = phases(bar).into_iter().max_by(|a, b| a.2.total_cmp(&b.2));
    if let Some((name, _, time)) = longest.filter(|p| p.2 > 0.0) {
        pen.tag(name).tag(" ").text(&milliseconds(time));
    }
    pen.tag(
        "</td><td><svg aria-hidden=\"true\" viewBox=\"0 0 1000 12\" preserveAspectRatio=\"none\">",
    );
    let mut begin = bar.offset.unwrap_or(0.0);
    for (_, rect, time) in phases(bar).into_iter().filter(|p| p.2 > 0.0) {
        let (left, right) = (scale.at(begin), scale.at(begin + time));
        begin += time;
        // Short phases have a visible width too.
        let wide = (right - left).max(2.0);
        pen.tag(rect)
            .number(left.min(WIDTH - 2.0))
            .tag("\" width=\"");
        pen.number(wide).tag("\" height=\"12\"/>");
    }
    pen.tag("</svg></td></tr>\n");
}
