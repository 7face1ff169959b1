//! Reads the folders that Aspera was told to log to out of the text of an `aspera.conf`. Pure:
//! bytes in, folders out; whether they exist is not its business.
use crate::diagnose::aspera_conf::{ConfPart, read};

/// A folder named in an `aspera.conf`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogDir {
    /// The folder as written, without surrounding blanks.
    pub directory: String,
    /// Where it stands, e.g. `/conf/default/logging/directory`, in lower case.
    pub from: String,
}

/// Why an `aspera.conf` could be read only in part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfError {
    /// It stops being XML somewhere; what stands before was read.
    #[error(
        "this aspera.conf is broken XML at byte {at}, so log folders set below that place are not known; check it with `asuserdata -v`"
    )]
    BrokenXml {
        /// Byte at which reading stopped.
        at: u64,
    },
    /// It holds bytes of no encoding that we know.
    #[error(
        "this aspera.conf is neither UTF-8 nor UTF-16, so log folders set in it may be misread; name them with --log"
    )]
    Encoding,
}

/// All log folders that the text sets, in order, each once; with the error that ended the reading,
/// if one did. Values that are no folder (`-`, `syslog`, empty) are left out.
#[must_use]
pub fn log_directories(xml: &[u8]) -> (Vec<LogDir>, Option<ConfError>) {
    let (text, mut error) = decode(xml);
    let mut found: Vec<LogDir> = Vec::new();
    let end = read(&text, &mut |part| {
        let ConfPart::Close { path, text } = part else {
            return;
        };
        let directory = text.trim_matches('"');
        if is_log_directory(path) && is_folder(directory) {
            let hit = LogDir {
                directory: directory.to_owned(),
                from: path.to_owned(),
            };
            if !found.contains(&hit) {
                found.push(hit);
            }
        }
    });
    if let Err(at) = end {
        error = error.or(Some(ConfError::BrokenXml { at }));
    }
    (found, error)
}

/// True where an element of this path holds a log folder: the old and the new nesting differ only
/// in what stands around `logging`, `log_setting`, `watch`, `rund`, `initd` and `rproxy`.
fn is_log_directory(path: &str) -> bool {
    let Some((above, last)) = path.rsplit_once('/') else {
        return false;
    };
    match last {
        "log_directory" | "log_dir" | "logdir" => true,
        "directory" | "dir" | "path" => above
            .split('/')
            .any(|name| matches!(name, "logging" | "log_setting" | "log_settings" | "log")),
        name => name.ends_with("_log_dir") || name.ends_with("_log_directory"),
    }
}

fn is_folder(value: &str) -> bool {
    let word = value.to_ascii_lowercase();
    !matches!(
        word.as_str(),
        "" | "-" | "syslog" | "as_null" | "null" | "none" | "default" | "stderr" | "stdout"
    )
}

/// Bytes to text: UTF-8, or UTF-16 by its mark, as editors on Windows write it.
fn decode(xml: &[u8]) -> (String, Option<ConfError>) {
    let units = |bytes: &[u8], join: fn([u8; 2]) -> u16| -> String {
        let (pairs, _) = bytes.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| join(*pair)).collect();
        String::from_utf16_lossy(&units)
    };
    match xml {
        [0xFF, 0xFE, rest @ ..] => (units(rest, u16::from_le_bytes), None),
        [0xFE, 0xFF, rest @ ..] => (units(rest, u16::from_be_bytes), None),
        _ => {
            let plain = xml.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(xml);
            match std::str::from_utf8(plain) {
                Ok(text) => (text.to_owned(), None),
                Err(_) => (
                    String::from_utf8_lossy(plain).into_owned(),
                    Some(ConfError::Encoding),
                ),
            }
        }
    }
}

#[cfg(test)]
#[path = "aspera_conf_tests.rs"]
mod tests;
