//! Logs of the whole system (`messages`, `system.log`, a journal): which lines are about Aspera.

pub mod filter;
pub(super) mod programs;
pub(super) mod sshd;
pub(super) mod syslog;
