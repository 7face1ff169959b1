//! Reading JSON without parsing it: places of brackets, commas and strings in text that may be cut or broken.

pub(super) mod cut;
pub(super) mod escape;
pub(super) mod masks;
pub(super) mod path;
pub(super) mod scan;
