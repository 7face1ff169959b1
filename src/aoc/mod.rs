//! Aspera on Cloud: what its links and names say, whose host is whose, what one recorded exchange of its APIs
//! tells, and the clients of its API and of its nodes.

pub mod address;
pub mod api;
pub mod credentials;
pub mod exchange;
pub mod fake;
pub mod fields;
mod grants;
pub mod hosts;
pub mod http;
pub mod jwt;
pub mod keys;
mod lenient;
pub mod links;
pub mod preset_places;
pub mod presets;
pub mod session;
