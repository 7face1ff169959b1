//! Finders of secrets that their own form tells: credentials, cookies, tokens, keys, URLs, options of programs.

pub(super) mod authorization;
pub(super) mod cookie;
pub(super) mod jwk;
pub(super) mod pem;
#[cfg(test)]
pub(super) mod pem_tests;
pub(super) mod program_options;
pub(super) mod shape;
pub(super) mod token;
pub(super) mod url;
