//! Names of fields: cutting a name into words in any style, and finding the rule that owns it.
use super::compiled::{Field, Rules};

/// Longest name of a field in bytes, twice [`LONGEST_NAME`]: before and behind the stem that was found.
const LONGEST_WORDS: usize = 2 * LONGEST_NAME;

/// A name without its style: `X-Api-Key`, `xApiKey` and `x_api_key` are the words x, api, key.
pub(in crate::redact) struct Words {
    /// All words joined, lower case.
    letters: [u8; LONGEST_WORDS],
    len: usize,
    /// Where each word begins in `letters`.
    starts: [u8; LONGEST_WORDS],
    count: usize,
}

impl Words {
    /// All words joined, lower case.
    pub(in crate::redact) fn joined(&self) -> &[u8] {
        &self.letters[..self.len]
    }

    /// Where each word begins in what [`Words::joined`] gives.
    pub(in crate::redact) fn starts(&self) -> impl DoubleEndedIterator<Item = usize> {
        self.starts[..self.count].iter().map(|s| usize::from(*s))
    }
}

/// Longest name that is looked at; longer runs are data, not names.
pub(in crate::redact) const LONGEST_NAME: usize = 64;

/// True for bytes that a field's name is made of.
pub(in crate::redact) fn is_name_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')
}

/// Cuts a name into lower-case words at `-`, `_`, `.`, spaces and at the humps of camel case.
/// Trailing digits are dropped: `password2` is a password. Of a longer name the end counts.
pub(in crate::redact) fn normalise(name: &[u8]) -> Words {
    let mut name = &name[name.len().saturating_sub(LONGEST_WORDS)..];
    while let [rest @ .., last] = name
        && last.is_ascii_digit()
        && rest.iter().any(u8::is_ascii_alphabetic)
    {
        name = rest;
    }
    let mut words = Words {
        letters: [0; LONGEST_WORDS],
        len: 0,
        starts: [0; LONGEST_WORDS],
        count: 0,
    };
    let mut at_word = true;
    for (i, &b) in name.iter().enumerate() {
        if !b.is_ascii_alphanumeric() {
            at_word = true;
            continue;
        }
        let hump = b.is_ascii_uppercase()
            && i > 0
            && (name[i - 1].is_ascii_lowercase()
                || (name[i - 1].is_ascii_uppercase()
                    && name.get(i + 1).is_some_and(u8::is_ascii_lowercase)));
        if at_word || hump {
            words.starts[words.count] = u8::try_from(words.len).unwrap_or(u8::MAX);
            words.count += 1;
            at_word = false;
        }
        words.letters[words.len] = b.to_ascii_lowercase();
        words.len += 1;
    }
    words
}

/// Words that say how a value is written down, not what it is: `password_base64` is a password
/// (its trailing digits are gone by then).
const NEUTRAL_ENDS: &[&[u8]] = &[
    b"value",
    b"base",
    b"b",
    b"text",
    b"string",
    b"raw",
    b"enc",
    b"encrypted",
];

/// How many names are remembered, and how long each may be.
const RECENT: usize = 64;
const RECENT_LENGTH: usize = 23;

/// Names that were met lately and the fields that own them: a log has few, each of them thousands of times.
#[derive(Default)]
pub(in crate::redact) struct RecentNames<'a>(Vec<RecentName<'a>>);

#[derive(Clone, Copy, Default)]
struct RecentName<'a> {
    name: [u8; RECENT_LENGTH],
    len: u8,
    field: Option<&'a Field>,
}

impl<'a> RecentNames<'a> {
    /// What [`Rules::field`] says of the name.
    pub(in crate::redact) fn field(&mut self, rules: &'a Rules, name: &[u8]) -> Option<&'a Field> {
        let mut letters = [0; RECENT_LENGTH];
        let (Some(front), Ok(len)) = (letters.get_mut(..name.len()), u8::try_from(name.len()))
        else {
            return field(rules, name);
        };
        front.copy_from_slice(name);
        if self.0.is_empty() {
            self.0.resize(RECENT, RecentName::default());
        }
        let sum = letters.iter().fold(0_u32, |sum, b| {
            sum.wrapping_mul(31).wrapping_add(u32::from(*b))
        });
        let slot = &mut self.0[(sum >> 4) as usize % RECENT];
        if slot.len != len || slot.name != letters {
            *slot = RecentName {
                name: letters,
                len,
                field: field(rules, name),
            };
        }
        slot.field
    }
}

/// The rule that owns a field of this name, if any: one's own, unless it would weaken a built-in secret.
pub(in crate::redact) fn field<'r>(rules: &'r Rules, name: &[u8]) -> Option<&'r Field> {
    let builtin = builtin_field(rules, name);
    if rules.user.fields.is_empty() {
        return builtin;
    }
    let own = user_field(rules, name);
    match (own, builtin) {
        (Some(own), Some(builtin)) if builtin.kind.is_guarded() && !own.kind.is_secret() => {
            Some(builtin)
        }
        (Some(own), _) => Some(own),
        (None, builtin) => builtin,
    }
}

fn user_field<'r>(rules: &'r Rules, name: &[u8]) -> Option<&'r Field> {
    let words = normalise(name);
    let at = rules.user.names.get(words.joined()).or_else(|| {
        words
            .starts()
            .find_map(|start| rules.user.ends.get(&words.joined()[start..]))
    })?;
    rules.user.fields.get(*at)
}

/// The built-in rule that owns a field of this name, if any.
pub(in crate::redact) fn builtin_field<'r>(rules: &'r Rules, name: &[u8]) -> Option<&'r Field> {
    rules.fields.get(field_index(rules, name)?)
}

/// The rule that owns a list under this name: `users` is a number as often, and only `"users": […]` is taken
/// for names.
pub(in crate::redact) fn list_field<'r>(rules: &'r Rules, name: &[u8]) -> Option<&'r Field> {
    let at = rules.lists.get(normalise(name).joined())?;
    rules.fields.get(*at)
}

/// The place of that rule in the table.
pub(in crate::redact) fn field_index(rules: &Rules, name: &[u8]) -> Option<usize> {
    let mut words = normalise(name);
    for _ in 0..2 {
        if let Some(at) = rules.names.get(words.joined()) {
            return Some(*at);
        }
        // The longest ending wins: secret_access_key before access_key.
        for start in words.starts() {
            if let Some(at) = rules.ends.get(&words.joined()[start..]) {
                return Some(*at);
            }
        }
        let last = words.starts().next_back()?;
        if words.count < 2 || !NEUTRAL_ENDS.contains(&&words.joined()[last..]) {
            return None;
        }
        words.len = last;
        words.count -= 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(name: &str) -> Vec<String> {
        let w = normalise(name.as_bytes());
        let mut ends: Vec<usize> = w.starts().skip(1).collect();
        ends.push(w.len);
        w.starts()
            .zip(ends)
            .map(|(s, e)| String::from_utf8_lossy(&w.joined()[s..e]).into_owned())
            .collect()
    }

    #[test]
    fn styles_of_one_name_are_one_name() {
        for name in [
            "access_token",
            "accessToken",
            "ACCESS-TOKEN",
            "Access.Token",
            "access token",
        ] {
            assert_eq!(words(name), ["access", "token"], "{name}");
        }
        assert_eq!(words("X-AWSSecretKey2"), ["x", "aws", "secret", "key"]);
    }

    #[test]
    fn endings_own_longer_names_and_the_longest_wins() {
        let rules = Rules::builtin().unwrap();
        let owner = |n: &str| field(&rules, n.as_bytes()).map(|f| rules.name(f.id).to_owned());
        assert_eq!(owner("ldapBindPassword").as_deref(), Some("password"));
        assert_eq!(owner("aws_secret_access_key").as_deref(), Some("secret"));
        assert_eq!(owner("access_key").as_deref(), Some("access-key"));
        assert_eq!(owner("password_base64").as_deref(), Some("password"));
        assert_eq!(owner("token_type").as_deref(), Some("never"));
        assert_eq!(owner("tokenizer"), None);
        assert_eq!(owner("passing"), None);
        assert_eq!(owner("errcode"), None);
    }
}
