//! Text inside text: every encoding that evidence was seen to use, opened, redacted and closed again.
use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD, HEXUPPER};

use crate::redact::rules::rules_tests::{redact, redactor};
use crate::redact::secret::token;
use crate::redact::*;

pub(in crate::redact) const PASSWORD: &str = "Marble-Finch-208";

fn b64(text: &str) -> String {
    BASE64.encode(text.as_bytes())
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.') {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

fn json_string(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn deflated(text: &str) -> Vec<u8> {
    use std::io::Write;
    let mut out = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap()
}

fn gzipped(text: &str) -> Vec<u8> {
    use std::io::Write;
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap()
}

/// True if the password can be read in a text, as it is or in a word of base64 at any depth.
pub(in crate::redact) fn shows(text: &str, secret: &str) -> bool {
    let mut known = crate_known(secret);
    std::mem::take(&mut known.0)
        .iter()
        .any(|spelling| text.contains(spelling.as_str()))
        || words(text).any(|word| {
            (0..4).any(|skip| {
                word.get(skip..)
                    .and_then(|w| token::base64(&w.as_bytes()[..w.len() - w.len() % 4]))
                    .is_some_and(|inner| {
                        let plain: Vec<u8> = inner.iter().copied().filter(|b| *b != 0).collect();
                        shows(&String::from_utf8_lossy(&plain), secret)
                    })
            })
        })
}

fn crate_known(secret: &str) -> (Vec<String>,) {
    let hex = HEXUPPER.encode(secret.as_bytes());
    (vec![
        secret.to_owned(),
        percent(secret),
        hex.to_lowercase(),
        hex,
    ],)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_')))
        .filter(|w| w.len() >= 16)
}

/// Lines that hold the password, each with its name.
pub(in crate::redact) fn lines() -> Vec<(&'static str, String)> {
    let json = format!("{{\"a\": \"more text to see\", \"password\": \"{PASSWORD}\"}}");
    let xml = format!("<?xml version=\"1.0\"?><r><password>{PASSWORD}</password></r>");
    let form = format!("grant_type=password&username=u1&password={PASSWORD}&scope=x");
    let url = format!("https://127.0.0.1/x?password={PASSWORD}&a=1");
    let mut deep = json.clone();
    let mut out = vec![
        ("json", json.clone()),
        ("base64 of json", b64(&json)),
        (
            "base64 of json, blank first",
            b64(&format!("{{ \"password\": \"{PASSWORD}\"}}")),
        ),
        (
            "base64 of json, line first",
            b64(&format!("{{\n  \"password\": \"{PASSWORD}\"}}")),
        ),
        (
            "base64 of json, windows line first",
            b64(&format!("{{\r\n  \"password\": \"{PASSWORD}\"}}")),
        ),
        (
            "base64 of json, tab first",
            b64(&format!("{{\n\t\"password\": \"{PASSWORD}\"}}")),
        ),
        ("base64 of a list", b64(&format!("[{json}]"))),
        ("base64 of a list of lines", b64(&format!("[\n {json}]"))),
        ("base64 of a spaced list", b64(&format!("[ {json}]"))),
        ("base64 unpadded", BASE64_NOPAD.encode(json.as_bytes())),
        ("base64url", BASE64URL_NOPAD.encode(json.as_bytes())),
        (
            "base64 with percent padding",
            b64(&format!("{json} ")).replace('=', "%3D"),
        ),
        (
            "base64 in percent",
            format!("x={}&y", percent(&b64(&format!("{json}??>>~~ ")))),
        ),
        ("base64 twice", b64(&b64(&json))),
        ("base64 of xml", b64(&xml)),
        (
            "base64 of xml without its line",
            b64(&format!(
                "<soap:Envelope><password>{PASSWORD}</password></soap:Envelope>"
            )),
        ),
        (
            "base64 of xml with a mark",
            BASE64.encode(format!("\u{feff}{xml}").as_bytes()),
        ),
        (
            "base64 of a form under its name",
            format!("body_base64={}", b64(&form)),
        ),
        (
            "base64 of utf-16",
            format!(
                "powershell -EncodedCommand {}",
                BASE64.encode(&utf16(&format!("tool --password {PASSWORD} -q")))
            ),
        ),
        (
            "base64 of utf-16, short",
            format!(
                "powershell.exe -enc {}",
                BASE64.encode(&utf16(&format!("$password='{PASSWORD}'")))
            ),
        ),
        (
            "data url",
            format!("<img src=\"data:application/json;base64,{}\"/>", b64(&json)),
        ),
        (
            "data url of text",
            format!("data:text/plain;base64,{} x", b64(&form)),
        ),
        (
            "data url in percent",
            format!("data:application/json,{} x", percent(&json)),
        ),
        (
            "gzip in base64",
            format!("x={}", BASE64.encode(&gzipped(&json))),
        ),
        (
            "saml response",
            format!(
                "SAMLResponse={}&RelayState=a",
                percent(&b64(&format!(
                    "<samlp:Response><x>{PASSWORD}</x></samlp:Response>"
                )))
            ),
        ),
        (
            "saml redirect",
            format!(
                "GET /sso?SAMLRequest={}&a=1",
                percent(&BASE64.encode(&deflated(&format!(
                    "<samlp:AuthnRequest><x>{PASSWORD}</x></samlp:AuthnRequest>"
                ))))
            ),
        ),
        (
            "saml in a form of html",
            format!(
                "<input type=\"hidden\" name=\"SAMLResponse\" value=\"{}\"/>",
                b64(&format!(
                    "<samlp:Response><x>{PASSWORD}</x></samlp:Response>"
                ))
            ),
        ),
        ("saml artifact", format!("GET /sso?SAMLart={PASSWORD}&a=1")),
        ("form", form.clone()),
        ("form in json", json_string(&form)),
        (
            "har form",
            format!(
                "{{\"postData\":{{\"mimeType\":\"x\",\"text\":{}}}}}",
                json_string(&form)
            ),
        ),
        (
            "har base64",
            format!(
                "{{\"content\":{{\"mimeType\":\"text/plain\",\"text\":\"{}\",\"encoding\":\"base64\"}}}}",
                b64(&form)
            ),
        ),
        (
            "har base64, encoding first",
            format!(
                "{{\"content\":{{\"encoding\": \"base64\", \"text\": \"{}\"}}}}",
                b64(&form)
            ),
        ),
        (
            "url in url",
            format!("https://127.0.0.1/r?to={}&z=1", percent(&url)),
        ),
        (
            "url in url in url",
            format!("https://127.0.0.1/r?to={}&z=1", percent(&percent(&url))),
        ),
        (
            "url three times",
            format!(
                "https://127.0.0.1/r?to={}&z=1",
                percent(&percent(&percent(&url)))
            ),
        ),
        (
            "json in percent twice",
            format!("q={}", percent(&percent(&json))),
        ),
        (
            "multipart",
            format!(
                "--xyz\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{PASSWORD}\r\n--xyz--"
            ),
        ),
        (
            "multipart with a type",
            format!(
                "--xyz\nContent-Disposition: form-data; name=\"password\"\nContent-Type: text/plain\n\n{PASSWORD}\n--xyz--"
            ),
        ),
        (
            "multipart in json",
            json_string(&format!(
                "--xyz\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{PASSWORD}\r\n--xyz--"
            )),
        ),
        (
            "multipart in json in json",
            json_string(&json_string(&format!(
                "--xyz\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{PASSWORD}\r\n--xyz--"
            ))),
        ),
        (
            "folded header",
            format!("X-Api-Key:\r\n {PASSWORD}\r\nHost: localhost"),
        ),
        (
            "quoted-printable",
            format!("<a href=3D\"x?password=3D{PASSWORD}\">"),
        ),
        (
            "quoted-printable, value",
            "password=3DMarble=2DFinch=2D208".to_owned(),
        ),
        ("entities", format!("password&#61;{PASSWORD}")),
        ("entities in hex", format!("password&#x3d;{PASSWORD}")),
        ("entities, colon", format!("password&#58; {PASSWORD}")),
        ("entities, named", format!("password&equals;{PASSWORD}")),
        (
            "entities around quotes",
            format!("&#34;password&#34;:&#34;{PASSWORD}&#34;"),
        ),
        (
            "entities around quotes in hex",
            format!("&#x22;password&#x22;:&#x22;{PASSWORD}&#x22;"),
        ),
        (
            "entities twice",
            format!("&amp;quot;password&amp;quot;:&amp;quot;{PASSWORD}&amp;quot;"),
        ),
        ("hex escapes", format!("password\\x3d{PASSWORD} x")),
        (
            "hex escapes around quotes",
            format!("{{\\x22password\\x22:\\x22{PASSWORD}\\x22}}"),
        ),
        ("octal escapes", format!("password\\075{PASSWORD} x")),
        ("unicode escapes", format!("password\\u003d{PASSWORD} x")),
        (
            "unicode escapes around quotes",
            format!("\"{{\\u0022password\\u0022:\\u0022{PASSWORD}\\u0022}}\""),
        ),
        (
            "unicode escapes twice",
            format!("\"{{\\\\u0022password\\\\u0022:\\\\u0022{PASSWORD}\\\\u0022}}\""),
        ),
        (
            "secret long before its name",
            format!(
                "{{\"value\":\"{PASSWORD}\",\"x\":\"{}\",\"name\":\"password\"}}",
                "y".repeat(6000)
            ),
        ),
        (
            "element cdata",
            format!("<password><![CDATA[{PASSWORD}]]></password>"),
        ),
        (
            "jwt in base64",
            b64(&format!(
                "{}.{}.{}",
                BASE64URL_NOPAD.encode(b"{\"alg\":\"HS256\"}"),
                BASE64URL_NOPAD.encode(format!("{{\"sub\":\"{PASSWORD}\"}}").as_bytes()),
                "c2lnbmF0dXJl"
            )),
        ),
    ];
    for depth in ["1", "2", "3", "4", "5", "6"] {
        deep = format!("{{\"m\": {}}}", json_string(&deep));
        out.push((
            Box::leak(format!("json in json, {depth}").into_boxed_str()),
            deep.clone(),
        ));
    }
    out
}

#[test]
fn a_password_is_gone_from_every_encoding() {
    let r = redactor(Level::Standard);
    let mut wrong = Vec::new();
    for (name, line) in lines() {
        let out = redact(&r, &line);
        if shows(&out, PASSWORD) {
            wrong.push(format!("{name}: left: {line}\n   {out}"));
        } else if redact(&r, &out) != out {
            wrong.push(format!(
                "{name}: not idempotent: {out}\n   {}",
                redact(&r, &out)
            ));
        } else if out.matches('\n').count() != line.matches('\n').count() {
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
