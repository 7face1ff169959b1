//! What stands beside the sessions: lines of other programs, exchanges of network traces, answers of APIs. What is
//! about a transfer that failed is folded under it; the rest is told by itself.
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::cause::{Judged, evidence, row};
use super::session_facts::Hit;
use super::timeline::Source;
use crate::diagnose::answers::Told;
use crate::diagnose::catalogue::table::CATALOGUE;
use crate::diagnose::grammar::Uuid;
use crate::diagnose::har::{Seen, Skew};
use crate::diagnose::output::finding::{Finding, Severity};
use crate::diagnose::sessions::clock::Moment;
use crate::diagnose::sessions::observations::{Entry, Findings};
use crate::diagnose::sessions::session::Spot;
use crate::diagnose::sessions::transfers::{Group, span};

/// Seconds around a transfer in which what another source shows is about it; where both name the package, more.
const NEAR: i64 = 600;
const NEAR_WITH_PACKAGE: i64 = 6 * 3600;
/// Most lines quoted as evidence of one finding.
const MOST_EVIDENCE: usize = 8;
/// Most findings from answers of APIs.
const MOST_ANSWERS: usize = 40;

/// First and last moment of something.
type Stretch = (Option<Moment>, Option<Moment>);

/// Something that no session shows.
pub(in crate::diagnose) struct Aside {
    /// Number of the row of the catalogue.
    row: usize,
    source: Source,
    hit: Hit,
    count: u64,
    stretch: Stretch,
    transfers: Vec<Uuid>,
    packages: Vec<String>,
}

/// Everything that stands beside the sessions.
pub(in crate::diagnose) fn gather(
    store: &mut Findings,
    seen: Vec<Seen>,
    skew: Option<Skew>,
) -> Vec<Aside> {
    let mut asides: Vec<Aside> = std::mem::take(&mut store.loose)
        .into_iter()
        .map(|((_, row), loose)| Aside {
            row,
            source: Source::Log,
            stretch: span(&store.entries, loose.spots.iter().copied()),
            hit: Hit {
                spots: loose.spots,
                said: Some(loose.text),
                ..Hit::default()
            },
            count: loose.count,
            transfers: Vec::new(),
            packages: Vec::new(),
        })
        .collect();
    asides.extend(seen.into_iter().map(|seen| exchange(store, seen)));
    asides.extend(answers(store));
    if let (Some(skew), Some((row, known))) = (skew, CATALOGUE.by_id("browser-clock")) {
        let far = skew.seconds.abs();
        let way = if skew.seconds > 0 {
            "behind"
        } else {
            "ahead of"
        };
        let more = format!("{} It is {far} seconds {way} the servers.", known.cause);
        asides.push(Aside {
            row,
            source: Source::Har,
            hit: Hit {
                spots: vec![spot(store, &skew.entry, skew.line)],
                told: Some((known.title.clone(), more)),
                ..Hit::default()
            },
            count: 1,
            stretch: (None, None),
            transfers: Vec::new(),
            packages: Vec::new(),
        });
    }
    asides
}

fn spot(store: &mut Findings, entry: &str, line: u64) -> Spot {
    Spot {
        entry: store.entry(entry),
        line,
        stamp: None,
    }
}

fn exactly(at: Timestamp) -> Moment {
    Moment { at, uncertain: 0 }
}

fn exchange(store: &mut Findings, seen: Seen) -> Aside {
    let mut spots = Vec::new();
    for place in &seen.evidence {
        spots.push(spot(store, &place.entry, place.line));
    }
    let stretch = seen.span.map(|(a, b)| (exactly(a), exactly(b)));
    Aside {
        row: seen.row,
        source: Source::Har,
        hit: Hit {
            spots,
            said: None,
            told: Some((seen.title, seen.cause)),
            token_ends: seen.token_ends,
        },
        count: 1,
        stretch: (stretch.map(|s| s.0), stretch.map(|s| s.1)),
        transfers: seen
            .transfers
            .iter()
            .filter_map(|t| Uuid::parse(t))
            .collect(),
        packages: seen.packages,
    }
}

/// Answers of APIs; the same thing in several places is one.
fn answers(store: &mut Findings) -> Vec<Aside> {
    let mut out: BTreeMap<(usize, String), Aside> = BTreeMap::new();
    let answers = std::mem::take(&mut store.answers);
    for (entry, fact) in answers
        .iter()
        .flat_map(|(e, f)| f.iter().map(move |f| (e, f)))
    {
        let Told::Row {
            row,
            title,
            cause,
            about,
            package,
            at,
        } = &fact.told
        else {
            continue;
        };
        let place = spot(store, entry, fact.line);
        let aside = out.entry((*row, title.clone())).or_insert_with(|| Aside {
            row: *row,
            source: Source::Api,
            hit: Hit {
                told: Some((title.clone(), cause.clone())),
                ..Hit::default()
            },
            count: 1,
            stretch: (at.map(exactly), at.map(exactly)),
            transfers: about.iter().copied().collect(),
            packages: package.iter().cloned().collect(),
        });
        if aside.hit.spots.len() < MOST_EVIDENCE {
            aside.hit.spots.push(place);
        }
    }
    store.answers = answers;
    out.into_values().collect()
}

/// Folds what is about a transfer under it; gives back what stands alone.
pub(in crate::diagnose) fn fold(
    asides: Vec<Aside>,
    judged: &mut [Judged],
    groups: &[Group],
    entries: &[Entry],
) -> Vec<Aside> {
    let stretches: Vec<Stretch> = groups
        .iter()
        .map(|g| span(entries, g.attempts.iter().flat_map(|a| a.session.spots())))
        .collect();
    let mut alone = Vec::new();
    for aside in asides {
        let about: Vec<usize> = aside.about(judged, groups, &stretches);
        for at in &about {
            if let Some(verdict) = judged.get_mut(*at) {
                verdict.take(aside.row, aside.hit.clone());
            }
        }
        if about.is_empty() {
            alone.push(aside);
        }
    }
    alone
}

impl Aside {
    /// The failed transfers that it is about: by id, else the first one that failed likewise at that time.
    fn about(&self, judged: &[Judged], groups: &[Group], stretches: &[Stretch]) -> Vec<usize> {
        let Some(own) = row(self.row) else {
            return Vec::new();
        };
        let named = |verdict: &Judged| {
            groups.get(verdict.group).is_some_and(|group| {
                let is = |id: Uuid| self.transfers.contains(&id);
                group.xfer.is_some_and(is) || group.attempts.iter().any(|a| is(a.uuid))
            })
        };
        if let Some(at) = judged.iter().position(named) {
            return vec![at];
        }
        let like = |verdict: &Judged| {
            let root = row(verdict.root);
            verdict.hits.contains_key(&self.row) || root.is_some_and(|r| r.is_like(own))
        };
        if self.source == Source::Api {
            // What lists and packages tell of a failure is what the logs of that package explain.
            let owned = |verdict: &Judged| {
                let group = groups.get(verdict.group);
                let package = group.and_then(|g| g.package.as_ref());
                let own = package.is_some_and(|id| self.packages.contains(id));
                let stretch = stretches.get(verdict.group);
                own && stretch.is_some_and(|s| self.is_near(*s, NEAR_WITH_PACKAGE))
            };
            if let Some(at) = judged.iter().position(owned) {
                return vec![at];
            }
            // What an answer says of the organization or the node holds for every transfer.
            let whole = own.severity == Severity::Error && self.transfers.is_empty();
            let all = judged.iter().enumerate().filter(|(_, v)| whole && like(v));
            return all.map(|(at, _)| at).collect();
        }
        let near = |verdict: &Judged| {
            let package = groups.get(verdict.group).and_then(|g| g.package.as_ref());
            let slack = match package {
                Some(id) if self.packages.contains(id) => NEAR_WITH_PACKAGE,
                Some(_) if !self.packages.is_empty() => return false,
                _ => NEAR,
            };
            let stretch = stretches.get(verdict.group);
            stretch.is_some_and(|stretch| self.is_near(*stretch, slack))
        };
        let first = judged.iter().position(|v| like(v) && near(v));
        first.into_iter().collect()
    }

    fn is_near(&self, (began, ended): Stretch, slack: i64) -> bool {
        let (Some(began), Some(ended)) = (began, ended) else {
            return true;
        };
        let (Some(first), Some(last)) = self.stretch else {
            return true;
        };
        let slack = slack + i64::from(first.uncertain.max(began.uncertain));
        began.seconds_to(last) >= -slack && first.seconds_to(ended) >= -slack
    }
}

/// Findings without a transfer, each of whose rows is covered by no other.
pub(in crate::diagnose) fn told_alone(alone: Vec<Aside>, entries: &[Entry]) -> Vec<(u32, Finding)> {
    let rows: BTreeSet<usize> = alone.iter().map(|a| a.row).collect();
    let covers = rows.iter().filter_map(|n| row(*n)).flat_map(|r| &r.covers);
    let covered: BTreeSet<&String> = covers.collect();
    // Lines of one kind in several files are one finding; what other sources tell has words of its own.
    let mut kinds: BTreeMap<(usize, Option<String>), Aside> = BTreeMap::new();
    for aside in alone {
        let words = aside.hit.told.as_ref().map(|(title, _)| title.clone());
        match kinds.get_mut(&(aside.row, words.clone())) {
            Some(known) => {
                known.count += aside.count;
                known.hit.spots.extend(aside.hit.spots);
            }
            None => {
                kinds.insert((aside.row, words), aside);
            }
        }
    }
    let mut answers = 0;
    kinds
        .into_values()
        .filter_map(|aside| {
            let row = row(aside.row).filter(|r| !covered.contains(&r.id))?;
            answers += usize::from(aside.source == Source::Api);
            if aside.source == Source::Api && answers > MOST_ANSWERS {
                return None;
            }
            let evidence = evidence(entries, &aside.hit.spots, MOST_EVIDENCE);
            let mut finding = Finding::of(row, evidence);
            finding.said = aside.hit.said;
            match aside.hit.told {
                Some((title, cause)) => (finding.title, finding.cause) = (title, cause),
                None if aside.count > 1 => {
                    finding.title = format!("{} ({} times)", row.title, aside.count);
                }
                None => {}
            }
            Some((row.rank, finding))
        })
        .collect()
}
