//! Every way in which a pseudonym comes back from support is understood, and nothing else is touched.
use super::restorer::Restorer;
use crate::bundle::reversal_map::Map;

const MAP: &str = r#"{"format":"aoc-bundle-map","version":1,"bundle":"b.zip","key_id":"k","complete":true,"names":{
"~user.abcdefghijkl~":"mlopez",
"~host.ddddeeeeffff.hhhhiiiijjjj~":"node7.int.example.net",
"~ip4.private.nnnnoooo.ppppqqqqrrrr~":"10.1.2.3",
"~email.ddddeeeeffff.abcdefghijkl~":"mlopez@int.example.net",
"~person.evilevilevil~":"A\u001b[31mB\u202eC"}}"#;

fn map() -> Map {
    serde_json::from_str(MAP).unwrap()
}

/// The text restored in pieces of so many bytes; unknown ones, and secrets.
fn restored(text: &str, piece: usize) -> (String, Vec<String>, Vec<String>) {
    let map = map();
    let mut restorer = Restorer::new(&map);
    let (mut out, mut held) = (Vec::new(), Vec::new());
    for chunk in text.as_bytes().chunks(piece) {
        held.extend_from_slice(chunk);
        let kept = restorer.restore(&held, false, &mut out).unwrap();
        assert!(kept < 400, "little is held back: {kept}");
        held.drain(..held.len() - kept);
    }
    assert_eq!(restorer.restore(&held, true, &mut out).unwrap(), 0);
    let listed = |list: &std::collections::BTreeMap<String, super::restorer::Met>| {
        let line = |(name, met): (&String, &super::restorer::Met)| {
            format!(
                "{name} {}x {}",
                met.times,
                met.hint.as_deref().unwrap_or("-")
            )
        };
        list.iter().map(line).collect::<Vec<_>>()
    };
    (
        String::from_utf8(out).unwrap(),
        listed(&restorer.unknown),
        listed(&restorer.secrets),
    )
}

#[track_caller]
fn gives(text: &str, expected: &str) {
    for piece in [1, 7, 4096] {
        let (out, unknown, secrets) = restored(text, piece);
        assert_eq!(out, expected, "in pieces of {piece}");
        assert!(
            unknown.is_empty() && secrets.is_empty(),
            "{unknown:?} {secrets:?}"
        );
    }
}

#[test]
fn pseudonyms_are_found_in_every_form_that_they_come_back_in() {
    for (text, expected) in [
        ("user ~user.abcdefghijkl~ on", "user mlopez on"),
        ("~user.abcdefghijkl~", "mlopez"),
        ("~user.abcdefghijkl~~user.abcdefghijkl~\n", "mlopezmlopez\n"),
        ("a~~user.abcdefghijkl~", "a~mlopez"),
        ("~USER.ABCDEFGHIJKL~ failed", "mlopez failed"),
        ("u=%7Euser.abcdefghijkl%7e&x", "u=mlopez&x"),
        ("&#126;user.abcdefghijkl&#126;", "mlopez"),
        (r"\~user.abcdefghijkl\~", "mlopez"),
        ("user.abcdefghijkl.", "mlopez."),
        (
            "(host.ddddeeeeffff.hhhhiiiijjjj), ok",
            "(node7.int.example.net), ok",
        ),
        (
            "https://~host.ddddeeeeffff.hhhhiiiijjjj~:9092/",
            "https://node7.int.example.net:9092/",
        ),
        ("~ip4.private.nnnn\noooo.ppppqqqqrrrr~ is", "10.1.2.3\n is"),
        (
            "> ~ip4.private.nnnnoooo.\r\n> ppppqqqqrrrr~ is",
            "> 10.1.2.3\r\n>  is",
        ),
        (
            "~host.ddddeeeeffff.hhhh=\r\niiiijjjj~.",
            "node7.int.example.net=\r\n.",
        ),
        ("~person.evilevilevil~", "A\\u{1b}[31mB\\u{202e}C"),
    ] {
        gives(text, expected);
    }
}

#[test]
fn what_is_no_pseudonym_stays_byte_for_byte() {
    for text in [
        "",
        "\n\n",
        "~",
        "~~ ~5 ~user ~/x ~user.x~ a~b",
        "~user.abcdefghijkl",
        "~user.abcdefghijkl\n",
        "user.zzzzzzzzzzzz and xuser.abcdefghijkl",
        "user.abcdefghijkl2",
        "50%7 &#12 \\",
        "ends with %7",
        "~user.\n\nabcdefghijkl~",
        "no line end ~user.abc",
        "\u{1b}[31m f\u{fc}r",
    ] {
        gives(text, text);
    }
    gives(&"x".repeat(5000), &"x".repeat(5000));
    gives(
        &format!("~{}~", "a.".repeat(500)),
        &format!("~{}~", "a.".repeat(500)),
    );
}

#[test]
fn unknown_ones_are_told_with_what_their_parts_say_and_secrets_as_such() {
    let text = "~user.zzzzzzzzzzzz~ ~user.zzzzzzzzzzzz~ ~host.ddddeeeeffff.zzzzzzzzzzzz~ \
        ~host.bare.hhhhiiiijjjj~ ~ip4.private.nnnnoooo.zzzzzzzzzzzz~ \
        ~secret.basic.abcdefghijkl.zzzzzzzzzzzz~ ~JWT.zzzzzzzzzzzz.alg-RS256~";
    let (out, unknown, secrets) = restored(text, 4096);
    assert_eq!(out, text);
    assert_eq!(
        unknown,
        [
            "~host.bare.hhhhiiiijjjj~ 1x named like node7.int.example.net",
            "~host.ddddeeeeffff.zzzzzzzzzzzz~ 1x in domain int.example.net",
            "~ip4.private.nnnnoooo.zzzzzzzzzzzz~ 1x in network 10.1.2.0/24",
            "~user.zzzzzzzzzzzz~ 2x -",
        ]
    );
    assert_eq!(
        secrets,
        [
            "~jwt.zzzzzzzzzzzz.alg-rs256~ 1x -",
            "~secret.basic.abcdefghijkl.zzzzzzzzzzzz~ 1x of user mlopez",
        ]
    );
}
