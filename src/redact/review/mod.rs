//! What redaction reports about its own work: explanations, strings that look random, and cuts that somebody else asks for.

pub(super) mod cut_at;
pub(super) mod explain;
pub(super) mod page;
pub(super) mod reason;
pub(super) mod residual;
pub(super) mod string_shape;
