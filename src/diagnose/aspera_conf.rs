//! Reads the XML of an `aspera.conf`: every element with its path, its text, and its line.
//!
//! What the elements mean is decided by those who ask: log folders in `sources`, transfer users in `answers`.
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

/// Nesting beyond which nothing is read: real files are far below it.
const DEEPEST: usize = 64;

/// One step through the elements of a file. Paths are in lower case, such as `/conf/default/logging/directory`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfPart<'a> {
    /// An element begins.
    Open {
        /// Its path.
        path: &'a str,
        /// Its line, from 1.
        line: u64,
    },
    /// An element ends.
    Close {
        /// Its path.
        path: &'a str,
        /// Its text without that of its children, and without surrounding blanks.
        text: &'a str,
    },
}

/// True for the name of such a file.
#[must_use]
pub fn is_conf(entry: &str) -> bool {
    entry.rsplit('/').next() == Some("aspera.conf")
}

/// Passes the elements of a file to `take`, in order.
///
/// # Errors
/// The byte offset at which the text stops being well-formed XML; what precedes it has been passed.
pub fn read(xml: &str, take: &mut dyn FnMut(ConfPart<'_>)) -> Result<(), u64> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().allow_dangling_amp = true;
    let mut path = String::new();
    // The text of each open element.
    let mut open: Vec<String> = Vec::new();
    let (mut line, mut counted) = (1, 0);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) if open.len() < DEEPEST => {
                path.push('/');
                let name = tag.local_name().as_ref().to_ascii_lowercase();
                path.push_str(&name);
                open.push(String::new());
                let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
                let between = xml.as_bytes().get(counted..at).unwrap_or_default();
                line += memchr::memchr_iter(b'\n', between).count() as u64;
                counted = at;
                take(ConfPart::Open { path: &path, line });
            }
            Ok(Event::Text(part)) => add(&mut open, &part.xml10_content()),
            Ok(Event::CData(part)) => add(&mut open, &part.xml10_content()),
            Ok(Event::GeneralRef(part)) => add(&mut open, &resolve(&part)),
            Ok(Event::End(_)) => {
                let text = open.pop().unwrap_or_default();
                take(ConfPart::Close {
                    path: &path,
                    text: text.trim(),
                });
                path.truncate(path.rfind('/').unwrap_or(0));
            }
            Ok(Event::Eof) if open.is_empty() => return Ok(()),
            Ok(Event::Eof) => return Err(reader.buffer_position()),
            Ok(Event::Start(_)) | Err(_) => {
                return Err(reader.error_position().max(reader.buffer_position()));
            }
            Ok(_) => {}
        }
    }
}

fn add(open: &mut [String], part: &str) {
    if let Some(text) = open.last_mut() {
        text.push_str(part);
    }
}

/// The text of `&amp;`, `&#x2F;` and the like; an unknown entity stays as it is written.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_have_their_path_text_and_line() {
        let mut seen = Vec::new();
        let xml = "<?xml version='1.0'?>\n<CONF>\n<A>\n x&amp;y <B/><C><![CDATA[ z ]]></C>\n</A></CONF>\n";
        let end = read(xml, &mut |part| match part {
            ConfPart::Open { path, line } => seen.push(format!("{path} {line}")),
            ConfPart::Close { path, text } => seen.push(format!("{path}={text}")),
        });
        assert_eq!(end, Ok(()));
        assert_eq!(
            seen,
            [
                "/conf 2",
                "/conf/a 3",
                "/conf/a/c 4",
                "/conf/a/c=z",
                "/conf/a=x&y",
                "/conf="
            ]
        );
    }

    #[test]
    fn broken_xml_is_read_up_to_its_fault() {
        for (xml, count) in [
            ("<a><b>1</b><c", 3),
            ("<a>", 1),
            ("<a><b></a>", 2),
            ("</a>", 0),
        ] {
            let mut parts = 0;
            assert!(read(xml, &mut |_| parts += 1).is_err(), "{xml}");
            assert_eq!(parts, count, "{xml}");
        }
    }
}
