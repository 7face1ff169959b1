//! The tables of what can go wrong: failures with their conditions and advice, error codes, and events of the timeline.
//!
//! A new failure is one row of `failures_log.toml`, `failures_har.toml` or `failures_api.toml`, with the evidence that
//! proves it; a new event is one row of `events.toml`. Conditions are evaluated where the evidence is: for logs in
//! `judge::session_facts`, for requests in `har::condition`, for documents in `answers::condition`.

pub(super) mod codes;
pub(super) mod condition;
pub(super) mod row;
pub(super) mod table;
