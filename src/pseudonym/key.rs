//! The key of a run, its subkeys (one per kind of value) and the ids they make.
use zeroize::{Zeroize, Zeroizing};

use super::key_file::{KeyError, Material, stretch};

/// Letters of an id: 12 of them carry 60 bits.
const ID_LETTERS: usize = 12;
/// Letters of a grouping part (a network, a vendor): 8 of them carry 40 bits.
const GROUP_LETTERS: usize = 8;

/// 32 secret bytes from which every pseudonym of a run follows. Wiped from memory when dropped.
pub struct Key(Zeroizing<[u8; 32]>);

/// 32 bytes that follow from others for one purpose; nothing of the way there stays in memory.
pub(super) fn derive(purpose: &'static str, material: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut hasher = blake3::Hasher::new_derive_key(purpose);
    for part in material {
        hasher.update(part);
    }
    let mut hash = hasher.finalize();
    let derived = Zeroizing::new(*hash.as_bytes());
    hash.zeroize();
    hasher.zeroize();
    derived
}

impl Key {
    /// A key of exactly these bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A key from the content of a key file: at least 32 random bytes, as they are, in hexadecimal or in
    /// base64; or a passphrase. `key_file.rs` says how these are told apart.
    ///
    /// # Errors
    /// [`KeyError`] for too little of either.
    pub fn from_material(material: &[u8]) -> Result<Self, KeyError> {
        Ok(Self(match Material::of(material)? {
            Material::Random(bytes) => derive("aoc-bundle 2026 key file", &[&bytes]),
            Material::Passphrase(text) => stretch(&text)?,
        }))
    }

    /// The subkey for one kind of value, so that equal texts of different kinds do not link.
    pub(super) fn subkey(&self, context: &str) -> Subkey {
        Subkey(derive(
            "aoc-bundle 2026 pseudonym kind",
            &[&self.0[..], context.as_bytes()],
        ))
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
