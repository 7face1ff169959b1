//! E-mail addresses, user names in home folders, passwords and hosts in links.
use super::bytes::{alnum, at, before, part, run_end, run_start};
use super::detectors::What;
use super::find::{Raw, Scanner};
use super::no_value::{message_word, pseudonym, says_nothing};

/// Looks at every `@` of the text.
pub(super) fn emails(scan: &Scanner<'_>, text: &[u8], out: &mut Vec<Raw>) {
    for i in memchr::memchr_iter(b'@', text) {
        if let Some(start) = userinfo(text, i) {
            let what = if password_in(part(text, start, i)) {
                Some(What::UrlPassword)
            } else {
                user_in(scan, part(text, start, i)).then_some(What::User)
            };
            if let Some(what) = what {
                out.push(Raw::new(start, what));
            }
            continue;
        }
        if let Some(start) = email(scan, text, i) {
            out.push(Raw::new(start, What::Email));
        }
    }
}

/// Start of `user:password` before the `@` at `i`, where a link stands there.
fn userinfo(text: &[u8], i: usize) -> Option<usize> {
    let start = run_start(text, i, 512, |b| {
        b > 0x20 && !matches!(b, b'/' | b'"' | b'\'' | b'<' | b'>' | b'@' | b'?' | b'#')
    });
    (part(text, start.saturating_sub(3), start) == b"://").then_some(start)
}

fn password_in(userinfo: &[u8]) -> bool {
    let mut parts = userinfo.splitn(2, |&b| b == b':');
    let _user = parts.next();
    parts
        .next()
        .is_some_and(|p| !p.is_empty() && !says_nothing(p))
}

/// True where a link names somebody before its host.
fn user_in(scan: &Scanner<'_>, userinfo: &[u8]) -> bool {
    let user = userinfo.split(|&b| b == b':').next().unwrap_or(userinfo);
    user.len() >= 2
        && user.iter().any(u8::is_ascii_alphabetic)
        && !says_nothing(user)
        && !service_name(user)
        && !technical_name(user)
        && !message_word(user)
        && !scan.kept(user)
}

fn email(scan: &Scanner<'_>, text: &[u8], i: usize) -> Option<usize> {
    let local = |b: u8| alnum(b) || matches!(b, b'.' | b'_' | b'%' | b'+' | b'-') || b >= 0x80;
    let mut start = run_start(text, i, 128, local);
    while start < i && !alnum(at(text, start)) && at(text, start) < 0x80 {
        start += 1;
    }
    let domain_byte = |b: u8| alnum(b) || b == b'.' || b == b'-' || b >= 0x80;
    let mut end = run_end(text, i + 1, 256, domain_byte);
    while end > i + 1 && !alnum(at(text, end - 1)) && at(text, end - 1) < 0x80 {
        end -= 1;
    }
    let domain = part(text, i + 1, end);
    let name = part(text, start, i);
    let top = domain.rsplit(|&b| b == b'.').next().unwrap_or(&[]);
    let own_script =
        top.starts_with(b"xn--") || (top.iter().all(|&b| b >= 0x80) && name.is_ascii());
    let shaped = domain.contains(&b'.')
        && (2..=24).contains(&top.len())
        && (own_script || top.iter().all(u8::is_ascii_alphabetic))
        && domain
            .split(|&b| b == b'.')
            .all(|l| !l.is_empty() && l.len() <= 63);
    if !shaped || public_host(domain) || file_name(domain, top) {
        return None;
    }
    let replaced = name.is_empty() && before(text, i) == b'~';
    if name.is_empty() && quoted_name(text, i) {
        return Some(i);
    }
    if (name.is_empty() && !replaced) || scan.kept(domain) && replaced {
        return None;
    }
    if scan.kept(part(text, start, end)) || technical_name(name) {
        return None;
    }
    Some(start)
}

/// True for `"Maria Lopez"@`: a name in quotes right before the sign.
fn quoted_name(text: &[u8], i: usize) -> bool {
    let end = i.saturating_sub(1);
    if at(text, end) != b'"' {
        return false;
    }
    let from = run_start(text, end, 64, |b| {
        alnum(b) || matches!(b, b' ' | b'.' | b'-' | b'_')
    });
    let name = part(text, from, end);
    before(text, from) == b'"' && name.len() >= 2 && name.iter().any(u8::is_ascii_alphabetic)
}

/// `logo@2x.png` and `name@1.2.x` are no addresses.
fn file_name(domain: &[u8], top: &[u8]) -> bool {
    const ENDINGS: [&[u8]; 12] = [
        b"png", b"jpg", b"jpeg", b"gif", b"svg", b"webp", b"js", b"css", b"ts", b"map", b"service",
        b"json",
    ];
    let low = top.to_ascii_lowercase();
    ENDINGS.contains(&low.as_slice())
        || (at(domain, 0).is_ascii_digit()
            && !domain
                .split(|&b| b == b'.')
                .any(|l| l.len() >= 3 && l != top && l.iter().any(u8::is_ascii_alphabetic)))
}

/// Names of algorithms, which carry the domain of whoever defined them.
fn technical_name(name: &[u8]) -> bool {
    matches!(name, b"git" | b"noreply" | b"no-reply")
}

/// Hosts that everybody knows: IBM's own and the makers of browsers, standards and SSH.
pub(super) fn public_host(host: &[u8]) -> bool {
    const PUBLIC: [&str; 34] = [
        "ibm.com",
        "ibmaspera.com",
        "asperasoft.com",
        "asperafiles.com",
        "aspera.io",
        "aspera.pub",
        "aspera.us",
        "aspera.com",
        "openssh.com",
        "lysator.liu.se",
        "libssh.org",
        "ssh.com",
        "libssh2.org",
        "openssl.org",
        "w3.org",
        "mozilla.org",
        "mozilla.com",
        "google.com",
        "googleapis.com",
        "gstatic.com",
        "chromium.org",
        "apple.com",
        "microsoft.com",
        "windows.net",
        "amazonaws.com",
        "appdomain.cloud",
        "softlayer.net",
        "github.com",
        "schema.org",
        "xmlsoap.org",
        "oasis-open.org",
        "ietf.org",
        "iana.org",
        "apache.org",
    ];
    let low = host.to_ascii_lowercase();
    PUBLIC.iter().any(|p| {
        low.strip_suffix(p.as_bytes())
            .is_some_and(|rest| rest.is_empty() || rest.ends_with(b"."))
    })
}

/// Names that belong to a product, a system or nobody.
pub(super) fn service_name(name: &[u8]) -> bool {
    const SERVICES: [&str; 40] = [
        "root",
        "admin",
        "administrator",
        "aspera",
        "asperadaemon",
        "asperaconsole",
        "faspex",
        "shares",
        "console",
        "xfer",
        "nobody",
        "daemon",
        "system",
        "localsystem",
        "local service",
        "network service",
        "sshd",
        "redis",
        "mysql",
        "nginx",
        "apache",
        "www-data",
        "ubuntu",
        "ec2-user",
        "public",
        "shared",
        "default",
        "all users",
        "default user",
        "guest",
        "user",
        "username",
        "name",
        "login",
        "anonymous",
        "svcaspera",
        "noded",
        "postgres",
        "me",
        "self",
    ];
    let low = name.trim_ascii().to_ascii_lowercase();
    SERVICES.iter().any(|s| s.as_bytes() == low)
}

/// A user name after `/home/`, `/Users/` or `\Users\`; `start..end` is the last folder's name.
pub(super) fn home(scan: &Scanner<'_>, text: &[u8], start: usize, end: usize, out: &mut Vec<Raw>) {
    let name = part(text, start, end);
    let slash = before(text, start);
    let old = name == b"Settings"
        && slash == b' '
        && part(text, start.saturating_sub(14), start) == b"Documents and ";
    let unix = old || slash == b'/' && matches!(name, b"home" | b"Users");
    let windows = (slash == b'\\' || slash == b'/') && name.eq_ignore_ascii_case(b"users");
    let drive = before(text, run_start(text, start, 4, |b| b == b'\\' || b == b'/')) == b':';
    if !(unix || (windows && (slash == b'\\' || drive))) || in_url(text, start) {
        return;
    }
    let from = run_end(text, end, 4, |b| b == b'\\' || b == b'/');
    let to = run_end(text, from, 64, |b| {
        b > 0x20
            && !matches!(
                b,
                b'/' | b'\\'
                    | b'"'
                    | b'\''
                    | b'<'
                    | b'>'
                    | b'|'
                    | b':'
                    | b','
                    | b';'
                    | b'&'
                    | b'?'
                    | b'#'
                    | b'*'
                    | b'('
                    | b')'
                    | b'['
                    | b']'
                    | b'{'
                    | b'}'
                    | b'`'
                    | b'='
                    | 0x7f
            )
    });
    let name = part(text, from, to);
    let name = name.strip_suffix(b".").unwrap_or(name);
    if name.is_empty() || says_nothing(name) || service_name(name) || scan.kept(name) {
        return;
    }
    if name.iter().all(u8::is_ascii_digit) || name.starts_with(b"%") || name.starts_with(b"$") {
        return;
    }
    out.push(Raw::new(start, What::HomeUser));
}

/// True where the word that holds `i` is a link over the network.
fn in_url(text: &[u8], i: usize) -> bool {
    let from = super::bytes::word_start(text, i, 256);
    let word = part(text, from, i);
    memchr::memmem::find(word, b"://").is_some_and(|n| !part(word, 0, n).ends_with(b"file"))
}

/// The host of a link, after `://`.
pub(super) fn url_host(scan: &Scanner<'_>, text: &[u8], from: usize, out: &mut Vec<Raw>) {
    let to = run_end(text, from, 512, |b| {
        b > 0x20
            && !matches!(
                b,
                b'/' | b'"' | b'\'' | b'<' | b'>' | b'\\' | b'?' | b'#' | b','
            )
    });
    let authority = part(text, from, to);
    let skip = authority
        .iter()
        .rposition(|&b| b == b'@')
        .map_or(0, |n| n + 1);
    let host = part(authority, skip, authority.len());
    let host = host.split(|&b| b == b':').next().unwrap_or(host);
    if named_host(scan, host) {
        out.push(Raw::new(from, What::UrlHost));
    }
}

/// True for a host name in clear that is not public.
pub(super) fn named_host(scan: &Scanner<'_>, host: &[u8]) -> bool {
    let host = host.strip_suffix(b".").unwrap_or(host);
    let shaped = host.len() >= 3
        && host
            .iter()
            .all(|&b| alnum(b) || matches!(b, b'.' | b'-' | b'_'))
        && host.iter().any(u8::is_ascii_alphabetic)
        && host
            .iter()
            .any(|&b| matches!(b, b'.' | b'-') || b.is_ascii_digit());
    shaped
        && pseudonym(host, 0) == 0
        && !says_nothing(host)
        && !message_word(host)
        && !host.to_ascii_lowercase().starts_with(b"localhost")
        && !public_host(host)
        && !scan.kept(host)
}

/// The host in front of a syslog line: `<time> HOST tag[pid]:` or `<priority>1 <time> HOST`;
/// `start..end` are the digits of the pid or of the priority.
pub(super) fn syslog_host(
    scan: &Scanner<'_>,
    text: &[u8],
    start: usize,
    end: usize,
    out: &mut Vec<Raw>,
) {
    let word = |b: u8| b > 0x20;
    let from = if before(text, start) == b'[' && part(text, end, end + 2) == b"]:" {
        let tag = run_start(text, start, 64, word);
        let from = run_start(text, tag.saturating_sub(1), 128, word);
        let time_end = from.saturating_sub(1);
        let time = part(text, run_start(text, time_end, 40, word), time_end);
        if tag == 0 || time.iter().filter(|&&b| b == b':').count() < 2 {
            return;
        }
        from
    } else if before(text, start) == b'<' && part(text, end, end + 3) == b">1 " {
        run_end(text, end + 3, 64, word) + 1
    } else {
        return;
    };
    let host = part(text, from, run_end(text, from, 128, word));
    if named_host(scan, host) {
        out.push(Raw::new(from, What::Host));
    }
}
