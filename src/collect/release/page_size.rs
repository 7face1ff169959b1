//! How much of the evidence `report.html` shows, and what the manifest says where the page is missing.
use crate::bundle::manifest::{Entry, Status};
use crate::redact::Clean;

/// The page, and the text for the support case: the generated files that quote evidence.
pub(super) const PAGE: &str = "report.html";
pub(super) const TICKET: &str = "ticket.md";

/// How much of the evidence the page shows. It quotes redacted lines; where the verifier finds something in them all the
/// same, the page becomes smaller, so that the bundle can still be released.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum PageSize {
    /// The lines that findings cite.
    #[default]
    Whole,
    /// File names and line numbers without the lines.
    Bare,
    /// There is no page.
    Absent,
}

impl PageSize {
    /// The next smaller page.
    pub(super) fn less(self) -> Option<Self> {
        match self {
            Self::Whole => Some(Self::Bare),
            Self::Bare => Some(Self::Absent),
            Self::Absent => None,
        }
    }

    /// The manifest entry that says why the page is missing; none while there is one.
    pub(super) fn absent(self) -> Vec<Entry> {
        if self != Self::Absent {
            return Vec::new();
        }
        let mut entry = Entry::new(Clean::fixed("made"), Status::Withheld);
        entry.path = Some(Clean::fixed(PAGE));
        entry.reason = Some("the verifier found in it what looks like a secret or a name".into());
        entry.remedy =
            Some("read diagnosis.json and timeline.ndjson instead, and please report this".into());
        vec![entry]
    }
}

/// True for a generated file that quotes lines of the evidence.
pub(super) fn is_quoting(name: &str) -> bool {
    name == PAGE || name == TICKET
}
