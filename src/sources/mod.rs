//! Where evidence comes from: logs and configuration files, status commands, host facts, network traces,
//! and answers of the API. A source lists what exists and opens it as a stream of bytes; it neither redacts
//! nor writes.

pub mod answers;
pub mod aspera_conf;
pub mod case_facts;
pub mod demo;
pub mod files;
pub mod find;
pub mod har;
pub mod inputs;
pub mod item;
pub mod paths;
pub mod shared_logs;
pub mod system;
pub mod time_window;
