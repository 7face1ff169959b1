//! `aoc-bundle`: one redacted zip with everything IBM Support needs for a failed Aspera on Cloud
//! transfer.
//!
//! # The tour of the house
//! One piece of evidence goes one way, once, and never back:
//!
//! ```text
//! request ─► plan ─► source ─► text ─► redact ─┬─► deflate ─► bundle ─► verify ─► publish
//!                                              └─► diagnose ─► report ──┘
//! ```
//!
//! Rooms from the top floor to the ground; a room uses only rooms below it (`tests/layers.rs`
//! holds that):
//!
//! | room | what lives there |
//! |---|---|
//! | [`cli`] | what a person types and sees: arguments, commands, progress, exit codes |
//! | [`collect`] | one run: request, plan, the parallel pipeline, publish |
//! | [`report`] | the texts that a person reads in the zip |
//! | [`sources`] | where evidence comes from, and the catalogue of known paths |
//! | [`bundle`] | manifest and zip writer: the only room that writes evidence |
//! | [`verify`] | the independent reader and leak scanner |
//! | [`diagnose`] | what went wrong, told from redacted text only |
//! | [`aoc`] | Aspera on Cloud: links, hosts, recorded exchanges, credentials, the clients of its API and of nodes, a fake of both |
//! | [`redact`] | rules, scanner, walkers, nested encodings: makes the only text that may leave |
//! | [`pseudonym`] | keys and the keyed mapping: a pure function of (key, kind, value) |
//! | [`text`] | bytes to blocks of lines: compression, encodings, time stamps |
//!
//! `redact`, `diagnose`, `pseudonym` and `text` are pure: no files, clock, threads or network.
//!
//! Three types make mistakes impossible: only [`redact`] can make a [`redact::Redacted`] block or
//! a [`redact::Clean`] string; [`bundle`] writes nothing else; [`diagnose`] reads nothing else.

pub mod aoc;
pub mod bundle;
pub mod cli;
pub mod collect;
pub mod diagnose;
pub mod pseudonym;
pub mod redact;
pub mod report;
pub mod sources;
pub mod text;
pub mod verify;
