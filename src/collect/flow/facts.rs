//! What one redacted part of the evidence says about transfers, for the diagnosis.
use crate::diagnose::{
    ApiFact, HarFact, Observation, Observations, is_conf, observe, observe_api, observe_har,
};
use crate::redact::{FileKind, Part, Redacted};

/// Facts of one part, by what the file is.
pub(in crate::collect) enum Facts {
    Log(Vec<Observation>),
    Har(Vec<HarFact>),
    Api(Vec<ApiFact>),
}

impl Facts {
    /// Reads the redacted text of a part of an entry.
    pub(in crate::collect) fn of(part: &Part, clean: &Redacted, entry: &str) -> Self {
        let block = &part.block;
        match part.kind {
            FileKind::Har => Self::Har(observe_har(clean, &block.context, block.first_line)),
            // A document that takes more than one block is not whole in any of them.
            FileKind::Answer if block.number > 0 => Self::Api(Vec::new()),
            FileKind::Answer => Self::Api(observe_api(entry, clean)),
            FileKind::Config if is_conf(entry) && block.number == 0 => {
                Self::Api(observe_api(entry, clean))
            }
            _ => Self::Log(observe(clean, block.first_line)),
        }
    }

    /// Leaves out what is in line `end` and behind it.
    pub(in crate::collect) fn cut_at(&mut self, end: u64) {
        match self {
            Self::Log(facts) => facts.retain(|f| f.line < end),
            Self::Har(facts) => facts.retain(|f| f.line < end),
            Self::Api(facts) => facts.retain(|f| f.line < end),
        }
    }

    /// Adds the facts to those of the run.
    pub(in crate::collect) fn add_to(self, findings: &mut Observations, entry: &str) {
        match self {
            Self::Log(facts) => findings.add(entry, facts),
            Self::Har(facts) => findings.add_har(entry, facts),
            Self::Api(facts) => findings.add_api(entry, facts),
        }
    }
}
