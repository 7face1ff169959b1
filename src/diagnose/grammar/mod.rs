//! Line grammars of Aspera's programs, old and new: the prefix of a line (time, process, level), and the messages that
//! the diagnosis needs. Everything here reads one line, or one short block of lines, of redacted text and keeps no state.

mod ascp_line;
mod body;
mod fields;
mod frame;
mod line_text;
mod path_break;
mod prefix;
mod session_line;
mod spec;
mod uuid;

pub(super) use ascp_line::{AscpLine, HttpStep, SessionLine, Statistics};
pub(super) use body::body;
pub(super) use frame::{ManagementFrame, frame};
pub(super) use line_text::{kept, lossy};
pub(super) use path_break::{PathField, broken_in, contains_path, is_whole};
pub(super) use prefix::{LogLevel, LogLine, LogProgram, is_level_line, line};
pub(super) use session_line::SeenSessions;
pub(super) use spec::{Spec, spec};
pub(super) use uuid::{Uuid, first_uuid};

#[cfg(test)]
#[path = "grammar_tests.rs"]
mod tests;
