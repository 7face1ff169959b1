//! Every format cut at every place and damaged at every byte: never a panic, never a lost line, and a secret whose
//! name is still there is still cut.
use super::nested::nested_tests::{PASSWORD, lines, shows};
use super::rules::rules_tests::{redact, redactor};
use super::secret::pem_tests::keys;
use super::*;

fn count(text: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', text).count()
}

#[test]
fn a_text_that_was_cut_off_still_loses_its_secret() {
    let r = redactor(Level::Standard);
    let mut wrong = Vec::new();
    for (name, line) in lines() {
        // A body of a HAR that ends before its encoding is told is a word like any other.
        if line.len() > 4000 || !line.is_ascii() || name == "har base64" {
            continue;
        }
        for cut in 0..line.len() {
            let head = &line[..cut];
            let out = redact(&r, head);
            assert_eq!(count(head.as_bytes()), count(out.as_bytes()), "{head}");
            if shows(&out, PASSWORD) {
                wrong.push(format!("{name}: {head}\n   {out}"));
                break;
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
fn no_damage_is_a_panic_or_loses_a_line() {
    let r = redactor(Level::Strict);
    let mut texts: Vec<String> = lines().into_iter().map(|(_, line)| line).collect();
    texts.extend(keys().into_iter().map(|(_, text)| text));
    for text in texts.iter().filter(|t| t.len() < 2000) {
        for (step, bad) in [
            (3, b'"'),
            (5, b'\\'),
            (7, b'%'),
            (11, 0xff),
            (13, b'\n'),
            (17, b'{'),
            (19, b'='),
        ] {
            for at in (0..text.len()).step_by(step) {
                let mut bytes = text.clone().into_bytes();
                bytes[at] = bad;
                let out = r.block(&bytes, Dialect::Log, &mut Tally::default());
                assert_eq!(
                    count(&bytes),
                    count(out.as_bytes()),
                    "{}",
                    String::from_utf8_lossy(&bytes)
                );
            }
            let tail = &text.as_bytes()[text.len() / step..];
            let out = r.block(tail, Dialect::Config, &mut Tally::default());
            assert_eq!(count(tail), count(out.as_bytes()));
        }
    }
}

#[test]
fn what_goes_too_deep_or_grows_too_far_is_withheld() {
    use data_encoding::BASE64;
    use std::io::Write;
    let r = redactor(Level::Standard);
    let mut deep = format!("{{\"password\":\"{PASSWORD}\"}}");
    for _ in 0..8 {
        deep = format!("{{\"a\":\"{}\"}}", BASE64.encode(deep.as_bytes()));
    }
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gz.write_all(format!("{{\"password\":\"{PASSWORD}\"}}").as_bytes())
        .unwrap();
    gz.write_all(&vec![b' '; 16 << 20]).unwrap();
    let bomb = format!("x={}", BASE64.encode(&gz.finish().unwrap()));
    let mut signs = format!("q=password%3D{PASSWORD}");
    for _ in 0..7 {
        signs = signs.replace('%', "%25");
    }
    for text in [deep, bomb, signs] {
        let mut tally = Tally::default();
        let out = r.block(text.as_bytes(), Dialect::Log, &mut tally);
        let rule = r.rules().id("nested-limit");
        assert!(
            tally.by_rule().contains_key(&rule),
            "{}",
            String::from_utf8_lossy(out.as_bytes())
        );
        assert!(!shows(&String::from_utf8_lossy(out.as_bytes()), PASSWORD));
        let again = r.block(out.as_bytes(), Dialect::Log, &mut Tally::default());
        assert!(again == out);
    }
}

#[test]
fn ten_megabytes_in_base64_take_their_length() {
    let r = redactor(Level::Standard);
    let row = format!("{{\"a\":1,\"password\":\"{PASSWORD}\",\"b\":\"some text\"}},");
    let time = |rows: usize| {
        let text = data_encoding::BASE64.encode(format!("[{}1]", row.repeat(rows)).as_bytes());
        let start = std::time::Instant::now();
        let out = r.block(text.as_bytes(), Dialect::Log, &mut Tally::default());
        assert!(!shows(
            &String::from_utf8_lossy(&out.as_bytes()[..4000]),
            PASSWORD
        ));
        start.elapsed().as_secs_f64()
    };
    let (small, large) = (time(20_000).max(0.01), time(160_000));
    assert!(large < small * 8.0 * 4.0, "{small} {large}");
}
