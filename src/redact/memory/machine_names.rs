//! Names that are known before anything is read: the machine's own host names and its users.
use crate::redact::engine::edits::Rank;
use crate::redact::engine::redactor::Pass;
use crate::redact::rules::compiled::Rules;

/// Shorter names are too ordinary to be looked for in running text.
const SHORTEST: usize = 4;

/// The names, ready to be searched for.
#[derive(Default)]
pub(in crate::redact) struct KnownNames {
    /// Hosts, then users, then people, in lower case.
    all: Vec<String>,
    hosts: usize,
    users: usize,
}

impl KnownNames {
    pub(in crate::redact) fn new(
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
        Self {
            all,
            hosts: count,
            users: user_count,
        }
    }

    /// The names in lower case.
    pub(in crate::redact) fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(String::as_str)
    }
}

/// The known name `index` was found at `start`; it counts where it stands as a word of its own.
pub(in crate::redact) fn known_at(pass: &mut Pass<'_>, index: usize, start: usize) {
    let (r, text) = (pass.r, pass.text);
    let Some(name) = r.known.all.get(index) else {
        return;
    };
    let end = start + name.len();
    let inner =
        |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80);
    let before = start.checked_sub(1).map(|i| text[i]);
    let after = text.get(end).copied();
    let escape =
        start >= 2 && text[start - 2] == b'\\' && matches!(before, Some(b'n' | b't' | b'r'));
    if (inner(before) && !escape) || inner(after) || before == Some(b'~') {
        return;
    }
    // Part of a longer dotted name: the host scanner sees the whole.
    let dotted = after == Some(b'.') && inner(text.get(end + 1).copied());
    let found = &text[start..end];
    if dotted && index < r.known.hosts || r.is_kept(found) {
        return;
    }
    let pseudonym = match index {
        n if n < r.known.hosts => r.names.host(found).0,
        n if n < r.known.hosts + r.known.users => r.names.user(found),
        _ => r.names.plain("person", found),
    };
    let rule = r.rules.id("known-name");
    pass.edits
        .push(start, end, Rank::Identifier, rule, pseudonym);
}
