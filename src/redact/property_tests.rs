//! Laws that hold for every text, tried on texts made of the pieces that matter.
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::Value;

use super::rules::rules_tests::redactor;
use super::*;

/// Pieces of evidence: names, values, delimiters, escapes, encodings, broken ones too.
const FRAGMENTS: &[&[u8]] = &[
    b"password",
    b"token",
    b"secret",
    b"name",
    b"value",
    b"cookie",
    b"user",
    b"host",
    b"email",
    b"authorization",
    b"access_key",
    b"docroot",
    b"metadata",
    b"cookies",
    b"code",
    b"Velvet-Otter-19",
    b"Zk81mQpLtR29xYwVb",
    b"maria.lopez@acme.example",
    b"10.77.0.5",
    b"fd77::5",
    b"xfer01.acme.example",
    b"ATM2_ACsAAEXAMPLEq7Vn0bK3wTzL9",
    b"AKIAIOSFODNN7EXAMPLE",
    b"Bearer ",
    b"Basic ",
    b"dXNlcjpodW50ZXIy",
    b"eyJhbGciOiJSUzI1NiJ9",
    b"eyJhIjoxfQ==",
    b"TWFyaWEgTG9wZXo=",
    b"-----BEGIN RSA PRIVATE KEY-----\n",
    b"MIIEpAIBAAKCAQEAexamplekeymaterialNotReal0000",
    b"DBG In hex: ",
    b"41544D325F",
    b"DBG Parameter 4: ",
    b"-W",
    b"-u",
    b"https://",
    b"s3://",
    b"/home/",
    b"C:\\Users\\",
    b"<password>",
    b"</password>",
    b"<![CDATA[",
    b"]]>",
    b"<a name=\"token\">",
    b"&quot;",
    b"%22",
    b"%3D",
    b"%40",
    b"=",
    b":",
    b": ",
    b"\"",
    b"\"",
    b"'",
    b"\\",
    b"\\\"",
    b"\\\\\\\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b" ",
    b" ",
    b"\n",
    b"\r\n",
    b"\\n",
    b"\\u00e9",
    b"\xc3\xab",
    b"\xff\xfe",
    b"\x00",
    b"@",
    b"/",
    b"-",
    b"--",
    b"~",
    b"~user.",
    b"~user.abcdefghijkl~",
    b"~secret.password.abcdefghijkl~",
    b"<",
    b">",
    b"/>",
    b"&",
    b";",
    b".",
    b"1",
    b"true",
    b"null",
    b"Set-Cookie: sid=abc",
];

/// Values and names do not touch: something that ends a word stands between them.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let ends: &[&[u8]] = &[
        b" ", b"\"", b"'", b"\n", b", ", b"=", b": ", b"&", b";", b"\\\"", b"\":\"",
    ];
    // A header's value goes on to the end of its line, whatever stands there; half a tag is no document.
    let fragments: Vec<&[u8]> = FRAGMENTS
        .iter()
        .copied()
        .filter(|f| !f.starts_with(b"Set-Cookie") && !f.starts_with(b"<") && !f.ends_with(b">"))
        .collect();
    let piece = (
        prop::sample::select(fragments),
        prop::sample::select(ends.to_vec()),
    );
    prop::collection::vec(piece, 0..30).prop_map(|parts| {
        let mut out = Vec::new();
        for (fragment, end) in parts {
            out.extend_from_slice(fragment);
            if fragment.last().is_some_and(u8::is_ascii_alphanumeric) {
                out.extend_from_slice(end);
            }
        }
        out
    })
}

/// Scalars as they stand in documents.
fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word().prop_map(Value::from),
        word().prop_map(Value::from),
    ]
}

/// Strings of a document: made of the fragments that are text.
fn word() -> impl Strategy<Value = String> {
    let texts: Vec<&'static str> = FRAGMENTS
        .iter()
        .filter_map(|f| std::str::from_utf8(f).ok())
        .collect();
    prop::collection::vec(prop::sample::select(texts), 0..5).prop_map(|parts| {
        let mut out = String::new();
        for part in parts {
            out.push_str(part);
            if part.ends_with(|c: char| c.is_ascii_alphanumeric()) {
                out.push(' ');
            }
        }
        out
    })
}

fn key() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "password",
        "token",
        "a",
        "name",
        "value",
        "cookie",
        "cookies",
        "email",
        "metadata",
        "authorization",
        "remote_host",
        "key",
        "client_secret",
        "data",
        "storage_credentials",
        "id",
        "text",
        "docroot",
    ])
    .prop_map(str::to_owned)
}

fn json() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::vec((key(), inner), 0..5)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            json_in_string(),
        ]
    })
}

/// A document inside a string.
fn json_in_string() -> impl Strategy<Value = Value> {
    (key(), scalar()).prop_map(|(k, v)| Value::from(serde_json::json!({ k: v }).to_string()))
}

/// Same keys, same lengths, same types, but that a scalar may have become a string.
fn same_shape(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .zip(b)
                    .all(|((ka, va), (kb, vb))| ka == kb && same_shape(va, vb))
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_shape(a, b))
        }
        (Value::Object(_) | Value::Array(_), _) | (_, Value::Object(_) | Value::Array(_)) => false,
        (_, Value::String(_)) => true,
        (a, b) => a == b,
    }
}

/// The names of the elements and the number of attributes of a document, or `None` if it is not whole.
fn outline(text: &[u8]) -> Option<Vec<String>> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_reader(text);
    let mut out = Vec::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(e) | Event::Empty(e) => {
                let mut names = e.name().as_ref().to_owned();
                for attribute in e.attributes() {
                    names.push(' ');
                    names.push_str(attribute.ok()?.key.as_ref());
                }
                out.push(names);
            }
            Event::End(e) => out.push(format!("/{}", e.name().as_ref())),
            Event::Eof => return Some(out),
            _ => {}
        }
    }
}

fn xml() -> impl Strategy<Value = String> {
    let leaf = word().prop_map(|w| quick_xml::escape::escape(&w).into_owned());
    leaf.prop_recursive(4, 24, 4, |inner| {
        let name = prop::sample::select(vec![
            "password",
            "token",
            "a",
            "name",
            "value",
            "user",
            "absolute",
            "server_name",
            "option",
        ]);
        // A writer of XML does not break the lines of an attribute.
        let attribute = word().prop_map(|w| w.replace(['\n', '\r'], " "));
        (name, attribute, prop::collection::vec(inner, 0..4)).prop_map(
            |(name, attribute, parts)| {
                let attribute = quick_xml::escape::escape(&attribute).into_owned();
                format!(
                    "<{name} key=\"{attribute}\" secret=\"{attribute}\">{}</{name}>",
                    parts.concat()
                )
            },
        )
    })
    .prop_map(|inner| format!("<r>{inner}</r>"))
}

fn run(text: &[u8]) -> Vec<u8> {
    redactor_once()
        .block(text, Dialect::Log, &mut Tally::default())
        .into_bytes()
}

fn redactor_once() -> &'static Redactor {
    static ONE: std::sync::LazyLock<Redactor> =
        std::sync::LazyLock::new(|| redactor(Level::Standard));
    &ONE
}

fn show(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        // The same cases on every machine; another seed is a way to look for more.
        rng_seed: RngSeed::Fixed(7),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(3000))]

    #[test]
    fn twice_is_once_and_lines_are_kept(text in text()) {
        let out = run(&text);
        let count = |t: &[u8]| memchr::memchr_iter(b'\n', t).count();
        prop_assert_eq!(count(&text), count(&out), "{}", show(&text));
        let again = run(&out);
        prop_assert_eq!(show(&again), show(&out), "from {:?}", show(&text));
    }

    #[test]
    fn json_stays_json(doc in json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&doc) } else { serde_json::to_string(&doc) }.unwrap();
        let out = run(text.as_bytes());
        let after: Result<Value, _> = serde_json::from_slice(&out);
        prop_assert!(after.is_ok(), "{}\n{}", text, show(&out));
        prop_assert!(same_shape(&doc, &after.unwrap()), "{}\n{}", text, show(&out));
        prop_assert_eq!(show(&run(&out)), show(&out), "from {}", text);
    }

    #[test]
    fn xml_stays_xml(doc in xml()) {
        let before = outline(doc.as_bytes());
        prop_assume!(before.is_some());
        let out = run(doc.as_bytes());
        prop_assert_eq!(before, outline(&out), "{}\n{}", doc, show(&out));
        prop_assert_eq!(show(&run(&out)), show(&out), "from {}", doc);
    }

    #[test]
    fn a_planted_secret_is_gone(
        before in json(),
        after in json(),
        name in prop::sample::select(vec!["password", "client_secret", "accessToken", "ASPERA_SCP_PASS"]),
        secret in "[A-Za-z0-9][A-Za-z0-9!@#$%^&*_+./-]{10,30}[A-Za-z0-9]",
        depth in 0usize..4,
    ) {
        let mut doc = serde_json::json!([before, { name: secret }, after]);
        for _ in 0..depth {
            doc = serde_json::json!({ "m": doc.to_string(), "n": 1 });
        }
        let out = show(&run(doc.to_string().as_bytes()));
        prop_assert!(!out.contains(&secret), "{}\n{}", doc, out);
    }
}
