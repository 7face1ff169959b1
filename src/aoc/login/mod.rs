//! Logging in to the Aspera on Cloud API: the credentials a user has (environment, file, ascli preset), the
//! OAuth grants that turn them into tokens, and the session that asks the API with these tokens.

mod credential_error;
mod credential_text;
pub mod credentials;
mod grants;
pub mod jwt;
pub mod keys;
pub mod preset_places;
pub mod presets;
pub mod session;
