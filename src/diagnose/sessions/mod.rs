//! FASP sessions, put together from the facts of all logs, and transfers, put together from sessions.

pub(super) mod clock;
pub(super) mod observations;
pub(super) mod place;
pub(super) mod session;
pub(super) mod transfers;
