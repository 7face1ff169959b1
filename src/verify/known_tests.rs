//! Secrets of the run are found in every encoding, and their neighbours are not.
use super::{Known, scan_text};

fn found(known: &Known, text: &str) -> bool {
    let mut hit = false;
    scan_text(text.as_bytes(), Some(known), &[], &mut |h| {
        hit |= h.detector.id == "known-secret";
    });
    hit
}

fn set(values: &[&str]) -> Known {
    let mut known = Known::new([9; 32]);
    for v in values {
        known.insert(v.as_bytes());
    }
    known
}

const CORE: &str = "q7Vn0bK3wTzL";
const WORDS: &str = "Blue-Heron-4471!";

#[test]
fn a_secret_is_found_in_every_encoding() {
    for secret in [CORE, WORDS] {
        let known = set(&[secret]);
        let hex: String = secret.bytes().map(|b| format!("{b:02X}")).collect();
        let percent: String = secret.bytes().map(|b| format!("%{b:02x}")).collect();
        let twice = percent.replace('%', "%25");
        let unicode: String = secret.bytes().map(|b| format!("\\u00{b:02x}")).collect();
        let entities: String = secret.bytes().map(|b| format!("&#{b};")).collect();
        let quoted = secret.replace('!', "\\u0021");
        let mut texts = vec![
            secret.to_owned(),
            format!("x={secret}&y"),
            format!("\\n{secret}"),
            format!("%3D{secret}"),
            format!("%253D{secret}"),
            format!("-p{secret}"),
            format!("\"{secret}\""),
            format!("In hex: {hex}"),
            format!("In hex: 2D57{hex}"),
            hex.to_lowercase(),
            percent,
            twice,
            unicode,
            entities,
            quoted,
        ];
        for lead in [
            "",
            ":",
            "a:",
            "user:",
            "{\"some\": \"longer text\", \"x\":\"",
        ] {
            let plain = format!("{lead}{secret}");
            let base64 = data_encoding::BASE64.encode(plain.as_bytes());
            texts.push(format!("-W {base64} x"));
            texts.push(format!("Z{base64}"));
            texts.push(data_encoding::BASE64.encode(base64.as_bytes()));
            texts.push(data_encoding::BASE64URL_NOPAD.encode(plain.as_bytes()));
        }
        for text in texts {
            assert!(found(&known, &text), "{secret} in {text}");
        }
    }
}

#[test]
fn neighbours_and_parts_are_not_found() {
    let known = set(&[CORE, WORDS, "https://acme.example/production/receive?x=1"]);
    for text in [
        "q7Vn0bK3wTz",
        "q7Vn0bK3wTzLL",
        "Q7Vn0bK3wTzL",
        "Blue-Heron-4472!",
        "Blue-Heron",
        "production receive",
        "",
    ] {
        assert!(!found(&known, text), "{text}");
    }
}

#[test]
fn short_values_are_counted_and_doubles_are_not() {
    let known = set(&[
        "abc",
        "1234567",
        "a-b-c-d",
        CORE,
        CORE,
        &format!(" {CORE}\n"),
        "&%$!",
    ]);
    assert_eq!((known.len(), known.too_short()), (1, 4));
    assert!(!known.is_empty());
    assert!(Known::new([0; 32]).is_empty());
    assert_eq!(format!("{known:?}"), "Known(1 values)");
}

#[test]
fn many_values_are_searched_at_once() {
    let mut known = Known::new([3; 32]);
    for i in 0..50_000u32 {
        known.insert(format!("k{i:07}Zq").as_bytes());
    }
    assert_eq!(known.len(), 50_000);
    assert!(found(&known, "x k0049999Zq y"));
    assert!(!found(&known, "x k0050000Zq y"));
}

#[test]
fn a_value_is_known_as_a_secret_or_not() {
    let known = set(&["Zk81mQpLtR29", "Marble-Finch-Hill"]);
    for (value, secret) in [
        ("Zk81mQpLtR29", true),
        (" \"Zk81mQpLtR29\" ", true),
        ("Marble-Finch-Hill", true),
        ("Marble-Finch", false),
        ("10.1.2.3", false),
        ("", false),
    ] {
        assert_eq!(known.holds(value.as_bytes()), secret, "{value}");
    }
}

#[test]
fn a_word_is_found_whole_in_any_case_and_encoding() {
    let mut known = Known::new([9; 32]);
    for word in ["Red Nightfall", "kestrel", "田中太郎", "Żaneta"] {
        known.insert_word(word.as_bytes());
    }
    assert_eq!(known.len(), 4);
    let base64 = data_encoding::BASE64.encode(b"note: the red nightfall is near, tell nobody");
    for text in [
        "a RED nightfall.",
        "kestrel",
        r"x\nKestrel y",
        "%20kestrel",
        "red%20nightfall",
        "x 田中太郎, y",
        "żaneta",
        base64.as_str(),
    ] {
        assert!(found(&known, text), "{text}");
    }
    for text in [
        "kestrels",
        "_kestrel",
        "kestrel_",
        "mykestrel",
        "red nightfalls",
        "red-nightfall",
        "aneta",
        "~secret.kestrel.abcdefghijkl~",
        "",
    ] {
        assert!(!found(&known, text), "{text}");
    }
    assert!(known.holds(b" KESTREL ") && !known.holds(b"kestrels"));
    assert!(!format!("{known:?}").contains("kestrel"));
}

#[test]
fn a_name_is_found_as_a_whole_word_of_the_text_itself() {
    let mut known = Known::new([9; 32]);
    for name in ["xfer01", "edit-ws7", "Maria Lopez"] {
        known.insert_name(name.as_bytes());
    }
    assert!(!known.is_empty());
    assert_eq!(known.len(), 0, "no secret is searched for");
    let found = |text: &str| {
        let mut what = Vec::new();
        scan_text(text.as_bytes(), Some(&known), &[], &mut |hit| {
            what.push(hit.detector.id);
        });
        what == ["known-name"]
    };
    for text in [
        "at XFER01.",
        "/a/edit-ws7/b",
        r"x\nxfer01",
        "%2Fxfer01",
        "maria lopez said",
    ] {
        assert!(found(text), "{text}");
    }
    for text in [
        "xfer011",
        "xfer01_a",
        "edit-ws",
        "Maria and Lopez",
        "~host.bare.abcdefghijkl~",
    ] {
        assert!(!found(text), "{text}");
    }
}
