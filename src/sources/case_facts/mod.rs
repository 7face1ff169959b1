//! Who the case is about, learned from raw evidence before anything is redacted: from answers of the
//! Aspera on Cloud and Node APIs in network traces, and from tags and cookies of transfers in logs.
//!
//! Nothing but ids, names and addresses of the case comes out of here. What is found is a candidate; what
//! becomes the case's own is decided by [`choice`].

pub mod choice;
mod har;
mod log;
mod tags;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::aoc::api::settings::Organization;

pub use har::read_har;
pub use log::read_log;

/// Most candidates of one kind.
const MOST_CANDIDATES: usize = 500;
/// Most places that are remembered of a candidate.
const MOST_PLACES: usize = 3;
/// Longest id and longest name that are believed.
const LONGEST_ID: usize = 64;
const LONGEST_NAME: usize = 250;

/// Where something was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The evidence, by the name that it is planned to have in the bundle. Raw.
    pub entry: String,
    /// Line in it, from 1.
    pub line: u64,
    /// What said so: a call of the API, or the part of a log line.
    pub what: String,
}

/// One thing that the case may be about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidate {
    /// Its id, as Aspera on Cloud writes it.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// The e-mail of a user, the subdomain of an organization.
    pub address: Option<String>,
    /// The last places that said so.
    pub places: Vec<Place>,
    /// When it was seen last.
    pub when: Option<Timestamp>,
    /// How often it was seen.
    pub count: u64,
    /// True if something was done with it or it was asked for by itself; false if it only stood in a list.
    pub used: bool,
    /// When something about it failed.
    pub failed: Option<Timestamp>,
}

/// Candidates of one kind.
pub type Candidates = BTreeMap<String, Candidate>;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseFacts {
    /// Packages, by id.
    pub packages: Candidates,
    /// Users that `/self` names, by id.
    pub users: Candidates,
    /// People that cookies of transfers name, by e-mail.
    pub people: Candidates,
    /// Organizations, by subdomain.
    pub organizations: Candidates,
    /// Workspaces, by id.
    pub workspaces: Candidates,
    /// Nodes, by id.
    pub nodes: Candidates,
    /// Transfers, by id.
    pub transfers: Candidates,
    /// Token settings of the organization: durations in seconds, `None` where it is turned off.
    pub settings: BTreeMap<&'static str, Option<u64>>,
    /// What an answer of `/organization` showed, without what no list names.
    pub organization: Option<SeenSettings>,
    /// When something failed last.
    pub last_failure: Option<Timestamp>,
}

/// Settings of the organization as a trace recorded them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenSettings {
    /// The settings.
    pub made: Organization,
    /// When they were asked for.
    pub when: Option<Timestamp>,
}

impl SeenSettings {
    /// The better of two: what an admin was shown, then the newer one.
    fn better(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        let order = |seen: &Self| (!seen.made.is_hidden(), seen.when);
        [one, other].into_iter().flatten().max_by_key(order)
    }
}

/// One sighting, on its way into the facts.
struct Sighting<'a> {
    key: &'a str,
    id: Option<&'a str>,
    name: Option<&'a str>,
    address: Option<&'a str>,
    used: bool,
    failed: bool,
}

impl<'a> Sighting<'a> {
    /// Something that was used, known by its id.
    fn of(id: &'a str) -> Self {
        Self {
            key: id,
            id: Some(id),
            name: None,
            address: None,
            used: true,
            failed: false,
        }
    }

    fn named(self, name: Option<&'a str>) -> Self {
        Self { name, ..self }
    }
}

/// Where and when the evidence under the eye stands.
#[derive(Clone, Copy)]
struct Spot<'a> {
    entry: &'a str,
    line: u64,
    what: &'a str,
    when: Option<Timestamp>,
    /// True where the exchange or the session failed.
    failed: bool,
}

/// Adds a sighting; ids and names that cannot be ones are not believed.
fn see(into: &mut Candidates, seen: Sighting<'_>, at: Spot<'_>) {
    let id = |t: &&str| {
        (1..=LONGEST_ID).contains(&t.len())
            && t.bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'@' | b'+'))
    };
    let name = |t: &&str| (1..=LONGEST_NAME).contains(&t.len()) && !t.chars().any(char::is_control);
    let known = into.contains_key(seen.key);
    if !name(&seen.key) || (into.len() >= MOST_CANDIDATES && !known) {
        return;
    }
    let candidate = into.entry(seen.key.to_owned()).or_default();
    let newer = at.when >= candidate.when;
    let own = |t: &str| t.trim().to_owned();
    if let Some(id) = seen.id.filter(id) {
        candidate.id = Some(own(id));
    }
    if let Some(name) = seen.name.filter(name)
        && (newer || candidate.name.is_none())
    {
        candidate.name = Some(own(name));
    }
    if let Some(address) = seen.address.filter(id) {
        candidate.address = Some(own(address));
    }
    candidate.used |= seen.used;
    candidate.when = candidate.when.max(at.when);
    if at.failed || seen.failed {
        candidate.failed = candidate.failed.max(at.when);
    }
    let place = Place {
        entry: at.entry.to_owned(),
        line: at.line,
        what: at.what.to_owned(),
    };
    // One exchange names the same thing in its address, its request and its answer.
    if candidate.places.last() == Some(&place) {
        return;
    }
    candidate.count += 1;
    candidate.places.push(place);
    if candidate.places.len() > MOST_PLACES {
        candidate.places.remove(0);
    }
}

impl Candidate {
    fn join(&mut self, other: Self) {
        self.id = self.id.take().or(other.id);
        self.name = self.name.take().or(other.name);
        self.address = self.address.take().or(other.address);
        self.places.extend(other.places);
        self.places.truncate(MOST_PLACES);
        self.when = self.when.max(other.when);
        self.count += other.count;
        self.used |= other.used;
        self.failed = self.failed.max(other.failed);
    }
}

impl CaseFacts {
    /// True if nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes in what other evidence says.
    pub fn join(&mut self, other: Self) {
        let both = [
            (&mut self.packages, other.packages),
            (&mut self.users, other.users),
            (&mut self.people, other.people),
            (&mut self.organizations, other.organizations),
            (&mut self.workspaces, other.workspaces),
            (&mut self.nodes, other.nodes),
            (&mut self.transfers, other.transfers),
        ];
        for (mine, theirs) in both {
            for (key, candidate) in theirs {
                mine.entry(key).or_default().join(candidate);
            }
        }
        self.settings.extend(other.settings);
        self.organization = SeenSettings::better(self.organization.take(), other.organization);
        self.last_failure = self.last_failure.max(other.last_failure);
    }

    /// Leaves what was last seen at a moment that is not wanted; what has no time stays.
    pub fn retain(&mut self, wanted: impl Fn(Timestamp) -> bool) {
        for kind in [
            &mut self.packages,
            &mut self.users,
            &mut self.people,
            &mut self.organizations,
            &mut self.workspaces,
            &mut self.nodes,
            &mut self.transfers,
        ] {
            kind.retain(|_, c| c.when.is_none_or(&wanted));
        }
        self.last_failure = self.last_failure.filter(|t| wanted(*t));
    }

    fn failure(&mut self, at: Spot<'_>) {
        if at.failed {
            self.last_failure = self.last_failure.max(at.when);
        }
    }
}

/// Candidates, newest first.
#[must_use]
pub fn newest_first(candidates: &Candidates) -> Vec<&Candidate> {
    let mut list: Vec<&Candidate> = candidates.values().collect();
    list.sort_by(|a, b| {
        let order = |c: &Candidate| (c.used, c.when, c.count);
        order(b).cmp(&order(a)).then_with(|| a.id.cmp(&b.id))
    });
    list
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
