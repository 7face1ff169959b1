//! Values that a name gives away: `key=value`, JSON, XML, headers, command lines, and name and
//! value in two fields beside each other.
use super::bytes::{
    DIGIT, LOWER, alnum, at, base64ish, before, class_of, ident, line_end, mixed, part, run_end,
    run_start,
};
use super::detectors::What;
use super::field::{Class, classify};
use super::find::{Raw, Scanner};
use super::no_value::{letters, message_word, path, pseudonym, says_nothing, uuid};
use super::people::{named_host, service_name};
use super::value::{Form, LONG, QUOTED, Value, find_value, flag};
use super::{cookie, token};

/// How far names and lists of cookies were judged.
#[derive(Default)]
pub(super) struct Names {
    pub(super) labelled: usize,
    listed: usize,
}

/// Looks at the name around the run at `start..end`.
pub(super) fn label(
    scan: &Scanner<'_>,
    text: &[u8],
    start: usize,
    end: usize,
    names: &mut Names,
    out: &mut Vec<Raw>,
) {
    let from = run_start(text, start, 64, ident);
    let to = run_end(text, end.min(text.len()), 64, |b| ident(b) && b != b'.');
    let to = if at(text, end - 1) == b'=' {
        end - 1
    } else {
        to
    };
    names.labelled = to;
    if before(text, from) == b'~' && pseudonym(text, from - 1) > 0 {
        return;
    }
    let name = part(text, from, to);
    let Some(class) = classify(name) else {
        return;
    };
    if let Some((form, value)) = find_value(text, from, to) {
        let opens_list = class == Class::Cookies && at(text, value.start) == b'[';
        if opens_list {
            if value.start >= names.listed {
                names.listed = cookie::list(text, value.start, out);
            }
        } else if let Some(what) = judge(scan, text, class, form, name, value) {
            // A value that runs on may stand on a line below its name.
            out.push(match is_all(class, &value) {
                true => Raw::new(from, what).of(value.start, value.end),
                false => Raw::new(value.start, what),
            });
        }
    }
}

/// True where the value is all that stands under the name, and not only its beginning.
fn is_all(class: Class, v: &Value) -> bool {
    let runs_on = matches!(
        class,
        Class::Cookie | Class::Authorization | Class::Signature | Class::Mail
    );
    let most = if v.quoted { QUOTED } else { LONG };
    v.end - v.start < most && (v.quoted || !runs_on)
}

fn judge(
    scan: &Scanner<'_>,
    text: &[u8],
    class: Class,
    form: Form,
    name: &[u8],
    v: Value,
) -> Option<What> {
    let value = part(text, v.start, v.end).trim_ascii();
    let bare_colon = form == Form::Colon && !v.quoted;
    match class {
        Class::Cookie => {
            let end = if bare_colon {
                run_end(text, v.start, QUOTED, |b| b >= 0x20 && b != b'"')
            } else if v.quoted {
                v.end
            } else {
                run_end(text, v.start, LONG, |b| {
                    b > 0x20 && !matches!(b, b'"' | b'&' | b'<' | b',')
                })
            };
            return cookie::judge(scan, part(text, v.start, end), bare_colon);
        }
        Class::Cookies => return None,
        Class::Authorization => return authorization(text, v, bare_colon),
        Class::User => {
            return user(scan, text, form, v, value).then_some(What::User);
        }
        Class::Host => {
            let host = value.split(|&b| b == b':').next().unwrap_or(value);
            let host = if matches!(at(value, 0), b'~' | b'[') {
                &[]
            } else {
                host
            };
            return (!in_sentence(text, form, v) && named_host(scan, host)).then_some(What::Host);
        }
        Class::Mac => {
            let hex = value.len() == 12 && value.iter().all(u8::is_ascii_hexdigit);
            return hex.then_some(What::Mac);
        }
        Class::Machine => {
            let host = value
                .split(|&b| b == b'\\')
                .rfind(|h| !h.is_empty())
                .unwrap_or(value);
            let shaped = (2..=64).contains(&host.len())
                && host
                    .iter()
                    .all(|&b| alnum(b) || matches!(b, b'-' | b'_' | b'.'));
            let named = shaped && form != Form::Colon && !says_nothing(host) && !message_word(host);
            return (named && !service_name(host) && !scan.kept(host)).then_some(What::Host);
        }
        Class::Mail => {
            let written = [&b" at "[..], b"(at)", b"[at]"]
                .iter()
                .any(|w| memchr::memmem::find(value, w).is_some());
            return (written && value.len() < 80 && !says_nothing(value)).then_some(What::Email);
        }
        Class::Person => {
            let quiet = says_nothing(value) || message_word(value) || in_sentence(text, form, v);
            let letters = value.iter().any(|b| b.is_ascii_alphabetic() || *b >= 0x80);
            return (letters && !quiet && !scan.kept(value)).then_some(What::Person);
        }
        Class::Number => {
            let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
            let shaped = value
                .iter()
                .all(|&b| alnum(b) || matches!(b, b' ' | b'+' | b'-' | b'(' | b')' | b'.' | b'/'));
            let loud = digits >= 6 && shaped && !says_nothing(value) && !scan.kept(value);
            return loud.then_some(What::Person);
        }
        Class::Weak => {
            let loud = !says_nothing(value) && !path(value) && !uuid(value) && value.len() <= 512;
            let one = !value
                .iter()
                .any(|&b| matches!(b, b' ' | b':' | b'<' | b'~'));
            let random = loud && one && super::chance::improbable(value);
            return (random && !token::fingerprint(text, v.start)).then_some(What::RandomSecret);
        }
        _ => {}
    }
    if value.len() < 3 || says_nothing(value) || matches!(at(value, 0), b'{' | b'[' | b'(') {
        return None;
    }
    let digits = value.iter().all(|&b| b.is_ascii_digit() || b == b'.');
    let sentence = in_sentence(text, form, v);
    let plain_word = letters(value) && (message_word(value) || (sentence && !v.quoted));
    match class {
        Class::AccessKey => {
            let id =
                value.len() >= 6 && class_of(value) & DIGIT != 0 && !digits && !scan.kept(value);
            (id && !path(value)).then_some(What::AccessKey)
        }
        Class::Signature => {
            let end = run_end(text, v.start, LONG, |b| {
                base64ish(b) || matches!(b, b'%' | b'=')
            });
            let long = end - v.start >= 16 && mixed(part(text, v.start, end));
            (long && form != Form::Colon && !token::fingerprint(text, v.start))
                .then_some(What::UrlSignature)
        }
        Class::Password if digits => {
            let number = (form == Form::Json && !v.quoted) || name.contains(&b'.') || counts(name);
            (!number).then_some(What::LabelledSecret)
        }
        Class::Password => {
            (!word_like(value, plain_word, sentence)).then_some(What::LabelledSecret)
        }
        Class::Key if path(value) => None,
        _ if digits => None,
        Class::Session if uuid(value) && form == Form::Colon => None,
        _ => {
            let quiet = plain_word
                || word_like(value, plain_word, sentence)
                || (sentence && !mixed(value))
                || (path(value) && value.len() < 128 && class != Class::Token);
            (!quiet).then_some(What::LabelledSecret)
        }
    }
}

/// True for words that messages put after the name, and for a name followed by another name.
fn word_like(value: &[u8], plain_word: bool, sentence: bool) -> bool {
    plain_word || message_word(value) || (sentence && value.ends_with(b":"))
}

/// True where an unquoted value after a colon has more words behind it: a sentence.
fn in_sentence(text: &[u8], form: Form, v: Value) -> bool {
    if form != Form::Colon || v.quoted {
        return false;
    }
    let end = line_end(text, v.end, 256);
    let rest = part(text, v.end, end).trim_ascii();
    let rest = rest.strip_suffix(b"(cr)").unwrap_or(rest);
    rest.iter().any(|b| b.is_ascii_alphabetic())
        || before(text, v.end) == b':'
        || before(text, v.end) == b'.'
}

/// Names of settings about passwords that hold a number.
fn counts(name: &[u8]) -> bool {
    let low = name.to_ascii_lowercase();
    [
        "min", "max", "len", "count", "expir", "age", "days", "attempt", "policy", "has",
        "require", "num",
    ]
    .iter()
    .any(|w| memchr::memmem::find(&low, w.as_bytes()).is_some())
}

fn user(scan: &Scanner<'_>, text: &[u8], form: Form, v: Value, value: &[u8]) -> bool {
    let shaped = (2..=64).contains(&value.len())
        && class_of(value) & !DIGIT != 0
        && !value
            .iter()
            .any(|b| matches!(b, b' ' | b'{' | b'[' | b'(' | b'/' | b'%' | b'$'));
    let name = value.rsplit(|&b| b == b'\\').next().unwrap_or(value);
    // `node.x:user:all` is a scope and names nobody.
    let glued = form == Form::Colon && before(text, v.start) == b':';
    let word = message_word(value) && class_of(value) & LOWER != 0;
    shaped
        && !glued
        && !word
        && !in_sentence(text, form, v)
        && !says_nothing(value)
        && !service_name(name)
        && !uuid(value)
        && !scan.kept(value)
}

fn authorization(text: &[u8], v: Value, prose: bool) -> Option<What> {
    let end = if v.quoted {
        v.end
    } else {
        line_end(text, v.start, 4096)
    };
    let whole = part(text, v.start, end).trim_ascii();
    let blank = whole
        .iter()
        .position(|&b| b == b' ' || b == b'+' || b == b'%');
    let first = part(whole, 0, blank.unwrap_or(whole.len()));
    let scheme = [
        "basic",
        "bearer",
        "digest",
        "negotiate",
        "ntlm",
        "token",
        "apikey",
    ]
    .iter()
    .any(|s| first.eq_ignore_ascii_case(s.as_bytes()));
    let value = if scheme {
        let rest = part(whole, first.len(), whole.len()).trim_ascii();
        rest.split(|&b| b == b' ').next().unwrap_or(rest)
    } else {
        first
    };
    let quiet = value.len() < 4
        || says_nothing(value)
        || message_word(value)
        || (prose && letters(value))
        || value.starts_with(b"AWS4-")
        || (scheme && first.eq_ignore_ascii_case(b"digest"));
    (!quiet).then_some(What::AuthScheme)
}

/// `-W token` and `-u user:password`, also as two strings of an argument list.
pub(super) fn short_flag(text: &[u8], start: usize, out: &mut Vec<Raw>) {
    if !matches!(before(text, start), 0 | b' ' | b'"' | b'\'' | b'\n' | b'\t') {
        return;
    }
    let Some(v) = flag(text, start + 2) else {
        return;
    };
    let value = part(text, v.start, v.end);
    if value.len() < 4 || says_nothing(value) {
        return;
    }
    let hit = match at(text, start + 1) {
        b'W' => mixed(value) && class_of(value) & DIGIT != 0,
        b'b' => {
            if value.contains(&b'=') && cookie::judge_crumbs(value) {
                out.push(Raw::new(start, What::Cookie));
            }
            return;
        }
        b'u' => {
            let password = value.splitn(2, |&b| b == b':').nth(1);
            !value.starts_with(b"aspera.")
                && !value.ends_with(b":")
                && password
                    .is_some_and(|p| p.len() >= 3 && !says_nothing(p) && !p.starts_with(b"//"))
        }
        _ => false,
    };
    if hit {
        out.push(Raw::new(start, What::LabelledSecret));
    }
}
