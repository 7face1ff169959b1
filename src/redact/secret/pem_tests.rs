//! Keys in PEM and its kin, in every way that logs and files tear them.
use data_encoding::BASE64;

use crate::redact::rules::rules_tests::{redact, redactor};
use crate::redact::*;

/// Three lines of a made-up body.
fn body() -> Vec<String> {
    let raw: Vec<u8> = (0..120u8)
        .map(|i| i.wrapping_mul(197).wrapping_add(31))
        .collect();
    let text = BASE64.encode(&raw);
    text.as_bytes()
        .chunks(64)
        .map(|c| String::from_utf8_lossy(c).into_owned())
        .collect()
}

fn pem(kind: &str, end: &str) -> String {
    format!(
        "-----BEGIN {kind}-----{end}{}{end}-----END {kind}-----",
        body().join(end)
    )
}

/// A key in every form, each with its name.
pub(in crate::redact) fn keys() -> Vec<(&'static str, String)> {
    let lines = body();
    let ppk = format!(
        "PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nComment: x\nPublic-Lines: 1\nAAAAB3NzaC1yc2EAAAADAQABAAAAgQ\nPrivate-Lines: {}\n{}\nPrivate-MAC: 5e1b4b3a9d2c7f60",
        lines.len(),
        lines.join("\n")
    );
    let whole = pem("RSA PRIVATE KEY", "\n");
    let mut cases = vec![
        ("plain", whole.clone()),
        ("windows lines", pem("RSA PRIVATE KEY", "\r\n")),
        ("openssh", pem("OPENSSH PRIVATE KEY", "\n")),
        (
            "escaped",
            format!("{{\"k\":\"{}\"}}", pem("EC PRIVATE KEY", "\\n")),
        ),
        (
            "escaped, windows",
            format!("{{\"k\":\"{}\"}}", pem("EC PRIVATE KEY", "\\r\\n")),
        ),
        (
            "escaped twice",
            format!(
                "{{\"k\":\"{{\\\"k\\\":\\\"{}\\\"}}\"}}",
                pem("PRIVATE KEY", "\\\\n")
            ),
        ),
        ("blanks for lines", pem("PRIVATE KEY", " ")),
        ("one line", pem("PRIVATE KEY", "")),
        (
            "percent",
            format!(
                "k={}",
                pem("PRIVATE KEY", "%0A")
                    .replace(' ', "+")
                    .replace('=', "%3D")
                    .replace('/', "%2F")
            ),
        ),
        (
            "percent blanks",
            format!(
                "k={}",
                pem("PRIVATE KEY", "%0A")
                    .replace(' ', "%20")
                    .replace('+', "%2B")
                    .replace('/', "%2F")
            ),
        ),
        (
            "percent twice",
            format!(
                "k={}",
                pem("PRIVATE KEY", "%250A")
                    .replace(' ', "%2520")
                    .replace('+', "%252B")
                    .replace('/', "%252F")
            ),
        ),
        (
            "slashes escaped",
            format!(
                "{{\"k\":\"{}\"}}",
                pem("PRIVATE KEY", "\\n").replace('/', "\\/")
            ),
        ),
        (
            "unicode escapes",
            format!(
                "{{\"k\":\"{}\"}}",
                pem("PRIVATE KEY", "\\u000a")
                    .replace('+', "\\u002b")
                    .replace('=', "\\u003d")
            ),
        ),
        ("xml", format!("<k>{}</k>", pem("PRIVATE KEY", "&#xA;"))),
        ("cdata", format!("<k><![CDATA[{}]]></k>", whole)),
        (
            "cdata on its own lines",
            format!("<k><![CDATA[\n{}\n]]></k>", whole),
        ),
        (
            "yaml",
            format!("key: |\n    {}\nnext: 1", whole.replace('\n', "\n    ")),
        ),
        (
            "list of json",
            format!("[\"{}\"]", whole.replace('\n', "\",\n \"")),
        ),
        (
            "code",
            format!("key = \"{}\"", whole.replace('\n', "\\n\" +\n  \"")),
        ),
        (
            "log prefixes",
            whole
                .lines()
                .map(|l| format!("2026-11-22 05:23:35.057 [a5c-afd8c5c0] DBG {l}"))
                .collect::<Vec<_>>()
                .join("\n"),
        ),
        (
            "syslog prefixes",
            whole
                .lines()
                .map(|l| format!("Nov 22 05:23:35 localhost app[77]: {l}"))
                .collect::<Vec<_>>()
                .join("\n"),
        ),
        (
            "quoted mail",
            whole
                .lines()
                .map(|l| format!("> {l}"))
                .collect::<Vec<_>>()
                .join("\n"),
        ),
        (
            "diff",
            whole
                .lines()
                .map(|l| format!("+{l}"))
                .collect::<Vec<_>>()
                .join("\n"),
        ),
        (
            "no end",
            format!(
                "-----BEGIN RSA PRIVATE KEY-----\n{}\nLOG next line",
                lines.join("\n")
            ),
        ),
        ("cut in a line", whole[..150].to_owned()),
        (
            "no begin",
            format!("x\n{}\n-----END RSA PRIVATE KEY-----", lines.join("\n")),
        ),
        (
            "escaped, cut off",
            format!(
                "{{\"k\":\"-----BEGIN RSA PRIVATE KEY-----\\n{}",
                lines.join("\\n")
            ),
        ),
        (
            "escaped, no begin",
            format!(
                "{}\\n-----END RSA PRIVATE KEY-----\\n\"}}",
                lines.join("\\n")
            ),
        ),
        ("ppk", ppk.clone()),
        ("ppk, windows", ppk.replace('\n', "\r\n")),
        (
            "ppk escaped",
            format!("{{\"k\":\"{}\"}}", ppk.replace('\n', "\\r\\n")),
        ),
        (
            "base64 of all",
            format!("key={}", BASE64.encode(whole.as_bytes())),
        ),
        ("base64 of all, alone", BASE64.encode(whole.as_bytes())),
        (
            "ssh2",
            format!(
                "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: \"x\"\n{}\n---- END SSH2 ENCRYPTED PRIVATE KEY ----",
                lines.join("\n")
            ),
        ),
        (
            "pgp",
            format!(
                "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: x\n\n{}\n=aB3d\n-----END PGP PRIVATE KEY BLOCK-----",
                lines.join("\n")
            ),
        ),
        (
            "encrypted",
            format!(
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B\n\n{}\n-----END RSA PRIVATE KEY-----",
                lines.join("\n")
            ),
        ),
        (
            "jwk",
            format!(
                "{{\"kty\":\"RSA\",\"d\":\"{0}\",\"p\":\"{0}\"}}",
                lines[0].replace('+', "-").replace('/', "_")
            ),
        ),
        (
            "shell",
            format!("ASPERA_SCP_KEY=$'{}'", pem("PRIVATE KEY", "\\n")),
        ),
        ("caret lines", pem("PRIVATE KEY", "^M\n")),
    ];
    cases.push(("base64 in lines", {
        let text = BASE64.encode(whole.as_bytes());
        text.as_bytes()
            .chunks(76)
            .map(|c| String::from_utf8_lossy(c).into_owned())
            .collect::<Vec<_>>()
            .join("\n")
    }));
    cases
}

#[test]
fn a_key_is_gone_however_it_is_written() {
    let lines = body();
    let whole = pem("RSA PRIVATE KEY", "\n");
    let cases = keys();
    let r = redactor(Level::Standard);
    let mut wrong = Vec::new();
    for (name, text) in cases {
        let out = redact(&r, &text);
        let left = |piece: &str| {
            (0..piece.len().saturating_sub(20)).any(|i| out.contains(&piece[i..i + 20]))
        };
        let packed = BASE64.encode(whole.as_bytes());
        if lines.iter().any(|l| left(l)) || (name.starts_with("base64") && left(&packed[60..])) {
            wrong.push(format!("{name}: left: {out}"));
        } else if redact(&r, &out) != out {
            wrong.push(format!(
                "{name}: not idempotent: {out}\n  {}",
                redact(&r, &out)
            ));
        } else if out.matches('\n').count() != text.matches('\n').count() {
            wrong.push(format!("{name}: lines changed: {out}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
