//! Everything that a text says once its encodings are undone, as one who looks for secrets would do it.
use std::collections::HashSet;

use serde_json::Value;

/// All readings of a text, the text itself included.
pub fn readings(text: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut todo = vec![(text.to_owned(), 0)];
    let mut out = Vec::new();
    while let Some((text, depth)) = todo.pop() {
        if text.len() < 8 || !seen.insert(text.clone()) {
            continue;
        }
        if depth < 6 {
            let mut next = Vec::new();
            strings(&text, &mut next);
            next.extend(percent(&text));
            next.extend(html(&text));
            next.extend(unicode(&text));
            runs(&text, &mut next);
            todo.extend(next.into_iter().map(|t| (t, depth + 1)));
        }
        out.push(text);
    }
    out
}

/// The strings of a JSON text.
fn strings(text: &str, out: &mut Vec<String>) {
    fn walk(value: &Value, out: &mut Vec<String>) {
        match value {
            Value::String(text) => out.push(text.clone()),
            Value::Array(all) => all.iter().for_each(|v| walk(v, out)),
            Value::Object(all) => all.iter().for_each(|(k, v)| {
                out.push(k.clone());
                walk(v, out);
            }),
            _ => {}
        }
    }
    let body = text
        .trim_start_matches("onInputData(")
        .trim_end()
        .trim_end_matches(");");
    if let Ok(value) = serde_json::from_str::<Value>(body) {
        walk(&value, out);
    }
}

fn percent(text: &str) -> Option<String> {
    text.contains('%').then(|| {
        let mut out = Vec::new();
        let mut rest = text.as_bytes();
        while let Some((&byte, tail)) = rest.split_first() {
            let hex = tail.get(..2).and_then(|h| std::str::from_utf8(h).ok());
            let code = hex.and_then(|h| u8::from_str_radix(h, 16).ok());
            match code.filter(|_| byte == b'%') {
                Some(code) => {
                    out.push(code);
                    rest = &tail[2..];
                }
                None => {
                    out.push(byte);
                    rest = tail;
                }
            }
        }
        String::from_utf8_lossy(&out).into_owned()
    })
}

fn html(text: &str) -> Option<String> {
    text.contains("&#").then(|| {
        let mut parts = text.split("&#");
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let code = part
                .split_once(';')
                .and_then(|(n, rest)| Some((n.parse().ok()?, rest)));
            match code.and_then(|(n, rest)| Some((char::from_u32(n)?, rest))) {
                Some((c, rest)) => {
                    out.push(c);
                    out.push_str(rest);
                }
                None => out.push_str(part),
            }
        }
        out
    })
}

fn unicode(text: &str) -> Option<String> {
    let quoted = format!("\"{}\"", text.replace('"', "\\u0022"));
    text.contains("\\u")
        .then(|| serde_json::from_str(&quoted).ok())
        .flatten()
}

/// What long runs of letters say as base64 or hex.
fn runs(text: &str, out: &mut Vec<String>) {
    let letter = |c: char| c.is_ascii_alphanumeric() || "+/-_".contains(c);
    for run in text.split(|c| !letter(c)).filter(|run| run.len() >= 12) {
        let standard: String = run
            .chars()
            .map(|c| match c {
                '-' => '+',
                '_' => '/',
                c => c,
            })
            .collect();
        let whole = &standard[..standard.len() - usize::from(standard.len() % 4 == 1)];
        let mut decoder = data_encoding::BASE64_NOPAD.specification();
        decoder.check_trailing_bits = false;
        let bytes = decoder.encoding().unwrap().decode(whole.as_bytes()).ok();
        if let Some(bytes) = &bytes {
            let mut plain = String::new();
            let mut inflate = flate2::read::DeflateDecoder::new(&bytes[..]);
            let _ = std::io::Read::read_to_string(&mut inflate, &mut plain);
            out.push(plain);
        }
        let hex = data_encoding::HEXLOWER_PERMISSIVE
            .decode(run.as_bytes())
            .ok();
        out.extend(
            [bytes, hex]
                .into_iter()
                .flatten()
                .filter_map(|b| String::from_utf8(b).ok()),
        );
    }
}
