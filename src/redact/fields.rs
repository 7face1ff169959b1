//! Names of fields: cutting a name into words in any style, and finding the rule that owns it.
use super::rules::{Field, Rules};

/// A name without its style: `X-Api-Key`, `xApiKey` and `x_api_key` are the words x, api, key.
pub(super) struct Words {
    /// All words joined, lower case.
    pub(super) joined: Vec<u8>,
    /// Where each word begins in `joined`.
    pub(super) starts: Vec<usize>,
}

/// Longest name that is looked at; longer runs are data, not names.
pub(super) const LONGEST_NAME: usize = 64;

/// True for bytes that a field's name is made of.
pub(super) fn is_name_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')
}

/// Cuts a name into lower-case words at `-`, `_`, `.`, spaces and at the humps of camel case.
/// Trailing digits are dropped: `password2` is a password.
pub(super) fn normalise(name: &[u8]) -> Words {
    let mut name = name;
    while let [rest @ .., last] = name
        && last.is_ascii_digit()
        && rest.iter().any(u8::is_ascii_alphabetic)
    {
        name = rest;
    }
    let mut joined = Vec::with_capacity(name.len());
    let mut starts = Vec::with_capacity(4);
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
            starts.push(joined.len());
            at_word = false;
        }
        joined.push(b.to_ascii_lowercase());
    }
    Words { joined, starts }
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

impl Rules {
    /// The rule that owns a field of this name, if any.
    pub(super) fn field(&self, name: &[u8]) -> Option<&Field> {
        let mut words = normalise(name);
        for _ in 0..2 {
            if let Some(at) = self.names.get(&words.joined) {
                return self.fields.get(*at);
            }
            // The longest ending wins: secret_access_key before access_key.
            for start in words
                .starts
                .iter()
                .take(4)
                .chain(words.starts.iter().skip(4))
            {
                if let Some(at) = self.ends.get(&words.joined[*start..]) {
                    return self.fields.get(*at);
                }
            }
            let last = *words.starts.last()?;
            if words.starts.len() < 2 || !NEUTRAL_ENDS.contains(&&words.joined[last..]) {
                return None;
            }
            words.joined.truncate(last);
            words.starts.pop();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(name: &str) -> Vec<String> {
        let w = normalise(name.as_bytes());
        let mut ends: Vec<usize> = w.starts.iter().skip(1).copied().collect();
        ends.push(w.joined.len());
        w.starts
            .iter()
            .zip(ends)
            .map(|(s, e)| String::from_utf8_lossy(&w.joined[*s..e]).into_owned())
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
        let owner = |n: &str| {
            rules
                .field(n.as_bytes())
                .map(|f| rules.name(f.id).to_owned())
        };
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
