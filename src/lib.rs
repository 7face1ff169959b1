//! `aoc-bundle`: one redacted zip with everything IBM Support needs for a failed Aspera on Cloud
//! transfer.
//!
//! # Overview
//! Each piece of evidence flows in one direction:
//!
//! ```text
//! request ─► plan ─► source ─► text ─► redact ─┬─► deflate ─► bundle ─► verify ─► publish
//!                                              └─► diagnose ─► report ──┘
//! ```
//!
//! Two steps look at evidence more than once, and both see redacted text only on the way out. Before the flow, the run
//! reads the ends of logs and the traces to learn which package, user and organization the case is about. After it, an
//! entry in which the verifier finds something is redacted once more (never from raw text) or withheld.
//!
//! Modules from the top layer to the bottom; a module uses only modules below it, and no files use each other in a
//! circle (`tests/layers.rs` enforces both):
//!
//! | module | contents |
//! |---|---|
//! | [`cli`] | arguments, commands, questions, progress, exit codes |
//! | [`collect`] | one run: request, plan, the parallel pipeline, release of the zip |
//! | [`report`] | the texts in the zip that people read: `report.html`, `ticket.md`, `README.txt` |
//! | [`sources`] | where evidence comes from, and the catalogue of known paths |
//! | [`bundle`] | manifest and zip writer: the only module that writes evidence |
//! | [`verify`] | the independent reader and leak scanner |
//! | [`diagnose`] | failures, their causes and advice, from redacted text only |
//! | [`aoc`] | Aspera on Cloud: links, hosts, recorded exchanges, credentials, clients of its API and of the Node API, a fake of both |
//! | [`redact`] | rules, engine, walkers, nested encodings: makes the only text that may leave |
//! | [`pseudonym`] | keys and the keyed mapping: a pure function of (key, kind, value) |
//! | [`text`] | bytes to blocks of lines: compression, encodings, JSON, time stamps |
//! | [`parallel`] | one ordered parallel pipeline |
//!
//! `redact`, `diagnose`, `pseudonym` and `text` are pure: no files, clock, threads or network.
//!
//! Types enforce the order of the flow: only [`redact`] makes a [`redact::Redacted`] block or a [`redact::Clean`]
//! string; [`bundle`] writes nothing else; [`diagnose`] reads nothing else.
//!
//! `ARCHITECTURE.md` lists every folder and file; `CONTRIBUTING.md` has recipes for common changes.

pub mod aoc;
pub mod bundle;
pub mod cli;
pub mod collect;
pub mod diagnose;
pub mod parallel;
pub mod pseudonym;
pub mod redact;
pub mod report;
pub mod sources;
pub mod text;
pub mod verify;
