//! What the Aspera on Cloud API and a node answer about the case: one file of the bundle for each question.

pub mod by_hand;
pub mod cloud;
pub mod node;
pub mod organization;
pub mod package;
