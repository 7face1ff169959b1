//! The diagnosis as it is written and shown: findings, transfers, and the verdict.

pub(super) mod diagnosis;
pub(super) mod finding;
pub(super) mod transfer;
pub(super) mod verdict;
