//! Which lines of an item are read: the newest part of a large log, the time window, and Aspera's lines of the logs of
//! the whole system. What must be known of the logs beforehand is read here too: who takes part in transfers, and when
//! the newest line was written.
use std::io::BufReader;

use jiff::tz::TimeZone;

use super::command_outputs;
use super::item_reader::Filter;
use crate::collect::plan::items::is_compressed;
use crate::collect::plan::selection::Planned;
use crate::collect::request::Request;
use crate::diagnose::Clock;
use crate::sources::files::regular_file;
use crate::sources::item::{ItemKind, Origin};
use crate::sources::shared_logs::filter::{Learner, Parties, SharedLogRule};
use crate::sources::time_window;
use crate::sources::time_window::{Window, WindowRule, anchor, moment_of, newest_stamp};
use crate::text::Decoded;

/// Bytes at the end of a log in which its newest time stamp is searched.
const TAIL: u64 = 64 * 1024;

/// The users and addresses that take part in transfers: `users` of accounts, and those of a first pass over the shared
/// logs.
pub(in crate::collect) fn learn_parties(items: &[Planned], users: &[String]) -> Parties {
    let mut learner = Learner::new(users.iter().cloned());
    let is_shared = |p: &&Planned| p.is_read() && p.item.kind == ItemKind::SharedLog;
    for planned in items.iter().filter(is_shared) {
        if let Origin::File(path) = &planned.item.origin
            && let Ok(file) = regular_file::open_regular(path)
            && let Ok(text) = Decoded::open(file)
        {
            // What cannot be read here is reported when it is collected.
            let _ = learner.read(BufReader::with_capacity(1 << 17, text));
        }
    }
    learner.finish()
}

/// The clock of an item's lines. A log that the user named may come from any machine: its zone is known only where the
/// request gives it.
pub(in crate::collect) fn clock(planned: &Planned, request: &Request, zone: &TimeZone) -> Clock {
    let item = &planned.item;
    let newest = anchor(None, item.modified, request.clock.now(), zone);
    let known = request.zone.is_some() || !item.row.starts_with("given");
    Clock {
        zone: known.then(|| zone.clone()),
        newest: Some(newest),
    }
}

/// The rules by which lines of an item are left out.
pub(in crate::collect) fn line_rules(
    planned: &Planned,
    request: &Request,
    zone: &TimeZone,
    parties: &Parties,
) -> Vec<Filter> {
    let shared = planned.item.kind == ItemKind::SharedLog;
    let mut filters = Vec::new();
    if planned.skip > 0 {
        let mut first = true;
        filters.push(Filter {
            why: "max-size",
            rule: Box::new(move |_: &[u8]| !std::mem::replace(&mut first, false)),
        });
    }
    let newest = match &planned.item.origin {
        Origin::File(path) if !is_compressed(path) => regular_file::tail(path, TAIL)
            .ok()
            .and_then(|tail| newest_stamp(&tail)),
        _ => None,
    };
    let years = anchor(newest, planned.item.modified, request.clock.now(), zone);
    let log = shared || planned.item.kind == ItemKind::Log;
    let wanted = if !request.window.is_open() {
        log.then_some(request.window)
    } else if shared {
        newest.map(|stamp| {
            Window::last_days(time_window::SHARED_LOG_DAYS, moment_of(stamp, years, zone))
        })
    } else {
        None
    };
    if let Some(wanted) = wanted {
        let may_hold = wanted.may_hold(planned.item.modified);
        filters.push(Filter {
            why: "window",
            rule: Box::new(WindowRule::new(wanted, zone.clone(), years, may_hold)),
        });
    }
    let journal = planned.item.kind == ItemKind::Command && command_outputs::is_shared(planned);
    if shared || journal {
        filters.push(Filter {
            why: "filter",
            rule: Box::new(SharedLogRule::new(parties.clone())),
        });
    }
    filters
}
