//! Aspera on Cloud: what its links and names say, whose host is whose, and what one recorded exchange of
//! its APIs tells. Pure: it knows text only, raw or redacted. The clients of its APIs live here as well.

pub mod entries;
pub mod exchange;
pub mod fields;
pub mod hosts;
mod lenient;
pub mod links;
