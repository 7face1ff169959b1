//! The diagnosis as it is written and shown: findings, transfers, events, settings, and the verdict.

pub(super) mod diagnosis;
pub(super) mod event;
pub(super) mod finding;
pub(super) mod transfer;
pub(super) mod verdict;
