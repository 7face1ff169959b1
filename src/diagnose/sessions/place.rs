//! A line of a log as a place: which log it is in, and when it was written.
use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::super::model::Evidence;
use super::clock::{Clock, Moment};
use crate::text::Stamp;

/// A line of an entry, by the number of the entry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::diagnose) struct LogSpot {
    pub(in crate::diagnose) entry: u32,
    pub(in crate::diagnose) line: u64,
    pub(in crate::diagnose) stamp: Option<Stamp>,
}

/// An entry of the bundle.
#[derive(Default)]
pub(in crate::diagnose) struct LogFile {
    pub(in crate::diagnose) name: String,
    /// Number of its folder: the logs of one folder are those of one installation.
    pub(in crate::diagnose) folder: u32,
    pub(in crate::diagnose) clock: Clock,
    /// It has lines at debug level.
    pub(in crate::diagnose) debug: bool,
    /// A program that serves many sessions wrote it: not ascp.
    pub(in crate::diagnose) shared: bool,
}

/// First and last moment of something, as far as they are known.
pub(in crate::diagnose) type Stretch = (Option<Moment>, Option<Moment>);

impl LogFile {
    /// Which side it is from, by the folders `server` and `client` in its name.
    pub(in crate::diagnose) fn is_server(&self) -> Option<bool> {
        let in_folder = |folder: &str| {
            let mut parts = self.name.split('/');
            parts.any(|part| part == folder || part.starts_with(&format!("{folder}.")))
        };
        match (in_folder("server"), in_folder("client")) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        }
    }
}

/// When a line was written.
pub(in crate::diagnose) fn moment(files: &[LogFile], spot: LogSpot) -> Option<Moment> {
    let file = files.get(spot.entry as usize)?;
    file.clock.place(spot.stamp?)
}

/// First and last moment of some lines.
pub(in crate::diagnose) fn span(
    files: &[LogFile],
    spots: impl Iterator<Item = LogSpot>,
) -> Stretch {
    let mut first: Option<Moment> = None;
    let mut last: Option<Moment> = None;
    for at in spots.filter_map(|spot| moment(files, spot)) {
        if first.is_none_or(|f| at < f) {
            first = Some(at);
        }
        if last.is_none_or(|l| at > l) {
            last = Some(at);
        }
    }
    (first, last)
}

/// First and last moment of the lines whose clock is the least uncertain: a log without a time zone would only blur the
/// others.
pub(in crate::diagnose) fn span_of_surest(
    files: &[LogFile],
    spots: impl Iterator<Item = LogSpot>,
) -> Stretch {
    let placed = spots.filter_map(|spot| moment(files, spot));
    let mut moments: Vec<Moment> = placed.collect();
    let least = moments.iter().map(|m| m.uncertain).min();
    moments.retain(|m| Some(m.uncertain) <= least);
    (moments.iter().min().copied(), moments.iter().max().copied())
}

/// First and last moment of some lines, by the clock of one log: the clocks of two ends are hours apart where one has no
/// time zone. The least uncertain log counts, and of two the one that covers more time.
pub(in crate::diagnose) fn span_of_one_log(
    files: &[LogFile],
    spots: impl Iterator<Item = LogSpot>,
) -> Stretch {
    let mut logs: Vec<(u32, Moment, Moment)> = Vec::new();
    for spot in spots {
        let folder = files.get(spot.entry as usize).map(|e| e.folder);
        let (Some(folder), Some(at)) = (folder, moment(files, spot)) else {
            continue;
        };
        match logs.iter_mut().find(|log| log.0 == folder) {
            Some((_, first, last)) => {
                *first = at.min(*first);
                *last = at.max(*last);
            }
            None => logs.push((folder, at, at)),
        }
    }
    let surest = logs.into_iter().min_by_key(|(_, first, last)| {
        let length = first.seconds_to(*last);
        (first.uncertain.max(last.uncertain), Reverse(length))
    });
    surest.map_or((None, None), |(_, first, last)| (Some(first), Some(last)))
}

/// Lines as evidence, sorted, each once, and at most `most` of them.
pub(in crate::diagnose) fn evidence(
    files: &[LogFile],
    spots: &[LogSpot],
    most: usize,
) -> Vec<Evidence> {
    let mut seen = BTreeSet::new();
    let mut places: Vec<Evidence> = spots
        .iter()
        .filter(|spot| seen.insert((spot.entry, spot.line)))
        .filter_map(|spot| {
            Some(Evidence {
                entry: files.get(spot.entry as usize)?.name.clone(),
                line: spot.line,
            })
        })
        .collect();
    places.truncate(most);
    places.sort();
    places
}
