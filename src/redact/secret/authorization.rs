//! Authorization values: the scheme word stays, credentials and the parameters of schemes go.
use crate::redact::engine::replace;
use std::ops::Range;

use super::token;
use crate::pseudonym::is_pseudonym;
use crate::redact::engine::edits::Rank;
use crate::redact::engine::redactor::Pass;
use crate::redact::nested::unescape;
use crate::redact::rules::compiled::{Kind, RuleId};
use crate::redact::value::locate::{Join, Value};
use crate::redact::value::placeholder::stands_for_a_value;
use crate::redact::value::quote::Mark;

/// Schemes whose parameters are known; of any other all that stands behind it is the credential.
pub(in crate::redact) const SCHEMES: [&[u8]; 9] = [
    b"basic",
    b"bearer",
    b"digest",
    b"negotiate",
    b"ntlm",
    b"oauth",
    b"aws4-hmac-sha256",
    b"apikey",
    b"token",
];

/// No scheme has more parameters than these bytes hold.
const LONGEST_PARAMETERS: usize = 8192;

/// A whole Authorization value: the scheme word stays.
pub(in crate::redact) fn authorization(
    pass: &mut Pass<'_>,
    mut span: Range<usize>,
    value: &Value,
    rule: RuleId,
) {
    if span.start < pass.marks.parameters {
        return;
    }
    span.end = span.start + escaped_line(&pass.text[span.clone()]);
    let raw = &pass.text[span.clone()];
    let aws = raw.len() >= 16 && raw[..16].eq_ignore_ascii_case(b"aws4-hmac-sha256");
    let word = if aws {
        16
    } else {
        raw.iter().take_while(|b| b.is_ascii_alphabetic()).count()
    };
    let rest = raw[word..].iter().take_while(|b| matches!(b, b' ')).count();
    let scheme = raw[..word.min(24)].to_ascii_lowercase();
    if SCHEMES.contains(&scheme.as_slice()) {
        if word < raw.len()
            && rest == 0
            && raw[word] != b'%'
            && raw[word] != b'-'
            && raw[word] != b'+'
        {
            return;
        }
        if [&b"basic"[..], b"bearer"].contains(&scheme.as_slice()) {
            return scheme_credential(pass, &scheme, span, rest > 0, rule);
        }
        if rest == 0 && pass.text.get(span.end) == Some(&b' ') {
            let rest = &pass.text[span.end..];
            let rest = &rest[..rest.len().min(LONGEST_PARAMETERS)];
            let line = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            span.end = parameters_end(pass.text, span.start..span.end + line);
            span.end = span.start + escaped_line(&pass.text[span.clone()]);
        }
        let from = span.start + word.min(span.len());
        if matches!(scheme.as_slice(), b"negotiate" | b"ntlm") {
            only_credential(pass, from..span.end, rule);
        } else {
            parameters(pass, from..span.end, rule);
        }
        return;
    }
    let sentence = value.join == Join::Colon
        && value.mark == Mark::None
        && pass.r.rules.allow.prose_values.contains(&scheme);
    if !sentence {
        replace::replace(
            pass,
            &Kind::Secret("token".to_owned()),
            span,
            value.mark,
            value.needs_quotes,
            rule,
        );
    }
}

/// What stands behind `Basic` or `Bearer`, within the value or, where that is the scheme only, behind it.
fn scheme_credential(
    pass: &mut Pass<'_>,
    scheme: &[u8],
    span: Range<usize>,
    blank: bool,
    rule: RuleId,
) {
    let raw = &pass.text[span.clone()];
    let front = memchr::memchr(b' ', raw).map_or(raw.len(), |i| i + 1);
    let credentials = &raw[front..];
    // The scheme rule has the exact extent: the header may go on with another header.
    if !blank && span.end < pass.text.len() && pass.text[span.end] == b' ' {
        let from = span.end + 1;
        let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b',' | b'<');
        let rest = &pass.text[from..];
        let len = rest.iter().position(ends).unwrap_or(rest.len());
        scheme_value(pass, scheme, from..from + len, rule);
    } else if !credentials.is_empty() {
        let start = span.end - credentials.len();
        let len = memchr::memchr2(b' ', b',', credentials).unwrap_or(credentials.len());
        scheme_value(pass, scheme, start..start + len, rule);
        if start + len < span.end {
            parameters(pass, start + len..span.end, rule);
        }
    }
}

/// `name="value", name=value` of Digest, OAuth and AWS schemes; a value alone is the credential.
fn parameters(pass: &mut Pass<'_>, span: Range<usize>, rule: RuleId) {
    let harmless: [&[u8]; 6] = [
        b"realm",
        b"qop",
        b"algorithm",
        b"nc",
        b"signedheaders",
        b"uri",
    ];
    let mut at = span.start;
    let stop_at = span.end.min(span.start + LONGEST_PARAMETERS);
    pass.marks.parameters = stop_at;
    while at < stop_at {
        let text = pass.text;
        while at < span.end && matches!(text[at], b' ' | b',' | b'\t' | b'\\' | b'"') {
            at += 1;
        }
        let stop = text[at..span.end]
            .iter()
            .position(|b| matches!(b, b',' | b' '))
            .map_or(span.end, |i| at + i);
        let (name, from) = match memchr::memchr(b'=', &text[at..stop]) {
            Some(eq)
                if eq > 0 && eq + 1 < stop - at && !text[at + eq + 1..stop].starts_with(b"=") =>
            {
                (text[at..at + eq].to_ascii_lowercase(), at + eq + 1)
            }
            _ => (Vec::new(), at),
        };
        let mut inner = from..stop;
        while inner.start < inner.end && matches!(text[inner.start], b'"' | b'\\') {
            inner.start += 1;
        }
        while inner.end > inner.start && matches!(text[inner.end - 1], b'"' | b'\\') {
            inner.end -= 1;
        }
        if !harmless.contains(&name.as_slice()) && inner.len() > 2 {
            let kind = if name == b"username" {
                Kind::User
            } else {
                Kind::Secret("token".to_owned())
            };
            replace::replace(pass, &kind, inner, Mark::None, None, rule);
        }
        at = stop.max(at + 1);
    }
}

/// A credential without parameters: one word, whatever is in it.
fn only_credential(pass: &mut Pass<'_>, span: Range<usize>, rule: RuleId) {
    let raw = &pass.text[span.clone()];
    let blanks = raw.iter().take_while(|b| **b == b' ').count();
    let len = raw[blanks..]
        .iter()
        .position(|b| matches!(b, b' ' | b',' | b'"' | b'\\'))
        .unwrap_or(raw.len() - blanks);
    let word = span.start + blanks..span.start + blanks + len;
    if word.len() > 2 {
        let kind = Kind::Secret("token".to_owned());
        replace::replace(pass, &kind, word, Mark::None, None, rule);
    }
}

/// The credential after a scheme word.
pub(in crate::redact) fn scheme_value(
    pass: &mut Pass<'_>,
    scheme: &[u8],
    span: Range<usize>,
    rule: RuleId,
) {
    let raw = &pass.text[span.clone()];
    if raw.is_empty()
        || is_pseudonym(raw)
        || raw.iter().all(|b| *b == b'*')
        || is_lifetime(raw)
        || stands_for_a_value(&pass.r.rules.allow, raw)
    {
        return;
    }
    let value = unescape::decode(raw, Mark::None);
    let names = &pass.r.names;
    let text = match token::basic_pair(&value) {
        Some((user, password)) if scheme.eq_ignore_ascii_case(b"basic") => {
            let text = names.secret("password", &password);
            pass.tally.secret(&password, &text);
            names.basic(&user, &value)
        }
        _ => token::pseudonym(names, "token", &value),
    };
    pass.tally.secret(&value, &text);
    pass.edits
        .push(span.start, span.end, Rank::Secret, rule, text);
}

/// `tok_type=bearer tok_expires_in=3599`: the next field.
fn is_lifetime(raw: &[u8]) -> bool {
    memchr::memmem::find(raw, b"expires_in=").is_some_and(|at| {
        let number = &raw[at + b"expires_in=".len()..];
        at < 8 && !number.is_empty() && number.iter().all(u8::is_ascii_digit)
    })
}

/// The length of the first line of a text in a string, where the ends of lines are escaped once or more often.
fn escaped_line(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &text[at..]) {
        let start = at + found;
        let run = text[start..].iter().take_while(|b| **b == b'\\').count();
        at = start + run;
        if matches!(text.get(at), Some(b'r' | b'n')) {
            return start;
        }
    }
    text.len()
}

/// Where the parameters end: at a quote that none of them opened, or with the element they stand in.
fn parameters_end(text: &[u8], span: Range<usize>) -> usize {
    let mut open = false;
    for (i, b) in text[span.clone()].iter().enumerate() {
        let at = span.start + i;
        match b {
            b'"' => {
                let before = &text[span.start..at];
                let escapes = before.iter().rev().take_while(|b| **b == b'\\').count();
                if open || ends_with_name(&before[..before.len() - escapes]) {
                    open = !open;
                } else {
                    return at - escapes;
                }
            }
            // The quote of a shell that holds the header; `UTF-8''name` has others.
            b'\'' if !open && ends_word(text.get(at + 1)) => return at,
            b'<' if text.get(at + 1) == Some(&b'/') => return at,
            b']' if text[at..].starts_with(b"]]>") => return at,
            _ => {}
        }
    }
    span.end
}

/// True for what may stand behind a word in quotes.
fn ends_word(next: Option<&u8>) -> bool {
    next.is_none_or(|b| {
        matches!(
            b,
            b' ' | b'\n' | b'\r' | b'\\' | b'"' | b')' | b']' | b',' | b';'
        )
    })
}

/// True if the text ends with `name=`, and not with the padding of base64.
fn ends_with_name(text: &[u8]) -> bool {
    let Some(head) = text.strip_suffix(b"=") else {
        return false;
    };
    let name = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let len = head.iter().rev().take(32).take_while(name).count();
    (1..32).contains(&len)
}
