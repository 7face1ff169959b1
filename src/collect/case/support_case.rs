//! The support case: number, problem, organization, package and user. These values stay in clear in the bundle.
use serde::Serialize;

use crate::aoc::api::Wanted;
use crate::aoc::link;
use crate::redact::{Clean, Redactor};
use crate::sources::case_facts::CaseFacts;

/// An id and a name, each where known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The id, as Aspera on Cloud writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name; for a user the e-mail or the login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The case as the user gave it, completed from the evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case {
    /// Number of the support case, e.g. `TS012345678`.
    pub number: Option<String>,
    /// What happened, in the words of the user.
    pub problem: Option<String>,
    /// Subdomain of the organization.
    pub org: Option<String>,
    /// The package.
    pub package: Named,
    /// The user.
    pub user: Named,
    /// The user's e-mail.
    pub email: Option<String>,
    /// Everything that the evidence says about cases, this one or not.
    pub facts: CaseFacts,
    /// Sentences about contradictions between the evidence and what the user gave, and about open questions. Raw.
    pub notes: Vec<String>,
}

impl Case {
    /// The notes, redacted.
    pub(in crate::collect) fn clean_notes(&self, redactor: &Redactor) -> Vec<Clean> {
        self.notes.iter().map(|n| redactor.clean(n)).collect()
    }

    /// Takes package id and organization from an address of the web application.
    pub fn learn_from_url(&mut self, url: &str) {
        let found = link::parse(url);
        if self.package.id.is_none() {
            self.package.id = found.package_id;
        }
        if self.org.is_none() {
            self.org = found.organization;
        }
    }

    /// What the APIs are asked about.
    pub(in crate::collect) fn wanted(&self) -> Wanted {
        Wanted {
            package_id: self.package.id.clone(),
            package_name: self.package.name.clone(),
            user_id: self.user.id.clone(),
            user_name: self.user.name.clone().or_else(|| self.email.clone()),
        }
    }

    /// The values that stay in clear.
    #[must_use]
    pub fn kept_values(&self) -> Vec<String> {
        let mut kept: Vec<String> = [
            &self.package.id,
            &self.package.name,
            &self.user.id,
            &self.user.name,
            &self.email,
            &self.number,
        ]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
        if let Some(org) = &self.org {
            kept.push(org.clone());
            kept.push(format!("{org}.ibmaspera.com"));
        }
        kept
    }
}
