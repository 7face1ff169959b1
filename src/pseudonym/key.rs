//! The key of a run, its subkeys (one per kind of value) and the ids they make.
use zeroize::Zeroizing;

/// Letters of an id: 12 of them carry 60 bits.
const ID_LETTERS: usize = 12;
/// Letters of a grouping part (a network, a vendor): 8 of them carry 40 bits.
const GROUP_LETTERS: usize = 8;

/// Why a key could not be made.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyError {
    /// Fewer than 32 bytes were given.
    #[error(
        "the key has {0} bytes, but at least 32 random bytes are needed; make one with: head -c 32 /dev/urandom > FILE"
    )]
    TooShort(usize),
}

/// 32 secret bytes from which every pseudonym of a run follows. Wiped from memory when dropped.
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// A key of exactly these bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A key from the content of a key file: at least 32 random bytes, of any length and form.
    ///
    /// # Errors
    /// [`KeyError::TooShort`] for fewer than 32 bytes.
    pub fn from_material(material: &[u8]) -> Result<Self, KeyError> {
        if material.len() < 32 {
            return Err(KeyError::TooShort(material.len()));
        }
        Ok(Self::new(blake3::derive_key(
            "aoc-bundle 2026 key file",
            material,
        )))
    }

    /// The subkey for one kind of value, so that equal texts of different kinds do not link.
    pub(super) fn subkey(&self, context: &str) -> Subkey {
        let mut material = Zeroizing::new(Vec::with_capacity(32 + context.len()));
        material.extend_from_slice(&self.0[..]);
        material.extend_from_slice(context.as_bytes());
        Subkey(Zeroizing::new(blake3::derive_key(
            "aoc-bundle 2026 pseudonym kind",
            &material,
        )))
    }
}

/// One kind's key.
pub(super) struct Subkey(Zeroizing<[u8; 32]>);

/// Lower-case base32: survives everywhere, also where case is folded.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

impl Subkey {
    /// Appends the first letters of the keyed hash of a value, five bits each.
    fn letters(&self, value: &[u8], count: usize, out: &mut String) {
        let hash = blake3::keyed_hash(&self.0, value);
        let mut head = [0; 8];
        head.copy_from_slice(&hash.as_bytes()[..8]);
        let bits = u64::from_be_bytes(head);
        for i in 0..count {
            let letter = (bits >> (59 - 5 * i)) & 31;
            out.push(char::from(LETTERS[letter as usize]));
        }
    }

    /// Appends the id of a canonical value: 12 letters, 60 bits.
    pub(super) fn id(&self, value: &[u8], out: &mut String) {
        self.letters(value, ID_LETTERS, out);
    }

    /// Appends the shorter id of a group that the value belongs to: 8 letters, 40 bits.
    pub(super) fn group(&self, value: &[u8], out: &mut String) {
        self.letters(value, GROUP_LETTERS, out);
    }
}
