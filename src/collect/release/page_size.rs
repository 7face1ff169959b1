//! `report.html` as a part of the run: how much of the evidence it shows, and what is told where it is not there.
use crate::bundle::manifest::{Entry, Status};
use crate::redact::Clean;

/// The page, and the text for the support case: the files of ours that quote evidence.
pub(in crate::collect) const PAGE: &str = "report.html";
pub(in crate::collect) const TICKET: &str = "ticket.md";

/// How much of the evidence the page shows. It is made of redacted lines; should the verifier doubt them all the same,
/// the bundle must not be lost for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::collect) enum Page {
    /// The lines that findings cite.
    #[default]
    Whole,
    /// Places without their lines.
    Bare,
    /// There is no page.
    Absent,
}

impl Page {
    /// The next smaller page.
    pub(in crate::collect) fn less(self) -> Option<Self> {
        match self {
            Self::Whole => Some(Self::Bare),
            Self::Bare => Some(Self::Absent),
            Self::Absent => None,
        }
    }

    /// The manifest's word on a page that is not there.
    pub(in crate::collect) fn absent(self) -> Vec<Entry> {
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

/// True for a file of ours that quotes lines of the evidence.
pub(in crate::collect) fn quotes(name: &str) -> bool {
    name == PAGE || name == TICKET
}
