//! Takes a URL apart without allocating: scheme, user information, host, port, path and query as byte ranges.
use std::ops::Range;

/// The parts of a URL as byte ranges of the text that was parsed. A part that the URL does not have is empty.
/// All delimiters are ASCII, so the ranges may also be used on the same text as `str`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Url {
    /// Scheme without `://`; empty for a relative URL.
    pub scheme: Range<usize>,
    /// User name and password, without the `@` behind them.
    pub user_info: Range<usize>,
    /// Host as it is written, without the brackets of an IPv6 address.
    pub host: Range<usize>,
    /// Port; the default port of `http`, `https`, `ws` and `wss` where none is written.
    pub port: Option<u16>,
    /// Path with its leading slash, without query and fragment.
    pub path: Range<usize>,
    /// Query without its `?` and without the fragment.
    pub query: Range<usize>,
}

impl Url {
    /// Parses an absolute URL (`https://host/path`), or a relative one, which has path and query only. Text of
    /// another form (`data:…`, `blob:https://…`, `about:blank`) has neither host nor path.
    #[must_use]
    pub fn parse(text: &[u8]) -> Self {
        let scheme = scheme_len(text).filter(|len| text[*len..].starts_with(b"://"));
        match scheme {
            Some(len) => Self::behind_scheme(text, 0..len, len + 3),
            None => {
                let end = find(text, 0, b"?#");
                let path = if text.starts_with(b"/") { 0..end } else { 0..0 };
                Self {
                    path,
                    query: query(text, end),
                    ..Self::default()
                }
            }
        }
    }

    /// Like [`Url::parse`], but text without a scheme begins with the host: `acme.example:9092/info`.
    #[must_use]
    pub fn parse_address(text: &[u8]) -> Self {
        let scheme = scheme_len(text).filter(|len| text[*len..].starts_with(b"://"));
        match scheme {
            Some(len) => Self::behind_scheme(text, 0..len, len + 3),
            None => Self::behind_scheme(text, 0..0, 0),
        }
    }

    /// `start` is the first byte of the authority.
    fn behind_scheme(text: &[u8], scheme: Range<usize>, start: usize) -> Self {
        // Browsers take a backslash for a slash.
        let end = find(text, start, b"/?#\\");
        let authority = &text[start..end];
        let sign = memchr::memrchr(b'@', authority);
        let from = sign.map_or(start, |sign| start + sign + 1);
        let (host, port) = match text[from..end].strip_prefix(b"[") {
            Some(inner) => {
                let len = memchr::memchr(b']', inner).unwrap_or(inner.len());
                let port = inner.get(len + 1..).and_then(|r| r.strip_prefix(b":"));
                (from + 1..from + 1 + len, port)
            }
            None => match memchr::memrchr(b':', &text[from..end]) {
                Some(colon) => (from..from + colon, Some(&text[from + colon + 1..end])),
                None => (from..end, None),
            },
        };
        let port = match port {
            Some(digits) => std::str::from_utf8(digits)
                .ok()
                .and_then(|p| p.parse().ok()),
            None => default_port(&text[scheme.clone()]),
        };
        let path_end = find(text, end, b"?#");
        Self {
            scheme,
            user_info: sign.map_or(start..start, |sign| start..start + sign),
            host,
            port,
            path: end..path_end,
            query: query(text, path_end),
        }
    }
}

/// The position of the first of some bytes, from a position on; the end of the text where there is none.
fn find(text: &[u8], from: usize, bytes: &[u8]) -> usize {
    let rest = text[from..].iter();
    let found = rest.clone().position(|b| bytes.contains(b));
    from + found.unwrap_or(rest.len())
}

fn query(text: &[u8], at: usize) -> Range<usize> {
    match text.get(at) {
        Some(b'?') => at + 1..find(text, at, b"#"),
        _ => at..at,
    }
}

/// The length of a scheme that the text begins with, in bytes (RFC 3986, section 3.1).
fn scheme_len(text: &[u8]) -> Option<usize> {
    let inner = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    let len = text.iter().position(|b| !inner(b))?;
    text.first()
        .is_some_and(u8::is_ascii_alphabetic)
        .then_some(len)
}

fn default_port(scheme: &[u8]) -> Option<u16> {
    let is = |name: &[u8]| scheme.eq_ignore_ascii_case(name);
    if is(b"https") || is(b"wss") {
        Some(443)
    } else if is(b"http") || is(b"ws") {
        Some(80)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Parts<'a> = (&'a str, &'a str, &'a str, Option<u16>, &'a str, &'a str);

    fn parts(text: &str, url: Url) -> Parts<'_> {
        (
            &text[url.scheme],
            &text[url.user_info],
            &text[url.host],
            url.port,
            &text[url.path],
            &text[url.query],
        )
    }

    #[test]
    fn urls_are_taken_apart() {
        let cases: [(&str, Parts); 16] = [
            (
                "https://a.b/c/d?e=/x?y#f",
                ("https", "", "a.b", Some(443), "/c/d", "e=/x?y"),
            ),
            (
                "HTTP://u:p@x@a.b:8080",
                ("HTTP", "u:p@x", "a.b", Some(8080), "", ""),
            ),
            ("ws://[::1]:33024/", ("ws", "", "::1", Some(33024), "/", "")),
            ("http://[::1]?q", ("http", "", "::1", Some(80), "", "q")),
            ("http://[::1", ("http", "", "::1", Some(80), "", "")),
            (
                "https://~host.a.b~:9092/info",
                ("https", "", "~host.a.b~", Some(9092), "/info", ""),
            ),
            ("https://a.b:x/", ("https", "", "a.b", None, "/", "")),
            ("https://a.b:/", ("https", "", "a.b", None, "/", "")),
            (
                "https://a.b\\@evil.example/",
                ("https", "", "a.b", Some(443), "\\@evil.example/", ""),
            ),
            ("/only/path?x", ("", "", "", None, "/only/path", "x")),
            ("?x#y", ("", "", "", None, "", "x")),
            ("data:text/html,x", ("", "", "", None, "", "")),
            ("blob:https://a.b/1", ("", "", "", None, "", "")),
            (
                "chrome-extension://abc/x.js",
                ("chrome-extension", "", "abc", None, "/x.js", ""),
            ),
            ("://a.b/", ("", "", "", None, "", "")),
            ("", ("", "", "", None, "", "")),
        ];
        for (text, wanted) in cases {
            assert_eq!(parts(text, Url::parse(text.as_bytes())), wanted, "{text}");
        }
    }

    #[test]
    fn an_address_may_lack_its_scheme() {
        let cases: [(&str, Parts); 4] = [
            (
                "acme.example:9092/info?x",
                ("", "", "acme.example", Some(9092), "/info", "x"),
            ),
            ("acme", ("", "", "acme", None, "", "")),
            ("", ("", "", "", None, "", "")),
            (
                "https://u@acme.example/a",
                ("https", "u", "acme.example", Some(443), "/a", ""),
            ),
        ];
        for (text, wanted) in cases {
            let url = Url::parse_address(text.as_bytes());
            assert_eq!(parts(text, url), wanted, "{text}");
        }
    }
}
