//! What a key file holds: random bytes, or a passphrase.
//!
//! One file gives one key on every machine, so the answer must not depend on how an editor or a shell of some
//! system ends lines or marks encodings:
//!
//! 1. What is no text (not UTF-8, or with control characters) is random bytes; every byte counts.
//! 2. Of text (UTF-8, or UTF-16 with its mark as PowerShell and Notepad write it) the byte order mark and the
//!    white space at both ends go, and every line ends in LF.
//! 3. Text of 64 or more hexadecimal digits, or of 43 or more characters of base64 that look random (small and
//!    capital letters and digits), stands for the bytes that it encodes, wrapped or not.
//! 4. All other text is a passphrase and goes through Argon2id.
//!
//! A doubtful text falls to 4, which is never the weaker choice: random letters lose nothing by Argon2id.
use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};
use zeroize::Zeroizing;

use super::key::derive;

/// Larger key files are refused: a key has no use for more than this many bytes.
pub const LARGEST_KEY_FILE: usize = 1 << 20;
/// Fewer random bytes are no key.
const SHORTEST_RANDOM: usize = 32;
/// A passphrase has at least this many characters. Whoever has a bundle can try passphrases without end and
/// compare key ids, so it has to be longer than one that a server guards.
const SHORTEST_PASSPHRASE: usize = 16;
/// So many different characters at least: `aaaaaaaaaaaaaaaa` is long and still guessed first.
const FEWEST_DIFFERENT: usize = 6;

/// Memory of Argon2id in KiB. RFC 9106 proposes 64 MiB with 3 passes where memory is short; this program promises
/// to stay below 64 MiB in all, so it takes 48 MiB ...
const ARGON2_MEMORY: u32 = 48 * 1024;
/// ... and one pass more, which is the same work (192 MiB written). About a fifth of a second.
const ARGON2_PASSES: u32 = 4;
/// One lane: the result must not wait for cores that a small node does not have.
const ARGON2_LANES: u32 = 1;
/// The salt is the same for everybody. The nodes of a fleet share nothing but the file, so there is no place for
/// a random one. The price: one passphrase gives one key in every company, and somebody may prepare a
/// list of keys of common passphrases once for all. Argon2id makes each of them cost, and a passphrase that is on no
/// list, or 32 random bytes, is out of reach.
const ARGON2_SALT: &[u8] = b"aoc-bundle 2026 passphrase of a key file";

/// Why a key could not be made.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyError {
    /// Fewer than 32 bytes were given.
    #[error(
        "the key has {0} bytes, but at least 32 random bytes are needed; make one with: head -c 32 /dev/urandom > FILE"
    )]
    TooShort(usize),
    /// A passphrase that is too short.
    #[error(
        "the passphrase in the key file has {0} characters, but at least 16 are needed: take five words at random; or use at least 32 random bytes instead, made with: head -c 32 /dev/urandom > FILE"
    )]
    ShortPassphrase(usize),
    /// A passphrase of one or a few characters over and over.
    #[error(
        "the passphrase in the key file repeats too few different characters: take five words at random; or use at least 32 random bytes instead, made with: head -c 32 /dev/urandom > FILE"
    )]
    SimplePassphrase,
    /// More than a key file can hold.
    #[error("the key file is larger than 1 MiB; at least 32 random bytes are enough")]
    TooLarge,
    /// The memory for Argon2id is not there.
    #[error(
        "there are no 48 MiB of memory free to make a key of the passphrase; use 32 random bytes as key instead"
    )]
    Memory,
}

/// What a key file turned out to hold.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Material {
    Random(Zeroizing<Vec<u8>>),
    Passphrase(Zeroizing<String>),
}

impl Material {
    /// Tells which it is.
    pub(super) fn of(content: &[u8]) -> Result<Self, KeyError> {
        if content.len() > LARGEST_KEY_FILE {
            return Err(KeyError::TooLarge);
        }
        let Some(text) = text_of(content).filter(|t| !t.is_empty()) else {
            if content.len() < SHORTEST_RANDOM {
                return Err(KeyError::TooShort(content.len()));
            }
            return Ok(Self::Random(Zeroizing::new(content.to_vec())));
        };
        if let Some(bytes) = encoded(&text) {
            return Ok(Self::Random(bytes));
        }
        let length = text.chars().count();
        if length < SHORTEST_PASSPHRASE {
            return Err(KeyError::ShortPassphrase(length));
        }
        let mut different: Vec<char> = Vec::with_capacity(FEWEST_DIFFERENT);
        for c in text.chars() {
            if different.len() < FEWEST_DIFFERENT && !different.contains(&c) {
                different.push(c);
            }
        }
        if different.len() < FEWEST_DIFFERENT {
            return Err(KeyError::SimplePassphrase);
        }
        Ok(Self::Passphrase(text))
    }
}

/// The text of a file that holds a passphrase or another short secret: without byte order mark and without white
/// space at its ends, lines ended by LF. `None` for what is no text.
#[must_use]
pub fn text_of(content: &[u8]) -> Option<Zeroizing<String>> {
    let decoded = match content {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        [0xef, 0xbb, 0xbf, rest @ ..] => copied(std::str::from_utf8(rest).ok()?),
        _ => copied(std::str::from_utf8(content).ok()?),
    };
    let mut text = Zeroizing::new(String::with_capacity(decoded.len()));
    let mut chars = decoded.trim().chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                let _ = chars.next_if_eq(&'\n');
                text.push('\n');
            }
            '\n' | '\t' => text.push(c),
            c if c.is_control() => return None,
            c => text.push(c),
        }
    }
    Some(text)
}

fn copied(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

/// UTF-16 behind its mark. Random bytes may begin like a mark and are mostly letters of the Far East then, so half of
/// a text must be ASCII.
fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Zeroizing<String>> {
    let (pairs, []) = bytes.as_chunks::<2>() else {
        return None;
    };
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 2));
    for c in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        text.push(c.ok()?);
    }
    let ascii = text.chars().filter(char::is_ascii).count();
    (ascii * 2 >= text.chars().count()).then_some(text)
}

/// The bytes of hexadecimal or base64 text that can only be a random key.
fn encoded(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    // Room for all from the start: a vector that grows leaves its old bytes behind.
    let mut joined = Zeroizing::new(Vec::with_capacity(text.len()));
    joined.extend(text.bytes().filter(|b| !b.is_ascii_whitespace()));
    let decode = |encoding: &data_encoding::Encoding, letters: &[u8]| {
        let bytes = Zeroizing::new(encoding.decode(letters).ok()?);
        (bytes.len() >= SHORTEST_RANDOM).then_some(bytes)
    };
    if let Some(bytes) = decode(&HEXLOWER_PERMISSIVE, &joined) {
        return Some(bytes);
    }
    let padding = joined.iter().rev().take_while(|b| **b == b'=').count();
    let letters = &joined[..joined.len() - padding.min(2)];
    let random = letters.iter().any(u8::is_ascii_digit)
        && letters.iter().any(u8::is_ascii_lowercase)
        && letters.iter().any(u8::is_ascii_uppercase);
    if !random {
        return None;
    }
    decode(&BASE64_NOPAD, letters).or_else(|| decode(&BASE64URL_NOPAD, letters))
}

/// The key bytes of a passphrase.
pub(super) fn stretch(passphrase: &str) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let params = Params::new(ARGON2_MEMORY, ARGON2_PASSES, ARGON2_LANES, Some(32))
        .map_err(|_| KeyError::Memory)?;
    let mut hash = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), ARGON2_SALT, &mut hash[..])
        .map_err(|_| KeyError::Memory)?;
    Ok(derive("aoc-bundle 2026 key of a passphrase", &[&hash[..]]))
}
