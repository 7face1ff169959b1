//! The plan of a run: the items that will be read, their order, their names in the zip, and what of them fits below the
//! size limit. `--dry-run` prints it.
use std::collections::BTreeMap;
use std::path::Path;
use std::time::UNIX_EPOCH;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::api_items::api_items;
use super::items;
use super::items::is_compressed;
use crate::bundle::entry_names::{EntryNames, MADE};
use crate::bundle::manifest::{Entry, Status};
use crate::collect::request::Request;
use crate::collect::trace::seconds;
use crate::redact::{Clean, Redactor};
use crate::sources::find::discovery::{Search, discover};
use crate::sources::item::{Decision, Item, ItemKind};
use crate::sources::paths::places::Places;

/// Deflated size of a redacted log, as a share of the log; an estimate for the size limit.
const WORST_RATIO: f64 = 0.30;

/// The same for a log of which only the newest part is taken.
const TAIL_RATIO: f64 = 0.45;

/// One planned item, with everything about it that may be shown.
#[derive(Debug)]
pub struct Planned {
    /// What it is. Raw: never shown.
    pub(in crate::collect) item: Item,
    /// Its name inside the root folder.
    pub entry: String,
    /// Its path, redacted.
    pub path: Clean,
    /// Bytes at its beginning that are passed over to stay below the size limit.
    pub skip: u64,
    /// Manifest entry as far as it is known before reading.
    pub(in crate::collect) record: Entry,
}

/// What will be collected, in the order of reading.
#[derive(Debug, Default)]
pub struct Plan {
    /// Items, newest logs first.
    pub items: Vec<Planned>,
    /// Folder users, to be recognised in paths.
    pub(in crate::collect) users: Vec<String>,
    /// Where the evidence contradicts what the user gave about the case, or leaves something open.
    pub notes: Vec<Clean>,
}

/// A line of the plan as `--dry-run --json` prints it.
#[derive(Debug, Serialize)]
pub struct PlanLine<'a> {
    entry: &'a str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified: Option<&'a str>,
    decision: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<&'a str>,
}

impl std::fmt::Display for PlanLine<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:<26} {:>12}  {}",
            self.decision,
            self.size.map_or_else(String::new, |s| s.to_string()),
            self.entry
        )?;
        match (self.reason, self.remedy) {
            (Some(reason), Some(remedy)) => write!(f, "  ({reason} {remedy})"),
            (Some(reason), None) => write!(f, "  ({reason})"),
            _ => Ok(()),
        }
    }
}

impl Planned {
    /// True if it will be read.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.item.decision == Decision::Collect
    }

    /// Size on disk in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.item.size.unwrap_or(0)
    }

    /// The line that `--dry-run` shows.
    #[must_use]
    pub fn line(&self) -> PlanLine<'_> {
        let decision = match &self.item.decision {
            Decision::Collect if self.skip > 0 => "collect the newest part",
            Decision::Collect => "collect",
            Decision::List(_) => "list",
            Decision::Skip(_) => "skip",
            Decision::Fail { .. } => "cannot read",
        };
        PlanLine {
            entry: &self.entry,
            path: self.path.as_str(),
            size: self.item.size,
            modified: self.record.modified.as_deref(),
            decision,
            reason: self.record.reason.as_ref().map(Clean::as_str),
            remedy: self.record.remedy.as_ref().map(Clean::as_str),
        }
    }
}

impl Plan {
    /// Plans the items: names, sizes, what fits. Opens nothing.
    pub(in crate::collect) fn make(
        request: &Request,
        places: &Places,
        redactor: &Redactor,
        items: Vec<Item>,
    ) -> Self {
        let users: Vec<String> = places.homes.iter().map(|h| h.user.clone()).collect();
        let mut plan = Self {
            items: Vec::with_capacity(items.len()),
            users,
            notes: request.case.clean_notes(redactor),
        };
        let mut names = EntryNames::default();
        for made in MADE {
            names.unique(&Clean::fixed(made));
        }
        let mut budget = request.max_size;
        for mut item in items {
            let skip = fit(&mut item, &mut budget);
            let planned = plan.planned(item, skip, redactor, &mut names);
            plan.items.push(planned);
        }
        plan
    }

    /// Everything that the request asks for, in the order of reading.
    pub(in crate::collect) fn items(
        request: &Request,
        places: &Places,
        zone: &TimeZone,
    ) -> Vec<Item> {
        let search = Search {
            os: request.os,
            root: request.root.clone(),
            role: request.role,
            logs: request.logs.clone(),
        };
        let mut items = vec![items::host(request, zone)];
        items.extend(items::command_items(request));
        items.extend(items::har_items(&request.hars));
        items.extend(discover(&search, places));
        for item in &mut items {
            outside_window(item, request);
        }
        Self::in_order(items)
    }

    /// Adds the answers of the APIs; the case must be complete.
    pub(in crate::collect) fn with_apis(request: &Request, mut items: Vec<Item>) -> Vec<Item> {
        items.extend(api_items(request));
        Self::in_order(items)
    }

    fn in_order(mut items: Vec<Item>) -> Vec<Item> {
        // Small things first, then logs from the newest to the oldest: what does not fit is the oldest.
        items.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.entry.cmp(&b.entry)));
        items
    }

    fn planned(
        &self,
        item: Item,
        skip: u64,
        redactor: &Redactor,
        names: &mut EntryNames,
    ) -> Planned {
        let path = redactor.clean_path(&item.native_path, &self.users);
        let entry = names.unique(&redactor.clean_path(&item.entry, &self.users));
        let (status, reason, remedy) = match &item.decision {
            Decision::Collect => (Status::Collected, None, None),
            Decision::List(reason) => (Status::Listed, Some(reason.clone()), None),
            Decision::Skip(reason) => (Status::Skipped, Some(reason.clone()), None),
            Decision::Fail { reason, remedy } => {
                (Status::Failed, Some(reason.clone()), Some(remedy.clone()))
            }
        };
        let text = |t: &str| (!t.is_empty()).then(|| redactor.clean_path(t, &self.users));
        let mut record = Entry::new(Clean::fixed(kind_name(item.kind)), status);
        record.row = text(&item.row);
        record.product = text(&item.product);
        record.role = item.role.map(|r| {
            Clean::fixed(match r {
                crate::sources::item::Role::Client => "client",
                crate::sources::item::Role::Server => "server",
            })
        });
        record.path = text(&item.native_path);
        record.aliases = item
            .aliases
            .iter()
            .map(|a| redactor.clean_path(a, &self.users))
            .collect();
        record.reason = reason.as_deref().and_then(text);
        record.remedy = remedy.as_deref().and_then(text);
        record.size = item.size;
        record.modified = item
            .modified
            .and_then(|m| Timestamp::try_from(m).ok())
            .map(seconds);
        Planned {
            path,
            entry,
            skip,
            record,
            item,
        }
    }

    /// Bytes that will be read.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.items
            .iter()
            .filter(|p| p.is_read())
            .map(|p| p.size().saturating_sub(p.skip))
            .sum()
    }

    /// How many items end in each decision.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for planned in &self.items {
            *counts.entry(planned.line().decision).or_insert(0) += 1;
        }
        counts
    }
}

/// Name of a kind in the manifest.
fn kind_name(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Log => "log",
        ItemKind::SharedLog => "shared-log",
        ItemKind::Config => "config",
        ItemKind::Har => "har",
        ItemKind::Command => "command",
        ItemKind::Host => "host",
        ItemKind::Api => "api",
        ItemKind::Sealed => "sealed",
    }
}

/// Order of reading: everything small, then logs by age.
fn order(item: &Item) -> (u8, std::cmp::Reverse<u64>) {
    let newest = item
        .modified
        .and_then(|m| m.duration_since(UNIX_EPOCH).ok())
        .map_or(0, |d| d.as_secs());
    match item.kind {
        ItemKind::Host => (0, std::cmp::Reverse(0)),
        ItemKind::Config => (1, std::cmp::Reverse(0)),
        ItemKind::Har => (2, std::cmp::Reverse(newest)),
        ItemKind::Log | ItemKind::SharedLog | ItemKind::Sealed => (3, std::cmp::Reverse(newest)),
        ItemKind::Command => (4, std::cmp::Reverse(0)),
        // Last, so that the answers have come by then.
        ItemKind::Api => (5, std::cmp::Reverse(0)),
    }
}

/// A file that was last changed before the window cannot hold a line of it.
fn outside_window(item: &mut Item, request: &Request) {
    let log = matches!(item.kind, ItemKind::Log | ItemKind::SharedLog);
    if log && item.decision == Decision::Collect && !request.window.may_hold(item.modified) {
        item.decision =
            Decision::Skip("last changed before the time window of --since began".to_owned());
    }
}

/// Fits a log into what is left of the size limit: whole, its newest part, or not at all.
fn fit(item: &mut Item, budget: &mut u64) -> u64 {
    let counted = matches!(
        item.kind,
        ItemKind::Log | ItemKind::SharedLog | ItemKind::Har
    );
    if !counted || item.decision != Decision::Collect {
        return 0;
    }
    let size = item.size.unwrap_or(0);
    // A compressed file grows before it shrinks again, to about its own size.
    let packed = is_compressed(Path::new(&item.native_path));
    let ratio = if packed { 1.2 } else { WORST_RATIO };
    let estimate = (size as f64 * ratio) as u64;
    if estimate <= *budget {
        *budget -= estimate;
        return 0;
    }
    // The oldest part is cut, so the estimate must be safe for the newest.
    let room = (*budget as f64 / TAIL_RATIO) as u64;
    *budget = 0;
    if room < 4096 || packed || item.kind == ItemKind::Har {
        item.decision = Decision::Skip(
            "older than what fits into --max-size; raise it to have this too".to_owned(),
        );
        return 0;
    }
    size - room
}
