//! Finders of identifiers: addresses, hosts, e-mail addresses, logins, and the host in the head of a line.

pub(super) mod address_spelling;
pub(super) mod email;
pub(super) mod host;
pub(super) mod host_suffix;
pub(super) mod ip_address;
pub(super) mod line_head;
pub(super) mod login;
pub(super) mod number;
pub(super) mod windows_account;
