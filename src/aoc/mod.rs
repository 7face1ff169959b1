//! Clients of the Aspera on Cloud API and of the Node API, the credentials and logins that they need, and what
//! URLs and recorded exchanges of these APIs say.

pub mod api;
pub mod api_address;
pub mod api_path;
pub mod exchange;
pub mod fake;
pub mod fields;
pub mod http;
mod lenient;
pub mod link;
pub mod login;
