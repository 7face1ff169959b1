//! What looks random is told, what support reads is not, and the order of blocks does not count.
use super::*;
use crate::redact::rules::rules_tests::redactor;
use crate::redact::{Dialect, Level, Tally};

fn forms(text: &str) -> Vec<String> {
    let residue = redactor(Level::Standard).residue(&Redacted(text.as_bytes().to_vec()), 1);
    let rows = rank([("a.log", &residue)], 100).1;
    rows.into_iter()
        .map(|r| format!("{} {}", r.shape, r.reason.id()))
        .collect()
}

#[test]
fn random_strings_are_told_by_their_form() {
    for (text, wanted) in [
        ("note q7Vn0bK3wTzLq7Vn0bK3 end", "Aa9{20} unnamed"),
        ("x.q7Vn0bK3wTzLq7Vn0bK3wT", "Aa9{22} unnamed"),
        ("q7Vn0bK3-TzLq7Vn0_K3w", "Aa9-{21} unnamed"),
        ("job-q7Vn0bK3wTzLq7Vn0bK3w", "Aa9-{25} unnamed"),
        (
            "sum 9f86d081884c7d659a2feaa0c55ad015 ok",
            "hex{32} checksum",
        ),
        ("SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDH5Ez", "Aa9{31} public"),
        (
            "--tags64 eyJhc3BlcmEiOiB7Im5vZGUiOiB7fX19",
            "Aa9{32} opened",
        ),
        ("left-pad@1.3.0", "x(at)y no-mailbox"),
        ("qkxzrtpvwbnmkqxzrtpvwbnm", "a{24} unnamed"),
    ] {
        assert_eq!(forms(text), [wanted], "{text}");
    }
    let long = format!("x=\"{}\"", "aB3/dE6+gH9-".repeat(30).replace('-', "k"));
    assert_eq!(forms(&long).len(), 0, "slashes cut it into short pieces");
    let long = format!("x=\"{}/q7V\"", "q7Vn0bK3wTzL".repeat(8));
    assert_eq!(forms(&long), ["Aa9-{65+} unnamed"]);
}

#[test]
fn what_support_reads_is_not_told() {
    for text in [
        "66981d43-f6c8-41c4-a367-8be8f4d179e5",
        "xfer-66981d43-f6c8-41c4-a367-8be8f4d179e5-2",
        "2026-11-21T21-23-29-298002-0800",
        "12345678901234567890123",
        "minimum_password_length_of_users",
        "aspera-scp-transfer-2026-11-21",
        "AsperaTransferSessionManagerImpl",
        "getHttpGatewayConfigurationForNode",
        "CLIENT_AUTHENTICATION_FAILED_TWICE",
        "--------------------------------",
        "____________________",
        "aaaaaaaaaaaaaaaaaaaaaaaa",
        "00000000000000000000000a",
        "~secret.a-rather-long-label-here.abcdefghijkl~",
        "~jwt.abcdefghijkl.alg-RS256.iat-1700000000.exp-1700003600~",
        "~user.abcdefghijkl~@~host.bare.abcdefghijkl~",
        "q7Vn0bK3wTzLq7Vn0bK",
    ] {
        assert!(forms(text).is_empty(), "{text}: {:?}", forms(text));
    }
}

#[test]
fn every_run_is_found_wherever_it_begins() {
    for pad in 0..64 {
        for length in [19, 20, 21, 39, 40, 41] {
            let run: String = "q7Vn0bK3wTzL".chars().cycle().take(length).collect();
            let text = format!(
                "{}{run} {}",
                ". ".repeat(pad) + &"!".repeat(pad % 3),
                "a.".repeat(30)
            );
            let mut seen = Vec::new();
            runs(text.as_bytes(), |r| {
                seen.push(r.len());
                r.end
            });
            let wanted: &[usize] = if length < SHORTEST { &[] } else { &[length] };
            assert_eq!(seen, wanted, "{pad} {length}");
        }
    }
}

#[test]
fn blocks_and_their_order_do_not_count() {
    let r = redactor(Level::Standard);
    let lines: Vec<String> = (0..200)
        .map(|n| {
            let key: String = "q7Vn0bK3wTzLm"
                .chars()
                .cycle()
                .skip(n % 7)
                .take(20 + n % 9)
                .collect();
            format!("line {n} of it {key} 10.0.0.{n}\n")
        })
        .collect();
    let whole = lines.concat();
    let clean = r.block(whole.as_bytes(), Dialect::Log, &mut Tally::default());
    let wanted = r.residue(&clean, 1);
    assert!(!wanted.is_empty());
    for size in [1, 3, 50, 199] {
        let mut parts: Vec<Residue> = lines
            .chunks(size)
            .enumerate()
            .map(|(i, part)| {
                let clean = r.block(
                    part.concat().as_bytes(),
                    Dialect::Log,
                    &mut Tally::default(),
                );
                r.residue(&clean, (i * size) as u64 + 1)
            })
            .collect();
        parts.reverse();
        let mut sum = Residue::default();
        parts.iter().for_each(|part| sum.add(part));
        assert_eq!(sum, wanted, "{size}");
    }
    let two = [("b.log", &wanted), ("a.log", &wanted)];
    let mut turned = two;
    turned.reverse();
    assert_eq!(rank(two, 20), rank(turned, 20));
    assert!(rank(two, 5).1.iter().all(|s| s.entry == "a.log"));
    assert_eq!(rank(two, 5).1.len(), 5);
}

#[test]
fn the_rare_and_the_long_come_first() {
    let r = redactor(Level::Standard);
    let text = format!(
        "{}one q7Vn0bK3wTzLq7Vn0bK3wTzLq7Vn0bK3\n{}",
        "sum 9f86d081884c7d659a2feaa0c55ad015\n".repeat(100),
        "id q7Vn0bK3wTzLq7Vn0bK3\n".repeat(1000)
    );
    let residue = r.residue(&Redacted(text.into_bytes()), 1);
    let (random, rows) = rank([("a", &residue)], 20);
    assert_eq!(random, 1001);
    let shapes: Vec<(&str, u64, u64)> = rows
        .iter()
        .map(|r| (r.shape.as_str(), r.count, r.line))
        .collect();
    assert_eq!(
        shapes,
        [
            ("Aa9{32}", 1, 101),
            ("Aa9{20}", 1000, 102),
            ("hex{32}", 100, 1)
        ]
    );
}
