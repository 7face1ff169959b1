//! What makes a dotted word the name of a host: its last label, the words around it, and what else looks
//! like one: versions, packages of Java, members of objects, names of files.
use std::ops::Range;

use crate::redact::rules::compiled::{Allow, Rules, WordSet};

/// First labels of packages and modules, where the domain stands in reverse.
const PACKAGES: &[&[u8]] = &[
    b"com",
    b"org",
    b"net",
    b"java",
    b"javax",
    b"jakarta",
    b"sun",
    b"edu",
    b"gov",
    b"io",
    b"this",
    b"self",
    b"window",
    b"document",
    b"process",
    b"console",
    b"module",
    b"system",
    b"microsoft",
    b"windows",
    b"response",
    b"request",
    b"event",
    b"data",
    b"config",
    b"settings",
    b"params",
];

/// Words before a name that is surely a host's.
const BEFORE: &[&[u8]] = &[
    b"host",
    b"hostname",
    b"to",
    b"from",
    b"resolve",
    b"resolving",
    b"lookup",
    b"server",
    b"peer",
    b"at",
    b"node",
    b"sni",
    b"getaddrinfo",
    b"by",
    b"proxy",
    b"via",
    b"ping",
    b"ssh",
];

/// Ends of names of files that stand behind the name of a host: `node7.acme.example.log`.
const FILES: &[&[u8]] = &[
    b"log", b"txt", b"gz", b"xz", b"zst", b"bz2", b"zip", b"json", b"xml", b"conf", b"cfg", b"har",
    b"csv", b"pem", b"crt", b"cer", b"key", b"tar", b"out", b"err", b"yaml", b"yml", b"old",
    b"bak",
];

/// Words that are glued to the front of a host's name in names of files.
const GLUED: &[&[u8]] = &[
    b"file",
    b"log",
    b"logs",
    b"host",
    b"node",
    b"server",
    b"xfer",
    b"transfer",
    b"ascp",
    b"aspera",
    b"report",
    b"session",
    b"har",
    b"trace",
    b"dump",
    b"backup",
    b"from",
    b"to",
    b"peer",
    b"src",
    b"dst",
    b"dest",
    b"source",
    b"client",
    b"config",
    b"conf",
    b"cert",
    b"key",
    b"bundle",
];

/// Strong labels that are words of programs too: with two labels they make no host.
const ORDINARY: &[&[u8]] = &[
    b"home", b"private", b"media", b"site", b"info", b"cloud", b"int", b"tech", b"studio", b"film",
    b"ad", b"mil",
];

impl Allow {
    /// Where the part of a name begins that a provider of machines or storage gives to all customers, with its
    /// dot: 10 of `acme-reels.s3.eu-west-1.amazonaws.com`, 0 where nothing else is there.
    pub(in crate::redact) fn provider(&self, name: &[u8]) -> Option<usize> {
        let name = name.strip_suffix(b".").unwrap_or(name);
        let last = last_label(name);
        let mut lower = [0; 63];
        let front = name.len() - last.len();
        lowered(last, &mut lower)
            .and_then(|last| self.providers.get(last))?
            .iter()
            .filter_map(|suffix| suffix_start(name, front, suffix))
            .min()
    }
}

pub(in crate::redact) fn last_label(name: &[u8]) -> &[u8] {
    memchr::memrchr(b'.', name).map_or(name, |i| &name[i + 1..])
}

/// True if a label, in any case, is one of the words. Longer ones than any label are none.
pub(in crate::redact) fn in_lower(words: &WordSet, label: &[u8]) -> bool {
    lowered(label, &mut [0; 63]).is_some_and(|lower| words.contains(lower))
}

/// The label in lower case; `None` if it is longer than a label can be.
fn lowered<'a>(label: &[u8], room: &'a mut [u8; 63]) -> Option<&'a [u8]> {
    let lower = room.get_mut(..label.len())?;
    lower.copy_from_slice(label);
    lower.make_ascii_lowercase();
    Some(lower)
}

/// Where the labels of `suffix` begin at the end of the first `end` bytes of a name; `*` stands for one label, `x*`
/// for one with that front.
fn suffix_start(name: &[u8], mut end: usize, suffix: &[Vec<u8>]) -> Option<usize> {
    for wanted in suffix {
        end = end.checked_sub(1)?;
        let start = memchr::memrchr(b'.', &name[..end]).map_or(0, |dot| dot + 1);
        let label = &name[start..end];
        let fits = match wanted.strip_suffix(b"*") {
            Some(front) => {
                label.len() > front.len() && label[..front.len()].eq_ignore_ascii_case(front)
            }
            None => label.eq_ignore_ascii_case(wanted),
        };
        if !fits {
            return None;
        }
        end = start;
    }
    // With the dot before it, unless it is all there is.
    Some(end.saturating_sub(1))
}

/// True if the dotted word at `span` is a host's name by its last label and by what stands around it.
pub(in crate::redact) fn is_host(rules: &Rules, text: &[u8], span: &Range<usize>) -> bool {
    let name = &text[span.clone()];
    // Nearly every dotted word ends in no label of a host: that is all that is looked at of it.
    let allow = &rules.allow;
    if !in_lower(&allow.host_ends, last_label(name)) {
        return false;
    }
    let lower = name.to_ascii_lowercase();
    let before = span.start.checked_sub(1).map(|i| text[i]);
    let after = text.get(span.end).copied();
    let labels: Vec<&[u8]> = lower.split(|b| *b == b'.').collect();
    let Some((last, front)) = labels.split_last() else {
        return false;
    };
    if labels.iter().any(|l| l.is_empty()) {
        return false;
    }
    let called = matches!(after, Some(b'(' | b'=' | b'['));
    // In a path, `a.test` or `settings.local` is a file.
    let in_path = matches!(before, Some(b'/' | b'\\'));
    if allow.tlds.contains(*last) {
        return front.len() > 1 && !is_code(name, front)
            || front.len() == 1 && !in_path && !called && !ORDINARY.contains(last);
    }
    let told = || {
        let port = after == Some(b':') && text.get(span.end + 1).is_some_and(u8::is_ascii_digit);
        !in_path && (port || BEFORE.contains(&word_before(text, span.start).as_slice()))
    };
    if allow.weak_tlds.contains(*last) {
        return front.len() > 1 && !is_code(name, front) || told() && !called;
    }
    if allow.careful_tlds.contains(*last) {
        return front.len() > 1 && !called && !is_code(name, front) && told();
    }
    false
}

/// True for the members of objects, packages and versions: `this.logger.info`, `com.acme.Info`, `v4.2.8.dev`.
fn is_code(name: &[u8], front: &[&[u8]]) -> bool {
    let hump = name
        .windows(2)
        .any(|w| w[0].is_ascii_lowercase() && w[1].is_ascii_uppercase());
    let last = name.rsplit(|b| *b == b'.').next().unwrap_or_default();
    let shouted = last.iter().all(u8::is_ascii_uppercase)
        && name[..name.len() - last.len()]
            .iter()
            .any(u8::is_ascii_lowercase);
    let version = front.iter().all(|label| {
        let digits = label.strip_prefix(b"v").unwrap_or(label);
        !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
    });
    let short = front.iter().all(|label| label.len() == 1);
    let package = front.first().is_some_and(|f| PACKAGES.contains(f));
    hump || shouted || version || short || package
}

/// The word before a position, lower case: blanks, quotes and a colon may stand between.
fn word_before(text: &[u8], at: usize) -> Vec<u8> {
    let head = &text[at.saturating_sub(24)..at];
    let gap = head
        .iter()
        .rev()
        .take_while(|b| matches!(b, b' ' | b'\'' | b'"' | b':' | b'=' | b'('))
        .count();
    if gap == 0 {
        return Vec::new();
    }
    let head = &head[..head.len() - gap];
    let len = head
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphabetic())
        .count();
    head[head.len() - len..].to_ascii_lowercase()
}

/// `aabb.ccdd.ee0f`: a hardware address as switches write it.
pub(in crate::redact) fn is_dotted_mac(word: &[u8]) -> bool {
    word.len() == 14
        && word[4] == b'.'
        && word[9] == b'.'
        && word.iter().any(u8::is_ascii_digit)
        && word
            .iter()
            .enumerate()
            .all(|(i, b)| b.is_ascii_hexdigit() || i == 4 || i == 9)
}

/// The host's name in a word that it is glued into: `xfer_node7.acme.example_2026`, `node7.acme.com.log`.
pub(in crate::redact) fn glued(rules: &Rules, word: &[u8]) -> Option<Range<usize>> {
    if memchr::memchr_iter(b'.', word).count() < 2 {
        return None;
    }
    let mut start = 0;
    let labels: Vec<&[u8]> = word.split(|b| *b == b'.').collect();
    for (i, label) in labels.iter().enumerate() {
        let cut = label.iter().position(|b| matches!(b, b'-' | b'_'));
        let last = label[..cut.unwrap_or(label.len())].to_ascii_lowercase();
        let ends = match cut {
            Some(_) => true,
            None => {
                let rest = labels.get(i + 1..).unwrap_or_default();
                !rest.is_empty()
                    && rest.iter().all(|l| {
                        FILES.contains(&l.to_ascii_lowercase().as_slice())
                            || l.iter().all(u8::is_ascii_digit)
                    })
            }
        };
        if i >= 2 && ends && rules.allow.tlds.contains(&last) {
            let end = start + last.len();
            let name = &word[..end];
            if is_code(name, &labels[..i]) {
                return None;
            }
            return Some(front_end(name)..end);
        }
        start += label.len() + 1;
    }
    None
}

/// Where the name begins behind words such as `file_` and `log_`.
fn front_end(name: &[u8]) -> usize {
    let mut at = 0;
    while let Some(bar) = name[at..].iter().position(|b| *b == b'_') {
        let word = name[at..at + bar].to_ascii_lowercase();
        let number = word.iter().all(u8::is_ascii_digit);
        if !number && !GLUED.contains(&word.as_slice()) {
            break;
        }
        at += bar + 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_that_belongs_to_a_provider_stays() {
        let rules = Rules::builtin().unwrap();
        for (name, own) in [
            ("acme-reels.s3.eu-west-1.amazonaws.com", Some("acme-reels")),
            ("s3.amazonaws.com", Some("")),
            ("s3-eu-west-1.amazonaws.com", Some("")),
            (
                "acme.s3.eu-de.cloud-object-storage.appdomain.cloud",
                Some("acme"),
            ),
            ("vm-7.internal.cloudapp.net", Some("vm-7")),
            ("acmestore.blob.core.windows.net", Some("acmestore")),
            ("xfer01.acme.example", None),
            ("notamazonaws.com", None),
        ] {
            let found = rules.allow.provider(name.as_bytes()).map(|n| &name[..n]);
            assert_eq!(found, own, "{name}");
        }
    }

    #[test]
    fn names_in_names_of_files_are_found() {
        let rules = Rules::builtin().unwrap();
        for (word, name) in [
            ("xfer_node7.acme.example_x", Some("node7.acme.example")),
            ("log_2026_node7.acme.com.log", Some("node7.acme.com")),
            ("maria_pc.acme.com.log.1", Some("maria_pc.acme.com")),
            ("node7.acme.example-2026.log", Some("node7.acme.example")),
            ("com.ibm.net_x", None),
            ("libfoo.so.1", None),
            ("a.b.c_d", None),
        ] {
            let found = glued(&rules, word.as_bytes()).map(|r| &word[r]);
            assert_eq!(found, name, "{word}");
        }
    }
}
