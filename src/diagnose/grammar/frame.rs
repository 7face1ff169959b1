//! Frames of the management port: `FASPMGR 2`, then `Key: value` lines up to an empty line.
use super::line_text::{kept, lossy};
use super::spec::{Spec, spec};
use super::uuid::Uuid;

/// Most lines of a frame.
const MOST_LINES: usize = 120;

/// What the diagnosis needs of a frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::diagnose) struct ManagementFrame {
    pub(in crate::diagnose) session: Option<Uuid>,
    /// `Type: ERROR`.
    pub(in crate::diagnose) is_error: bool,
    pub(in crate::diagnose) code: Option<i64>,
    pub(in crate::diagnose) text: String,
    pub(in crate::diagnose) spec: Option<Spec>,
    /// The line of the code or the description, counted from the frame's first.
    pub(in crate::diagnose) line: u64,
}

/// Reads a frame from the text that begins with its header; of an incomplete one, what is there.
#[must_use]
pub(in crate::diagnose) fn frame(text: &[u8]) -> ManagementFrame {
    let mut found = ManagementFrame::default();
    for (number, line) in text
        .split(|&byte| byte == b'\n')
        .enumerate()
        .skip(1)
        .take(MOST_LINES)
    {
        let line = lossy(line.get(..8192).unwrap_or(line));
        let line = line.trim_end();
        let Some((key, value)) = line.split_once(": ") else {
            break;
        };
        match key {
            "Type" => found.is_error = value == "ERROR",
            "SessionId" => found.session = Uuid::parse(value),
            "Code" => {
                found.code = value.parse().ok();
                found.line = number as u64;
            }
            "Description" => found.text = kept(value),
            "XferId" => {
                let spec = found.spec.get_or_insert_default();
                spec.xfer = spec.xfer.or_else(|| Uuid::parse(value));
            }
            "Tags" => {
                if let Some(tags) = spec(value) {
                    let old = found.spec.get_or_insert_default();
                    old.xfer = old.xfer.or(tags.xfer);
                    old.package = old.package.take().or(tags.package);
                }
            }
            _ => {}
        }
    }
    found
}
