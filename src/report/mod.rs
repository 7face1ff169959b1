//! The texts that a person reads in the zip, rendered from `templates/`.

mod texts;

pub use texts::{Facts, readme, ticket};
