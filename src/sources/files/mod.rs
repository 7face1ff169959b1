//! Access to files of unknown kind and origin: symbolic links stay inside the searched tree, and only
//! regular files are opened.

pub(super) mod path_kind;
pub mod regular_file;
pub mod root_fs;
