//! Replaces pseudonyms by the original values in text that came back through mail and ticket systems.
//!
//! People and programs change pseudonyms on the way: in capital letters, with tildes as `%7E`, `&#126;` or `\~`, with
//! their tildes eaten by a markup, or broken over two lines by a mail program. All of these are understood. A name
//! without tildes counts only where the map knows it.
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io::{Result, Write};

use crate::bundle::reversal_map::Map;
use crate::pseudonym::{find_at, identifier_kind};

/// How a tilde may be written, longest first.
const TILDES: [&[u8]; 4] = [b"&#126;", b"%7e", b"\\~", b"~"];
/// Longest pseudonym, tildes not counted, and the longest start of a quoted line.
const LONGEST: usize = 160;
const LONGEST_QUOTE: usize = 16;
/// More different pseudonyms than these are only counted together.
const MOST_REMEMBERED: usize = 10_000;

/// A pseudonym that was met and could not be put back.
pub(in crate::cli) struct Met {
    /// How often.
    pub(in crate::cli) times: u64,
    /// What is known of it all the same.
    pub(in crate::cli) hint: Option<String>,
}

/// Puts the names of one map back.
pub(in crate::cli) struct Restorer<'a> {
    map: &'a Map,
    /// Parts of known pseudonyms with their originals; made when the first unknown pseudonym is found.
    parts: Option<HashMap<String, String>>,
    /// The byte before the text that comes next.
    before: u8,
    /// Pseudonyms of identifiers that the map does not know.
    pub(in crate::cli) unknown: BTreeMap<String, Met>,
    /// Pseudonyms of secrets.
    pub(in crate::cli) secrets: BTreeMap<String, Met>,
}

/// What begins at a place of the text.
enum Found {
    /// A pseudonym, up to this place; the bytes of a line break that stood in it.
    Pseudonym(String, usize, std::ops::Range<usize>),
    /// Nothing of ours in so many bytes.
    Text(usize),
    /// The text ends before that is known.
    More,
}

impl<'a> Restorer<'a> {
    pub(in crate::cli) fn new(map: &'a Map) -> Self {
        Self {
            map,
            parts: None,
            before: b' ',
            unknown: BTreeMap::new(),
            secrets: BTreeMap::new(),
        }
    }

    /// Writes the text with names put back. Returns how many bytes at its end must come again, with more text behind
    /// them; none where this is the `last` text. They are never more than a few hundred.
    pub(in crate::cli) fn restore(
        &mut self,
        text: &[u8],
        last: bool,
        out: &mut impl Write,
    ) -> Result<usize> {
        let mut at = 0;
        let mut plain = 0;
        while at < text.len() {
            let before = at.checked_sub(1).map_or(self.before, |i| text[i]);
            match found(text, at, before, last) {
                Found::Text(len) => at += len,
                Found::More => break,
                Found::Pseudonym(name, end, broken) => {
                    let bare = text[at].is_ascii_alphanumeric();
                    if let Some(value) = self.map.names.get(&name) {
                        out.write_all(&text[plain..at])?;
                        out.write_all(shown(value.as_str()).as_bytes())?;
                        out.write_all(&text[broken])?;
                        plain = end;
                    } else if !bare {
                        self.missed(&name);
                    }
                    at = end;
                }
            }
        }
        out.write_all(&text[plain..at])?;
        if at > 0 {
            self.before = text[at - 1];
        }
        Ok(text.len() - at)
    }

    fn missed(&mut self, name: &str) {
        let hint = self.hint(name);
        let list = if identifier_kind(name).is_some() {
            &mut self.unknown
        } else {
            &mut self.secrets
        };
        if let Some(met) = list.get_mut(name) {
            met.times += 1;
        } else if list.len() < MOST_REMEMBERED {
            list.insert(name.to_owned(), Met { times: 1, hint });
        }
    }

    /// What is known about parts of an unknown pseudonym: the domain, the network, the user of a credential.
    fn hint(&mut self, name: &str) -> Option<String> {
        let map = self.map;
        let parts = self.parts.get_or_insert_with(|| {
            let all = map.names.iter();
            all.flat_map(|(name, value)| parts_of(name, value.as_str()))
                .collect()
        });
        let words: Vec<&str> = name.trim_matches('~').split('.').collect();
        let about = |what: &str, part: &str| {
            let value = parts.get(&format!("{what} {part}"))?;
            Some(format!("{what} {}", shown(value)))
        };
        match words[..] {
            ["host", "bare", host] => about("named like", host),
            ["host", domain, host] => {
                about("in domain", domain).or_else(|| about("named like", host))
            }
            ["email", domain, user] => {
                about("of user", user).or_else(|| about("in domain", domain))
            }
            ["ip4" | "ip6", _, net, _] => about("in network", net),
            ["secret", "basic", user, _] => about("of user", user),
            _ => None,
        }
    }
}

/// The parts of a known pseudonym with their originals.
fn parts_of(name: &str, value: &str) -> Vec<(String, String)> {
    let words: Vec<&str> = name.trim_matches('~').split('.').collect();
    let mut out = Vec::new();
    let mut add = |what: &str, part: &str, value: &str| {
        out.push((format!("{what} {part}"), value.to_owned()));
    };
    match words[..] {
        ["user", user] => add("of user", user, value),
        ["email", domain, user] => {
            if let Some((local, rest)) = value.rsplit_once('@') {
                add("of user", user, local);
                add("in domain", domain, rest);
            }
        }
        ["host", domain, host] => {
            add("named like", host, value);
            let rest = value.split_once('.').map(|(_, rest)| rest);
            let rest = rest.filter(|r| r.contains('.')).unwrap_or(value);
            if domain != "bare" {
                add("in domain", domain, rest);
            }
        }
        ["ip4", _, net, _] => {
            if let Some((head, _)) = value.rsplit_once('.') {
                add("in network", net, &format!("{head}.0/24"));
            }
        }
        ["ip6", _, net, _] => {
            if let Ok(address) = value.parse::<core::net::Ipv6Addr>() {
                let mut bytes = address.octets();
                bytes[8..].fill(0);
                let net_address = core::net::Ipv6Addr::from(bytes);
                add("in network", net, &format!("{net_address}/64"));
            }
        }
        _ => {}
    }
    out
}

/// Looks for a pseudonym that begins at `at`.
fn found(text: &[u8], at: usize, before: u8, last: bool) -> Found {
    let rest = &text[at..];
    let is_word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    if rest[0].is_ascii_alphanumeric() {
        let len = rest.iter().take_while(|b| is_word(**b)).count();
        if len == rest.len() && !last && len <= LONGEST {
            return Found::More;
        }
        if is_word(before) || before == b'~' || len > LONGEST {
            return Found::Text(len);
        }
        // A full stop behind it ends the sentence.
        let word = trimmed(&rest[..len]);
        let name = format!("~{}~", String::from_utf8_lossy(word).to_ascii_lowercase());
        return match identifier_kind(&name) {
            Some(_) => Found::Pseudonym(name, at + word.len(), 0..0),
            None => Found::Text(len),
        };
    }
    let open = match tilde(rest, last) {
        Tilde::Yes(len) => len,
        Tilde::No => return Found::Text(1),
        Tilde::More => return Found::More,
    };
    let mut name = String::from("~");
    let (mut i, mut broken) = (at + open, 0..0);
    loop {
        let len = text[i..].iter().take_while(|b| is_word(**b)).count();
        name.push_str(&String::from_utf8_lossy(&text[i..i + len]).to_ascii_lowercase());
        i += len;
        if name.len() > LONGEST {
            return Found::Text(open);
        }
        match tilde(&text[i..], last) {
            Tilde::Yes(close) => {
                name.push('~');
                return if find_at(name.as_bytes(), 0) == Some(name.len()) {
                    Found::Pseudonym(name, i + close, broken)
                } else {
                    Found::Text(open)
                };
            }
            Tilde::More => return Found::More,
            Tilde::No => {}
        }
        // One line break of a mail program, with the marks of a quoted line behind it.
        match line_break(&text[i..], last) {
            Tilde::Yes(len) if broken.is_empty() && name.contains('.') => {
                broken = i..i + len;
                i += len;
            }
            Tilde::More if broken.is_empty() && name.contains('.') => return Found::More,
            _ => return Found::Text(open),
        }
    }
}

/// Whether something stands at the front of a text.
enum Tilde {
    Yes(usize),
    No,
    More,
}

fn tilde(text: &[u8], last: bool) -> Tilde {
    for form in TILDES {
        let len = form.len().min(text.len());
        if text[..len].eq_ignore_ascii_case(&form[..len]) {
            if len == form.len() {
                return Tilde::Yes(len);
            }
            if !last {
                return Tilde::More;
            }
        }
    }
    Tilde::No
}

/// The end of a line, soft (`=`) or hard, and what quotes the next one.
fn line_break(text: &[u8], last: bool) -> Tilde {
    let end = [&b"=\r\n"[..], b"=\n", b"\r\n", b"\n"]
        .into_iter()
        .find(|e| text.starts_with(e));
    let Some(end) = end else {
        return if !last && matches!(text, b"=" | b"\r" | b"=\r") {
            Tilde::More
        } else {
            Tilde::No
        };
    };
    let quote = text[end.len()..]
        .iter()
        .take(LONGEST_QUOTE)
        .take_while(|b| matches!(b, b'>' | b'|' | b' ' | b'\t'))
        .count();
    if end.len() + quote == text.len() {
        return if last { Tilde::No } else { Tilde::More };
    }
    Tilde::Yes(end.len() + quote)
}

/// A word without the full stop or dash that the sentence put behind it.
fn trimmed(word: &[u8]) -> &[u8] {
    let kept = word.iter().rposition(u8::is_ascii_alphanumeric);
    &word[..kept.map_or(0, |i| i + 1)]
}

/// A value as a terminal may show it: evidence can hold escape sequences and marks that turn the direction of text.
pub(in crate::cli) fn shown(value: &str) -> Cow<'_, str> {
    let odd = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !value.contains(odd) {
        return Cow::Borrowed(value);
    }
    let mut out = String::with_capacity(value.len() + 8);
    for c in value.chars() {
        if odd(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}
