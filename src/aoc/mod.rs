//! Aspera on Cloud: what its links and names say. The clients of its APIs live here as well.

pub mod links;
