//! Names that are known before anything is read: the machine's own host names and its users.
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

use super::edits::Rank;
use super::engine::Pass;
use super::rules::Rules;

/// Shorter names are too ordinary to be looked for in running text.
const SHORTEST: usize = 4;

/// The names, ready to be searched for.
#[derive(Default)]
pub(super) struct KnownNames {
    search: Option<AhoCorasick>,
    hosts: usize,
    users: usize,
}

impl KnownNames {
    pub(super) fn new(
        rules: &Rules,
        hosts: &[String],
        users: &[String],
        people: &[String],
    ) -> Self {
        let allow = &rules.allow;
        let usable = |name: &&String| {
            let lower = name.to_lowercase().into_bytes();
            name.len() >= SHORTEST
                && !allow.users.contains(&lower)
                && !allow.not_users.contains(&lower)
                && !allow.prose_values.contains(&lower)
                && !allow.empty_values.contains(&lower)
                && !allow.folders.contains(&lower)
                && !allow.hosts.contains(&lower)
                && lower.iter().all(|b| {
                    b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_') || *b >= 0x80
                })
        };
        let hosts: Vec<String> = hosts
            .iter()
            .filter(usable)
            .map(|n| n.to_lowercase())
            .collect();
        let users: Vec<String> = users
            .iter()
            .filter(usable)
            .map(|n| n.to_lowercase())
            .collect();
        // A full name of two words is surely a person's; one word may be any word.
        let people = people
            .iter()
            .map(|p| p.trim().to_lowercase())
            .filter(|p| p.contains(' ') && p.len() > SHORTEST);
        let (count, user_count) = (hosts.len(), users.len());
        let all: Vec<String> = hosts.into_iter().chain(users).chain(people).collect();
        let search = (!all.is_empty())
            .then(|| {
                AhoCorasickBuilder::new()
                    .match_kind(MatchKind::LeftmostLongest)
                    .build(&all)
                    .ok()
            })
            .flatten();
        Self {
            search,
            hosts: count,
            users: user_count,
        }
    }
}

impl Pass<'_> {
    /// Every known name that stands as a word of its own.
    pub(super) fn known_names(&mut self, lower: &[u8]) {
        let r = self.r;
        let Some(search) = &r.known.search else {
            return;
        };
        let rule = r.rules.id("known-name");
        let inner =
            |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80);
        for m in search.find_iter(lower) {
            let (start, end) = (m.start(), m.end());
            let before = start.checked_sub(1).map(|i| lower[i]);
            let after = lower.get(end).copied();
            let escape = start >= 2
                && lower[start - 2] == b'\\'
                && matches!(before, Some(b'n' | b't' | b'r'));
            if (inner(before) && !escape) || inner(after) || before == Some(b'~') {
                continue;
            }
            // Part of a longer dotted name: the host scanner sees the whole.
            if after == Some(b'.')
                && inner(lower.get(end + 1).copied())
                && m.pattern().as_usize() < r.known.hosts
            {
                continue;
            }
            let name = &self.text[start..end];
            if r.is_kept(name) {
                continue;
            }
            let text = match m.pattern().as_usize() {
                n if n < r.known.hosts => r.names.host(name).0,
                n if n < r.known.hosts + r.known.users => r.names.user(name),
                _ => r.names.plain("person", name),
            };
            self.edits.push(start, end, Rank::Identifier, rule, text);
        }
    }
}
