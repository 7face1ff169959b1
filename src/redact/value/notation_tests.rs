//! Each secret name in each notation that we could think of.
use crate::redact::rules::rules_tests::{redact, redactor};
use crate::redact::*;

/// Names whose values are secrets, as products spell them.
const SECRET_NAMES: &[&str] = &[
    "password",
    "remote_password",
    "remotePassword",
    "Password",
    "ASPERA_SCP_PASS",
    "ASPERA_SCP_FILEPASS",
    "ASPERA_PROXY_PASS",
    "ASPERA_SCP_TOKEN",
    "ssh_private_key_passphrase",
    "content_protection_password",
    "content_protection_passphrase",
    "content_protection_secret",
    "local-enc-pass",
    "remote-dec-pass",
    "token",
    "client_secret",
    "clientSecret",
    "secret",
    "secret_access_key",
    "AWS_SECRET_ACCESS_KEY",
    "access_token",
    "refresh_token",
    "id_token",
    "delegated_refresh_token",
    "url_token",
    "passcode",
    "apikey",
    "api_key",
    "X-Api-Key",
    "token_encryption_key",
    "encryption_key",
    "shared_access_signature",
    "private_key_id",
    "el_key",
    "code_verifier",
    "assertion",
    "iam_cookie",
    "aoc-registration-token",
    "node_password",
    "db.password",
    "ldapBindPassword",
    "_passwd",
];

/// Values as people and programs make them.
const VALUES: &[&str] = &[
    "Velvet-Otter-File-Pass-19",
    "Blue-Heron-4471!",
    "aB3dE6gH9jK2mN5p",
    "Qu4rtz/Fern+71",
];

/// Notations: K is the name, V the value.
const NOTATIONS: &[&str] = &[
    "2026-11-22 05:23:35.057 [a5c-afd8c5c0] LOG settings K=V next=1",
    "x K=\"V\" y",
    "x K='V' y",
    "K: V",
    "K: \"V\"",
    "  K: 'V'",
    "  - K: V",
    "K = V",
    "K = \"V\"",
    "K := V",
    "x (K=V)",
    "x [K: \"V\"]",
    "{\"K\":\"V\"}",
    "{ \"K\" : \"V\" , \"a\": 1 }",
    "{\"msg\":\"{\\\"K\\\":\\\"V\\\",\\\"a\\\":1}\"}",
    "{\"msg\":\"{\\\"K\\\": \\\"V\\\"}\"}",
    "{\"m\":\"a:\\\"{\\\\\\\"K\\\\\\\":\\\\\\\"V\\\\\\\",\\\\\\\"b\\\\\\\":2}\\\"\"}",
    "{\"m\":\"{\\\"n\\\":\\\"{\\\\\\\"o\\\\\\\":\\\\\\\"{\\\\\\\\\\\\\\\"K\\\\\\\\\\\\\\\":\\\\\\\\\\\\\\\"V\\\\\\\\\\\\\\\"}\\\\\\\"}\\\"}\"}",
    "{'K': 'V', 'a': 1}",
    "{u'K': u'V'}",
    "{\"K\"=>\"V\"}",
    "{:K=>\"V\"}",
    "<K>V</K>",
    "<K type=\"text\">V</K>",
    "<K>\n   V\n</K>",
    "<ns:K>V</ns:K>",
    "<K><![CDATA[V]]></K>",
    "<entry K=\"V\" a=\"1\"/>",
    "<entry K='V'/>",
    "<add key=\"K\" value=\"V\"/>",
    "<add value=\"V\" key=\"K\"/>",
    "<option><name>K</name><value>V</value></option>",
    "<option>\n  <name>K</name>\n  <value>V</value>\n</option>",
    "{\"name\":\"K\",\"value\":\"V\"}",
    "{\"value\":\"V\",\"name\":\"K\"}",
    "{\n  \"name\": \"K\",\n  \"value\": \"V\"\n}",
    "{\"headers\":[{\"key\":\"a\",\"value\":\"b\"},{\"key\":\"K\",\"value\":\"V\",\"type\":\"text\"}]}",
    "{\"m\":\"{\\\"key\\\":\\\"K\\\",\\\"value\\\":\\\"V\\\"}\"}",
    "- name: K\n  value: V",
    "- name: K\n  value: \"V\"",
    "export K=V",
    "export K=\"V\"",
    "declare -x K=\"V\"",
    "set K=V",
    "$env:K=\"V\"",
    "K=V ascp -q",
    "execute: A=1 K=V B=2 /opt/aspera/bin/ascp",
    "env[\"K\"] = \"V\"",
    "tool --K V -q",
    "tool --K=V -q",
    "tool --K=\"V\" -q",
    "tool --K \"V\" -q",
    "tool --K='V' -q",
    "[\"tool\",\"--K\",\"V\",\"-q\"]",
    "[\"tool\", \"--K=V\", \"-q\"]",
    "['tool', '--K', 'V']",
    "DBG Parameter 7: --K=V",
    "DBG Parameter 7: --K\nDBG Parameter 8: V",
    "2026-11-22 05:23:35.057 [a5c-afd8c5c0] DBG open_sess: K V",
    "FASPMGR 2\nType: SESSION\nK: V\nHost: 127.0.0.1\n",
    "GET /x?K=V&next=1 HTTP/1.1",
    "GET /x?a=1&K=V HTTP/1.1",
    "https://127.0.0.1/cb#K=V&state=1",
    "r=https%3A%2F%2F127.0.0.1%2F%3Fa%3D1%26K%3DV%26b%3D2",
    "user%5BK%5D=V&commit=1",
    "user[K]=V",
    "Parameters: {\"user\"=>{\"K\"=>\"V\"}, \"commit\"=>\"x\"}",
    "{\n  direction: send,\n  K: V,\n  paths_count: 1\n}",
    "{\n  direction: \"send\",\n  K: \"V\",\n  paths_count: 1\n}",
    "D, [2025-01-15T05:33:52.584700 #103512] DEBUG -- : opts: {K: \"V\", url: \"x\"}",
    "level=info K=V msg=\"ok\"",
    "&{Host:x K:V Port:1}",
    "transferSpec:{K:\"V\" a:1}",
    "    K    REG_SZ    V",
    "\"K\"=\"V\"",
    "curl -d 'a=1&K=V' http://127.0.0.1/",
    "curl -d '{\"K\":\"V\"}' http://127.0.0.1/",
    "curl -d \"{\\\"K\\\":\\\"V\\\"}\" http://127.0.0.1/",
    "> K: V",
    "* [HTTP/2] [1] [K: V]",
    "INSERT &lt;K&gt;V&lt;/K&gt;",
    "&quot;K&quot;:&quot;V&quot;",
    "%7B%22K%22%3A%22V%22%7D",
    "K\\=V x",
    "\u{1b}[32mK\u{1b}[0m=V",
];

/// Whether a pair of name and notation can occur.
fn sensible(name: &str, notation: &str, value: &str) -> bool {
    let dotted = name.contains('.') || name.starts_with('_') || name.contains('-');
    let xml = notation.contains("<K") || notation.contains("<ns:") || notation.contains("&lt;K");
    // A ruby symbol and the like cannot hold dashes; a slash or an exclamation mark is escaped in a URL.
    let url = notation.contains("%3D") || notation.contains("%22") || notation.contains('&');
    !(dotted && (xml || notation.contains(":K=>") || notation.contains("--K")))
        && !(url && value.contains(['/', '+', '!']))
}

#[test]
fn every_secret_name_is_found_in_every_notation() {
    let r = redactor(Level::Standard);
    let mut wrong = Vec::new();
    for notation in NOTATIONS {
        for name in SECRET_NAMES {
            for value in VALUES {
                if !sensible(name, notation, value) {
                    continue;
                }
                let text = notation.replace('K', "\u{1}").replace('V', value);
                let text = text.replace('\u{1}', name);
                let out = redact(&r, &text);
                if out.contains(value) {
                    wrong.push(format!("{notation:?} {name} {value}: {out:?}"));
                } else if redact(&r, &out) != out {
                    wrong.push(format!(
                        "not idempotent: {text:?}\n  {out:?}\n  {:?}",
                        redact(&r, &out)
                    ));
                } else if out.matches('\n').count() != text.matches('\n').count() {
                    wrong.push(format!("lines changed: {text:?}"));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_piece_of_a_long_document_is_redacted_as_in_the_whole() {
    let redactor = redactor(Level::Standard);
    let mut tally = Tally::default();
    let around = |context| Surroundings {
        context,
        ..Surroundings::default()
    };
    let text = br#""Zk81mQpLtR29","plain words here"],"other":["kept"]}"#;
    let out = redactor.piece(
        text,
        around(br#"{"access_token":["#),
        Dialect::Log,
        &mut tally,
    );
    let out = String::from_utf8_lossy(out.as_bytes()).into_owned();
    assert!(!out.contains("Zk81") && !out.contains("plain"), "{out}");
    assert!(out.ends_with(r#""],"other":["kept"]}"#), "{out}");
    let out = redactor.piece(
        text,
        around(br#"{"log":{"entries":["#),
        Dialect::Log,
        &mut tally,
    );
    assert_eq!(out.as_bytes(), text);
}
