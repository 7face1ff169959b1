//! Error codes of ascp. There are two numberings, and a log uses one of them, depending on the version: the pair of code
//! and text decides which.
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// The built-in table.
const TABLE: &str = include_str!("fasp_codes.toml");

/// A numbering of error codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::diagnose) enum Numbering {
    /// 0 to 131: lines of ascp since 3.9.
    Fasp,
    /// 0 to 66: the management stream, the Node API, Connect, and lines of ascp of the 3.5 era.
    Management,
}

/// One error code.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::diagnose) struct Code {
    pub(in crate::diagnose) code: i64,
    pub(in crate::diagnose) text: String,
    /// Id of the row of the failure catalogue.
    #[serde(default)]
    pub(in crate::diagnose) failure: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeTables {
    fasp: Vec<Code>,
    management: Vec<Code>,
}

/// Both numberings.
#[derive(Default)]
pub(in crate::diagnose) struct Codes {
    fasp: BTreeMap<i64, Code>,
    management: BTreeMap<i64, Code>,
}

/// The table, read once. It is part of the program, and a test reads it, so errors cannot occur here.
pub(in crate::diagnose) static CODES: LazyLock<Codes> =
    LazyLock::new(|| Codes::read(TABLE).unwrap_or_default());

/// The text for comparison: in lower case, without final periods and the prefix of an aborted session.
fn plain(text: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    let text = text
        .strip_prefix("Server aborted session: ")
        .unwrap_or(text);
    text.to_ascii_lowercase()
}

impl Codes {
    fn read(table: &str) -> Result<Self, toml::de::Error> {
        let raw: CodeTables = toml::from_str(table)?;
        let by_code = |codes: Vec<Code>| codes.into_iter().map(|c| (c.code, c)).collect();
        Ok(Self {
            fasp: by_code(raw.fasp),
            management: by_code(raw.management),
        })
    }

    fn table(&self, numbering: Numbering) -> &BTreeMap<i64, Code> {
        match numbering {
            Numbering::Fasp => &self.fasp,
            Numbering::Management => &self.management,
        }
    }

    /// The row of a code.
    pub(in crate::diagnose) fn get(&self, numbering: Numbering, code: i64) -> Option<&Code> {
        self.table(numbering).get(&code)
    }

    /// All rows of a numbering.
    #[cfg(test)]
    pub(in crate::diagnose) fn all(&self, numbering: Numbering) -> impl Iterator<Item = &Code> {
        self.table(numbering).values()
    }

    /// The numbering that has this code with this text; `None` if neither has.
    pub(in crate::diagnose) fn numbering(&self, code: i64, text: &str) -> Option<Numbering> {
        let wanted = plain(text);
        let fits = |numbering| {
            self.get(numbering, code)
                .is_some_and(|row| plain(&row.text) == wanted)
        };
        if fits(Numbering::Fasp) {
            return Some(Numbering::Fasp);
        }
        fits(Numbering::Management).then_some(Numbering::Management)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_numberings_are_complete() {
        let codes = Codes::read(TABLE).unwrap();
        let numbers = |numbering| codes.all(numbering).map(|c| c.code).collect::<Vec<_>>();
        assert_eq!(numbers(Numbering::Fasp), (0..=131).collect::<Vec<_>>());
        assert_eq!(numbers(Numbering::Management), (0..=66).collect::<Vec<_>>());
    }

    #[test]
    fn code_and_text_together_give_the_numbering() {
        let cases = [
            (
                40,
                "Operation not permitted by license",
                Some(Numbering::Fasp),
            ),
            (
                40,
                "Data transfer stalled, timed out",
                Some(Numbering::Management),
            ),
            (19, "Authentication failure", Some(Numbering::Management)),
            (19, "Peer aborted session", Some(Numbering::Fasp)),
            (
                44,
                "UDP session initiation fatal error",
                Some(Numbering::Management),
            ),
            (
                44,
                "Server aborted session: Error setting socket reuseaddr",
                Some(Numbering::Fasp),
            ),
            (40, "something else", None),
            (656_801_859, "", None),
            (-1, "No error", None),
        ];
        for (code, text, wanted) in cases {
            assert_eq!(CODES.numbering(code, text), wanted, "{code} {text}");
        }
    }
}
