//! The support case: what the user gave, completed from the evidence and by the API.

pub(super) mod case_json;
pub(super) mod from_api;
pub(super) mod from_evidence;
pub(super) mod support_case;
