//! The exit codes of the program.
use std::process::{ExitCode, Termination};

use crate::collect::CollectError;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything that was asked for is there.
    Complete,
    /// Nothing was written.
    Nothing,
    /// The command line was wrong.
    Usage,
    /// Written, but something is missing or withheld; the manifest says what.
    Incomplete,
    /// The verifier found a leak that could not be withheld; nothing was released.
    Leak,
    /// Interrupted; nothing was left behind.
    Interrupted,
}

impl Exit {
    /// The number that the system sees.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Complete => 0,
            Self::Nothing => 1,
            Self::Usage => 2,
            Self::Incomplete => 3,
            Self::Leak => 4,
            Self::Interrupted => 130,
        }
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}

/// A wrong argument that is found after parsing, for example by reading a file.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Usage(pub(super) String);

/// The exit code of an error.
pub(super) fn of(error: &anyhow::Error) -> Exit {
    if error.downcast_ref::<Usage>().is_some() {
        return Exit::Usage;
    }
    match error.downcast_ref::<CollectError>() {
        Some(CollectError::Leak(_)) => Exit::Leak,
        Some(CollectError::Interrupted) => Exit::Interrupted,
        Some(CollectError::Bundle(_) | CollectError::Output(_) | CollectError::Internal(_))
        | None => Exit::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_its_exit() {
        assert_eq!(of(&Usage("x".into()).into()), Exit::Usage);
        assert_eq!(of(&CollectError::Leak("x".into()).into()).code(), 4);
        assert_eq!(of(&CollectError::Interrupted.into()).code(), 130);
        assert_eq!(of(&anyhow::anyhow!("x")).code(), 1);
    }
}
