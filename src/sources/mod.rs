//! Where evidence comes from: the catalogue of known paths, logs, configuration, commands, host.
//! A source says what there is and opens it as a stream of bytes; it neither redacts nor writes.

pub mod aspera_conf;
pub mod by_hand;
pub mod case_facts;
pub mod catalogue;
pub mod cloud;
pub mod commands;
mod decide;
pub mod demo;
pub mod discover;
mod entries;
mod expand;
mod found;
mod given;
pub mod har;
mod har_attached;
pub mod har_zip;
pub mod host;
mod host_image;
pub mod identity;
pub mod item;
pub mod node;
pub mod open;
pub mod organization;
pub mod overrides;
pub mod package;
pub mod pattern;
pub mod places;
pub mod process;
mod programs;
pub mod rootfs;
pub mod rotation;
pub mod shared;
mod sshd;
mod survey;
mod syslog;
pub mod window;
