//! What of a diagnosis the timeline shows, in the picture and in the tables: few enough transfers and events to be read.
use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::diagnose::{
    Diagnosis, EndView, Event, Lane, SessionView, Side, TimeSpan, Transfer, TransferOutcome, Wire,
};

/// Transfers that are shown, the failed ones first, and sessions of each.
const MOST_TRANSFERS: usize = 24;
pub(super) const MOST_SESSIONS: usize = 10;
/// Events of one lane.
const MOST_MARKS: usize = 120;

/// What the picture and the tables show.
pub(super) struct ShownTimeline<'a> {
    pub(super) transfers: Vec<&'a Transfer>,
    pub(super) events: Vec<&'a Event>,
}

/// True for events that are part of a failure.
pub(super) fn is_bad(event: &Event) -> bool {
    match event.what {
        "error" | "peer-error" | "cause" | "request-failed" | "silence" | "token-end"
        | "clock-jump" => true,
        "session-stop" => event.text.contains("failed"),
        "session-start" => event.text.contains("not opened"),
        _ => false,
    }
}

/// The transfers and events that are shown.
pub(super) fn shown(diagnosis: &Diagnosis) -> ShownTimeline<'_> {
    let mut transfers: Vec<&Transfer> = diagnosis.transfers.iter().collect();
    transfers.sort_by_key(|t| t.outcome);
    transfers.truncate(MOST_TRANSFERS);
    transfers.sort_by(|a, b| {
        let key = |t: &Transfer| (t.span.began.is_none(), instant(t.span.began.as_deref()));
        key(a).cmp(&key(b))
    });
    let ids: BTreeSet<&str> = transfers.iter().map(|t| t.id.as_str()).collect();
    // Events of transfers that are in no log are shown too.
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
    ShownTimeline { transfers, events }
}

/// A time of the diagnosis, parsed.
pub(super) fn instant(time: Option<&str>) -> Option<Timestamp> {
    time?.parse().ok()
}

/// How something ended, in words.
pub(super) fn ended(outcome: TransferOutcome) -> &'static str {
    match outcome {
        TransferOutcome::Failed => "failed",
        TransferOutcome::Succeeded => "succeeded",
        TransferOutcome::Unknown => "end not shown",
    }
}

/// What was transferred in a session: as the receiver counted it, if its log is there.
pub(super) fn wire(session: &SessionView) -> Option<Wire> {
    let counted = |sending: bool| {
        let mut ends = session.ends.iter().filter(|e| e.sending == sending);
        ends.find_map(|e| e.wire)
    };
    counted(false).or_else(|| counted(true))
}

/// When a session ran, by one clock: the logs of the two ends can be in two time zones. The clock of the server counts
/// first, since it decides when a token is expired.
pub(super) fn span(session: &SessionView) -> &TimeSpan {
    let whole = |end: &&EndView| end.span.began.is_some() && end.span.ended.is_some();
    let mut ends: Vec<&EndView> = session.ends.iter().filter(whole).collect();
    ends.sort_by_key(|end| end.side != Some(Side::Server));
    ends.first().map_or(&session.span, |end| &end.span)
}

/// The name of a lane.
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
        // An end without one of the times is not used.
        session.ends[1].span.ended = None;
        assert_eq!(*span(&session), session.ends[0].span);
        session.ends.clear();
        assert_eq!(*span(&session), session.span);
    }
}
