//! `DOMAIN\login` where nothing else tells that it is one.
use crate::redact::engine::edits::Rank;
use crate::redact::engine::redactor::Pass;
use crate::redact::identity::login;
use crate::redact::memory::names::is_certain_login;

/// Lengths of the NetBIOS name of a domain.
const SHORTEST_DOMAIN: usize = 3;
const LONGEST_DOMAIN: usize = 15;
/// The longest login of Windows is shorter.
const LONGEST_LOGIN: usize = 40;
/// How far back it is asked whether a string is open.
const NEAR: usize = 512;

/// What stands before a backslash in capitals and is no domain.
const NO_DOMAINS: &[&[u8]] = &[
    b"HKLM",
    b"HKCU",
    b"HKCR",
    b"HKU",
    b"BUILTIN",
    b"AUTHORITY",
    b"SERVICE",
    b"SOFTWARE",
    b"SYSTEM",
    b"SYSTEM32",
    b"WINDOWS",
    b"IBM",
    b"MACHINE",
    b"USERS",
    b"PROGRA",
    b"ROOT",
    b"TEMP",
];

/// Ends of file names: `REELS\clip.mov` is a path.
const ENDS: &[&[u8]] = &[
    b"exe", b"dll", b"log", b"txt", b"xml", b"json", b"conf", b"cfg", b"ini", b"dat", b"bin",
    b"mov", b"mxf", b"mp4", b"mpg", b"wav", b"aif", b"jpg", b"png", b"tif", b"tiff", b"dpx",
    b"exr", b"r3d", b"ari", b"braw", b"pdf", b"doc", b"docx", b"xls", b"xlsx", b"csv", b"zip",
    b"tar", b"gz", b"tgz", b"bat", b"cmd", b"ps1", b"sys", b"lnk", b"tmp", b"msi", b"cab", b"iso",
    b"har", b"html", b"htm", b"js", b"css", b"bak", b"db", b"pem", b"key", b"cer", b"crt", b"aspx",
];

/// A backslash at `at`: an account, if a name in capitals stands before it.
pub(in crate::redact) fn backslash_at(pass: &mut Pass<'_>, at: usize) {
    if at > 0 && matches!(pass.text[at - 1], b'A'..=b'Z' | b'0'..=b'9') {
        account_at(pass, at);
    }
}

fn account_at(pass: &mut Pass<'_>, at: usize) {
    let text = pass.text;
    let len = text[at.saturating_sub(LONGEST_DOMAIN + 1)..at]
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b'-')
        .count();
    let start = at - len;
    let domain = &text[start..at];
    let alone = start == 0
        || text[start - 1].is_ascii_whitespace()
        || b"\"'([<,;=|".contains(&text[start - 1]);
    if !(SHORTEST_DOMAIN..=LONGEST_DOMAIN).contains(&len)
        || !alone
        || !domain[0].is_ascii_uppercase()
        || NO_DOMAINS.contains(&domain)
    {
        return;
    }
    // In a string of JSON the backslash stands twice.
    let rest = &text[at..];
    let signs = rest.iter().take(3).take_while(|b| **b == b'\\').count();
    let Some(login) = login(text, at + signs) else {
        return;
    };
    let name = &text[login.clone()];
    let escape = signs == 1 && b"nrtbfuxv".contains(&name[0]) && in_string(text, at);
    let certain = std::str::from_utf8(name).is_ok_and(|name| is_certain_login(&pass.r.rules, name));
    if signs > 2 || escape || !certain || pass.r.is_kept(name) {
        return;
    }
    let account = [domain, b"\\", name].concat();
    let rule = pass.r.rules.id("lone-account");
    if !pass.r.is_kept(&account)
        && let Some(user) = login::user_pseudonym(pass.r, &account)
    {
        pass.edits
            .push(start, login.end, Rank::Identifier, rule, user);
    }
}

/// The login at `at`, if it is not the first part of a path or the name of a file.
fn login(text: &[u8], at: usize) -> Option<std::ops::Range<usize>> {
    let len = text[at..]
        .iter()
        .take(LONGEST_LOGIN)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
        .count();
    let dots = text[at..at + len]
        .iter()
        .rev()
        .take_while(|b| matches!(b, b'.' | b'-'))
        .count();
    let end = at + len - dots;
    let name = &text[at..end];
    let last = name.rsplit(|b| *b == b'.').next().unwrap_or_default();
    let file = last.len() < name.len() && ENDS.iter().any(|e| e.eq_ignore_ascii_case(last));
    let goes_on = matches!(
        text.get(end),
        Some(b'\\' | b'/' | b':' | b'*' | b'(' | b'@')
    );
    let letters = name.first().is_some_and(u8::is_ascii_alphabetic)
        && name.iter().any(u8::is_ascii_lowercase);
    (letters && !file && !goes_on).then_some(at..end)
}

/// True if a quote is open where `at` is, so that a backslash escapes.
pub(in crate::redact) fn in_string(text: &[u8], at: usize) -> bool {
    let head = &text[at.saturating_sub(NEAR)..at];
    let line = memchr::memrchr(b'\n', head).map_or(head, |i| &head[i + 1..]);
    !memchr::memchr_iter(b'"', line).count().is_multiple_of(2)
}
