//! What becomes of the value of a header, told by its name: the lists of `headers.toml`.
use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// What becomes of a header's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Treatment {
    /// A scheme and a credential.
    Authorization,
    /// What a server asks for: its nonces go.
    Challenge,
    /// `name=value` with attributes.
    Cookies,
    /// A secret, whole.
    Secret,
    /// Looks like a secret's name and is none.
    Plain,
    /// The id of an access key.
    AccessKey,
    /// Names of protocols, of which one may be a token.
    Protocol,
    /// A login name.
    User,
    /// The name of a host.
    Host,
    /// Addresses.
    Address,
    /// Nobody is named in it.
    Quiet,
}

#[derive(Deserialize)]
struct Lists {
    authorization: List,
    challenge: List,
    cookies: List,
    secret: List,
    plain: List,
    accesskey: List,
    protocol: List,
    user: List,
    host: List,
    address: List,
    quiet: List,
    /// Of parameters, and no header: what looks random under these names is a secret.
    random: List,
    /// Parameters that hold words of a person: always, and where they are several.
    search: List,
    title: List,
}

#[derive(Deserialize)]
struct List {
    names: Vec<String>,
    ends: Vec<String>,
}

#[derive(Default)]
struct Headers {
    names: HashMap<Vec<u8>, Treatment, foldhash::fast::FixedState>,
    ends: Vec<(Vec<u8>, Treatment)>,
    random: Vec<Vec<u8>>,
    random_ends: Vec<Vec<u8>>,
    search: Vec<Vec<u8>>,
    title: Vec<Vec<u8>>,
}

/// Without the lists the field rules decide; the tests hold that they parse.
static HEADERS: LazyLock<Headers> = LazyLock::new(|| {
    toml::from_str::<Lists>(include_str!("headers.toml"))
        .map(Headers::new)
        .unwrap_or_default()
});

impl Headers {
    fn new(lists: Lists) -> Self {
        let bytes = |names: Vec<String>| names.into_iter().map(String::into_bytes).collect();
        let mut out = Self {
            random: bytes(lists.random.names),
            random_ends: bytes(lists.random.ends),
            search: bytes(lists.search.names),
            title: bytes(lists.title.names),
            ..Self::default()
        };
        for (list, treatment) in [
            (lists.plain, Treatment::Plain),
            (lists.authorization, Treatment::Authorization),
            (lists.challenge, Treatment::Challenge),
            (lists.cookies, Treatment::Cookies),
            (lists.secret, Treatment::Secret),
            (lists.accesskey, Treatment::AccessKey),
            (lists.protocol, Treatment::Protocol),
            (lists.user, Treatment::User),
            (lists.host, Treatment::Host),
            (lists.address, Treatment::Address),
            (lists.quiet, Treatment::Quiet),
        ] {
            for name in list.names {
                out.names.entry(name.into_bytes()).or_insert(treatment);
            }
            let ends = list.ends.into_iter();
            out.ends
                .extend(ends.map(|end| (end.into_bytes(), treatment)));
        }
        out
    }
}

/// No word has so many consonants in a row; some of German come near.
const MOST_CONSONANTS: usize = 7;

/// Longest name of a header.
const LONGEST: usize = 80;

/// True for what can be the name of a header: else it is a line of garbage, and a text like any other.
pub(super) fn is_name(name: &[u8]) -> bool {
    let word = name.strip_prefix(b":").unwrap_or(name);
    let sign = |b: &u8| b.is_ascii_alphanumeric() || b"-_.!#$%&'*+^|~".contains(b);
    !word.is_empty() && name.len() <= LONGEST && word.iter().all(sign) && !is_mixed(word)
}

/// True for a word that no person chose as a name: long, with many digits or changes of case in it.
pub(super) fn is_mixed(word: &[u8]) -> bool {
    let longest = word
        .split(|b| !b.is_ascii_alphanumeric())
        .map(|run| (run.len(), run))
        .max_by_key(|(len, _)| *len);
    longest.is_some_and(|(len, run)| {
        let digits = run.iter().filter(|b| b.is_ascii_digit()).count();
        len >= 16 && digits >= 3 || len >= 40
    })
}

/// True for a text that mixes letters and digits, or letters of both cases as no word does: in `someCamelCase` capitals
/// are few.
pub(super) fn is_random(word: &[u8]) -> bool {
    let capitals = word.iter().filter(|b| b.is_ascii_uppercase()).count();
    let small = word.iter().filter(|b| b.is_ascii_lowercase()).count();
    let even = capitals * 5 >= word.len() && small * 5 >= word.len();
    is_mixed(word) || word.len() >= 16 && even && word.iter().all(u8::is_ascii_alphanumeric)
}

/// True for what stands under the name of a key and is no word: random, or letters and digits with both cases, or more
/// consonants in a row than a word has.
pub(super) fn is_key(word: &[u8]) -> bool {
    let long = word.len() >= 16 && word.iter().all(u8::is_ascii_alphanumeric);
    let has = |class: fn(&u8) -> bool| word.iter().any(class);
    let every =
        has(u8::is_ascii_digit) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    let vowel = |b: &u8| !b.is_ascii_alphabetic() || b"aeiouyAEIOUY".contains(b);
    let row = word.split(vowel).map(<[u8]>::len).max().unwrap_or(0);
    is_random(word) || long && (every || row >= MOST_CONSONANTS)
}

/// True for the name of a parameter under which services take keys of their customers: what looks random there is a
/// secret, and words stay.
pub(super) fn may_be_key(name: &[u8]) -> bool {
    let (flat, len) = flat(name);
    let flat = &flat[..len];
    let ends = |end: &Vec<u8>| flat.ends_with(end);
    HEADERS.random.iter().any(|known| known == flat) || HEADERS.random_ends.iter().any(ends)
}

/// True for the name of a parameter whose value is what a person wrote: what was looked for, or a title of several
/// words. Numbers and ids are none.
pub(super) fn is_wording(name: &[u8], value: &[u8]) -> bool {
    let (flat, len) = flat(name);
    let flat = &flat[..len];
    let of = |list: &[Vec<u8>]| list.iter().any(|known| known == flat);
    let blank = || {
        value.iter().any(|b| matches!(b, b' ' | b'+'))
            || memchr::memmem::find(value, b"%20").is_some()
    };
    let letters = value.iter().any(|b| b.is_ascii_alphabetic() || *b >= 0x80);
    let id = value.len() >= 32 && value.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-');
    letters && !id && (of(&HEADERS.search) || of(&HEADERS.title) && blank())
}

/// A name in lower case, without `_` and `-`, and its length.
fn flat(name: &[u8]) -> ([u8; LONGEST], usize) {
    let mut flat = [0; LONGEST];
    let letters = name.iter().filter(|b| !matches!(b, b'_' | b'-'));
    let mut len = 0;
    for (to, from) in flat.iter_mut().zip(letters) {
        *to = from.to_ascii_lowercase();
        len += 1;
    }
    (flat, len)
}

/// What becomes of the value under this name, if the lists have it.
pub(super) fn treatment(name: &[u8]) -> Option<Treatment> {
    let mut lower = [0; LONGEST];
    let lower = lower.get_mut(..name.len())?;
    for (to, from) in lower.iter_mut().zip(name) {
        *to = match from {
            b'_' => b'-',
            b => b.to_ascii_lowercase(),
        };
    }
    if let Some(found) = HEADERS.names.get(&*lower) {
        return Some(*found);
    }
    let end = HEADERS.ends.iter().find(|(end, _)| lower.ends_with(end));
    end.map(|(_, treatment)| *treatment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_from_words() {
        for key in [
            "mFzTqhXcWkRbJvNpLd",
            "zqjcqpkDpqStqbtquzGkvmqz",
            "zqkc0dAx2lFyukfzaguROsqz",
        ] {
            assert!(is_key(key.as_bytes()), "{key}");
        }
        for word in [
            "transferSpecification",
            "lastModifiedTimestamp",
            "strengthsandweaknesses",
            "page_size",
            "createdAt",
        ] {
            assert!(!is_key(word.as_bytes()), "{word}");
        }
    }

    #[test]
    fn names_are_found_in_any_case_and_style() {
        use Treatment::*;
        for (name, wanted) in [
            ("Authorization", Some(Authorization)),
            ("X-Old-Authorization", Some(Authorization)),
            ("WWW-Authenticate", Some(Challenge)),
            ("set-cookie", Some(Cookies)),
            ("X_Api_Key", Some(Secret)),
            ("X-Acme-Access-Token", Some(Secret)),
            ("x-aspera-next-iteration-token", Some(Plain)),
            ("X-Aspera-AccessKey", Some(AccessKey)),
            ("Sec-WebSocket-Protocol", Some(Protocol)),
            (":authority", Some(Host)),
            ("X-Forwarded-For", Some(Address)),
            ("User-Agent", Some(Quiet)),
            ("Referer", None),
            ("X-Tokenizer", None),
        ] {
            assert_eq!(treatment(name.as_bytes()), wanted, "{name}");
        }
    }

    #[test]
    fn lines_of_garbage_are_no_names() {
        for name in ["accept", ":path", "X-A_b.c", "Sec-WebSocket-Key1"] {
            assert!(is_name(name.as_bytes()), "{name}");
        }
        for name in [
            "",
            ":",
            "GET / HTTP/1.1",
            "Cookie: a=b",
            "a=b",
            "Zk81mQpLtR29xYwVb7aa",
            "Größe",
        ] {
            assert!(!is_name(name.as_bytes()), "{name}");
        }
    }
}
