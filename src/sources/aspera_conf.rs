//! Reads the folders that Aspera was told to log to out of the text of an `aspera.conf`. Pure:
//! bytes in, folders out; whether they exist is not its business.
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

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

/// Nesting beyond which nothing is read: no real file comes near.
const DEEPEST: usize = 64;

/// All log folders that the text sets, in order, each once; with the error that ended the reading,
/// if one did. Values that are no folder (`-`, `syslog`, empty) are left out.
#[must_use]
pub fn log_directories(xml: &[u8]) -> (Vec<LogDir>, Option<ConfError>) {
    let (text, mut error) = decode(xml);
    let mut reader = Reader::from_str(&text);
    reader.config_mut().allow_dangling_amp = true;
    let mut found: Vec<LogDir> = Vec::new();
    // The path down to here, and the text seen in each open element.
    let mut open: Vec<(String, String)> = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) if open.len() < DEEPEST => {
                open.push((local(tag.local_name().as_ref()), String::new()));
            }
            Ok(Event::Text(part)) => write(&mut open, &part.xml10_content()),
            Ok(Event::CData(part)) => write(&mut open, &part.xml10_content()),
            Ok(Event::GeneralRef(part)) => write(&mut open, &resolve(&part)),
            Ok(Event::End(_)) => close(&mut open, &mut found),
            Ok(Event::Eof) => {
                if !open.is_empty() {
                    error = error.or(Some(ConfError::BrokenXml {
                        at: reader.buffer_position(),
                    }));
                }
                break;
            }
            Ok(Event::Start(_)) | Err(_) => {
                error = error.or(Some(ConfError::BrokenXml {
                    at: reader.error_position().max(reader.buffer_position()),
                }));
                break;
            }
            Ok(_) => {}
        }
    }
    (found, error)
}

fn local(name: impl AsRef<[u8]>) -> String {
    String::from_utf8_lossy(name.as_ref()).to_ascii_lowercase()
}

fn write(open: &mut [(String, String)], part: &str) {
    if let Some((_, text)) = open.last_mut() {
        text.push_str(part);
    }
}

fn close(open: &mut Vec<(String, String)>, found: &mut Vec<LogDir>) {
    let names: Vec<&str> = open.iter().map(|(name, _)| name.as_str()).collect();
    let sets_folder = is_log_directory(&names);
    let from = format!("/{}", names.join("/"));
    let Some((_, text)) = open.pop() else { return };
    let directory = text.trim().trim_matches('"');
    if sets_folder && is_folder(directory) {
        let hit = LogDir {
            directory: directory.to_owned(),
            from,
        };
        if !found.contains(&hit) {
            found.push(hit);
        }
    }
}

/// True where an element of this path holds a log folder: the old and the new nesting differ only
/// in what stands around `logging`, `log_setting`, `watch`, `rund`, `initd` and `rproxy`.
fn is_log_directory(names: &[&str]) -> bool {
    let Some((last, above)) = names.split_last() else {
        return false;
    };
    match *last {
        "log_directory" | "log_dir" | "logdir" => true,
        "directory" | "dir" | "path" => above
            .iter()
            .any(|name| matches!(*name, "logging" | "log_setting" | "log_settings" | "log")),
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

/// The text behind `&amp;`, `&#x2F;` and the like; an unknown entity stays as it is written.
fn resolve(part: &BytesRef<'_>) -> String {
    if let Ok(Some(letter)) = part.resolve_char_ref() {
        return letter.to_string();
    }
    let name = part.xml10_content();
    match name.as_ref() {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        other => format!("&{other};"),
    }
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
