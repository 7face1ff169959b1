//! The environment variables of the process.
use std::ffi::OsString;

use secrecy::SecretString;

/// The environment variables of the process.
pub(super) struct Environment(pub(super) Vec<(OsString, OsString)>);

impl Environment {
    /// Those of this process.
    pub(super) fn of_this_process() -> Self {
        Self(std::env::vars_os().collect())
    }

    /// The value of a variable without blanks at its ends; `None` if it is not set, empty or no Unicode.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        let found = self.0.iter().find(|(n, _)| n == name)?;
        let text = found.1.to_str()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The same of a secret.
    pub(super) fn secret(&self, name: &str) -> Option<SecretString> {
        self.variable(name).map(SecretString::from)
    }
}
