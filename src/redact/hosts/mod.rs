//! Whose host a URL belongs to: the rows of `hosts.toml`, asked by redaction (which bodies of a HAR stay),
//! by the search for HAR files, and by diagnosis. One more host is one more row.

mod table;

pub use table::{HostKind, KeptBodies, Owner, kind, kind_by_name, owner, public_hosts};
