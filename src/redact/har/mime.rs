//! What a MIME type says of a body, and the files in the body of a form.
use std::ops::Range;

/// What kind of body a MIME type tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mime {
    Text,
    /// UTF-16, the high byte first.
    WideBig,
    Multipart,
    /// Lines of cells.
    Table,
    Binary,
    /// None, or one that says nothing.
    Unknown,
}

impl Mime {
    pub(super) fn is_text(self) -> bool {
        matches!(
            self,
            Self::Text | Self::WideBig | Self::Multipart | Self::Table
        )
    }
}

/// Types of texts that are not below `text/`.
const TEXTS: &[&str] = &[
    "json",
    "xml",
    "javascript",
    "x-javascript",
    "ecmascript",
    "x-ecmascript",
    "x-www-form-urlencoded",
    "graphql",
    "x-ndjson",
    "ndjson",
    "jsonlines",
    "json-seq",
    "yaml",
    "x-yaml",
    "toml",
    "sql",
    "soap",
    "xhtml",
    "csp-report",
    "reports",
    "manifest",
    "jwt",
    "jose",
    "x-sh",
    "typescript",
    "xml-dtd",
    "x-pem-file",
    "pem-certificate-chain",
    "x-json",
    "urlencoded",
    "x-javascript-config",
    "sdp",
    "trickle-ice-sdpfrag",
];

/// Reads a MIME type with its parameters.
pub(super) fn mime(raw: &[u8]) -> Mime {
    let lower = raw[..raw.len().min(256)].to_ascii_lowercase();
    let lower = String::from_utf8_lossy(&lower);
    let mut parts = lower.split(';').map(str::trim);
    let whole = parts.next().unwrap_or_default();
    let big = parts.any(|p| p.trim_start_matches("charset=").trim_matches('"') == "utf-16be");
    let (main, sub) = whole.split_once('/').unwrap_or((whole, ""));
    let text = match main {
        "text" if matches!(sub, "csv" | "tab-separated-values") => return Mime::Table,
        "text" => true,
        "multipart" => return Mime::Multipart,
        "application" | "message" | "model" => {
            main == "message"
                || TEXTS.contains(&sub)
                || [
                    "+json",
                    "+xml",
                    "-json",
                    "+yaml",
                    "+json-seq",
                    "+jwt",
                    "amz-json-1.0",
                    "amz-json-1.1",
                ]
                .iter()
                .any(|end| sub.ends_with(end))
        }
        "image" | "audio" | "video" | "font" => false,
        _ => return Mime::Unknown,
    };
    match (text, big) {
        (true, true) => Mime::WideBig,
        (true, false) => Mime::Text,
        _ => Mime::Binary,
    }
}

/// True for bytes of a charset of one byte for each letter: no zeros, few control characters.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    let odd = |b: &&u8| matches!(b, 0x01..0x20 | 0x7f) && !matches!(b, b'\t' | b'\n' | b'\r');
    !bytes.contains(&0) && bytes.iter().filter(odd).count() * 50 <= bytes.len()
}

/// Longest headers of a part of a form.
const LONGEST_HEADERS: usize = 4096;

/// The contents of files in a form: from the empty line behind `filename=` to the next boundary.
pub(super) fn files(form: &[u8]) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut names = memchr::memmem::find_iter(form, b"filename");
    let boundary = boundary(form);
    let mut end = 0;
    for at in &mut names {
        let named = matches!(form.get(at + 8), Some(b'=' | b'*'));
        if at < end || !named {
            continue;
        }
        let near = &form[at..form.len().min(at + LONGEST_HEADERS)];
        let Some(start) = blank_line(near).map(|i| at + i) else {
            continue;
        };
        let rest = &form[start..];
        let len = match &boundary {
            Some(boundary) => memchr::memmem::find(rest, boundary).unwrap_or(rest.len()),
            None => rest.len(),
        };
        let body = rest[..len].strip_suffix(b"\n").unwrap_or(&rest[..len]);
        let body = body.strip_suffix(b"\r").unwrap_or(body);
        end = start + len;
        if !body.is_empty() {
            out.push(start..start + body.len());
        }
    }
    out
}

/// The first line of a form, if it is a boundary.
fn boundary(form: &[u8]) -> Option<Vec<u8>> {
    let line = form.split(|b| *b == b'\n').find(|l| l.starts_with(b"--"))?;
    let line = line.trim_ascii_end();
    (line.len() > 2 && line.len() <= 200).then(|| line.to_vec())
}

fn blank_line(text: &[u8]) -> Option<usize> {
    let windows = memchr::memmem::find(text, b"\r\n\r\n").map(|i| i + 4);
    let unix = memchr::memmem::find(text, b"\n\n").map(|i| i + 2);
    match (windows, unix) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_texts_or_none() {
        for (raw, wanted) in [
            ("application/json; charset=utf-8", Mime::Text),
            ("application/problem+json", Mime::Text),
            ("text/html;charset=ISO-8859-1", Mime::Text),
            ("text/csv; charset=utf-8; header=present", Mime::Table),
            ("Text/XML; charset=\"UTF-16BE\"", Mime::WideBig),
            ("application/x-www-form-urlencoded", Mime::Text),
            ("multipart/form-data; boundary=x", Mime::Multipart),
            ("application/octet-stream", Mime::Binary),
            ("application/wasm", Mime::Binary),
            ("image/svg+xml", Mime::Binary),
            ("font/woff2", Mime::Binary),
            ("application/font-woff", Mime::Binary),
            ("video/mp4", Mime::Binary),
            ("application/x-protobuf", Mime::Binary),
            ("", Mime::Unknown),
            ("x-unknown", Mime::Unknown),
        ] {
            assert_eq!(mime(raw.as_bytes()), wanted, "{raw}");
        }
    }

    #[test]
    fn files_of_a_form_are_found() {
        let form = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.mov\"\r\nContent-Type: video/mp4\r\n\r\nFILE\r\nLINES\r\n--x--\r\n";
        let found = files(form);
        assert_eq!(found.len(), 1);
        assert_eq!(&form[found[0].clone()], b"FILE\r\nLINES");
        assert!(files(b"filename=x").is_empty());
        assert!(files(b"").is_empty());
    }
}
