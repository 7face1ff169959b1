//! Keys and the keyed mapping from a value to its pseudonym: a pure function of (key, kind, value).
//!
//! A pseudonym is `~kind.id~`, made of `[A-Za-z0-9.-]` between two tildes, so that it survives JSON,
//! XML, URLs, cookies, CSV and file names. Equal canonical values give equal ids on every thread, in
//! every file and, with the same key, on every node. Nothing here remembers anything.

mod forms;
mod key;
mod key_file;
mod shape;

pub use forms::{HostForm, Pseudonyms};
pub use key::Key;
pub use key_file::{KeyError, LARGEST_KEY_FILE, text_of};
pub use shape::{find_at, identifier_kind, is_pseudonym};

#[cfg(test)]
mod key_file_tests;
#[cfg(test)]
mod tests;
