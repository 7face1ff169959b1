//! Blocks of every kind: nothing lost, nothing torn, numbers right, memory bounded.
use proptest::prelude::*;

use super::*;
use crate::text::block::line_ends::count_newlines;
use crate::text::decode::decoded::tests::Drip;

fn limits(block: usize, longest_line: usize, group: usize) -> Limits {
    Limits {
        block,
        longest_line,
        group,
    }
}

fn all(text: &[u8], piece: usize, cut: CutAt, limits: &Limits) -> (Vec<Block>, Option<TextError>) {
    let drip = Drip {
        rest: text,
        piece,
        end: None,
    };
    let mut reader = BlockReader::new(drip, cut, limits.clone());
    let mut blocks = Vec::new();
    loop {
        match reader.next(b"old".to_vec()) {
            Ok(Some(block)) => {
                assert_eq!(block.number, blocks.len() as u64);
                assert!(!block.bytes.is_empty());
                blocks.push(block);
            }
            Ok(None) => {
                assert_eq!(reader.bytes_so_far(), text.len() as u64);
                let ends = reader.line_ends();
                let closed = match ends {
                    LineEnds::Lf => text.is_empty() || text.ends_with(b"\n"),
                    LineEnds::Cr => text.ends_with(b"\n") || text.ends_with(b"\r"),
                };
                let open = !closed;
                let going: Vec<bool> = blocks.iter().map(|b| b.goes_on).collect();
                assert!(!going.last().is_some_and(|goes_on| *goes_on), "{going:?}");
                assert_eq!(reader.lines_so_far(), ends.count(text) + u64::from(open));
                return (blocks, None);
            }
            Err(error) => {
                assert_eq!(reader.next(Vec::new()), Err(error.clone()));
                return (blocks, Some(error));
            }
        }
    }
}

fn whole(blocks: &[Block]) -> Vec<u8> {
    blocks
        .iter()
        .flat_map(|block| block.bytes.clone())
        .collect()
}

fn texts(blocks: &[Block]) -> Vec<String> {
    blocks
        .iter()
        .map(|block| String::from_utf8_lossy(&block.bytes).into_owned())
        .collect()
}

fn check_numbers(blocks: &[Block], ends: LineEnds) {
    let mut lines = 1;
    for block in blocks {
        assert_eq!(block.first_line, lines);
        lines += ends.count(&block.bytes);
    }
}

#[test]
fn nothing_gives_no_block() {
    for cut in [CutAt::Lines, CutAt::Json, CutAt::Whole] {
        assert_eq!(all(b"", 1, cut, &Limits::default()), (vec![], None));
    }
}

#[test]
fn lines_are_cut_after_their_ends() {
    let text = b"one\r\ntwo\r\nthree\r\nlast";
    let (blocks, error) = all(text, 2, CutAt::Lines, &limits(12, 100, 12));
    assert_eq!(error, None);
    assert_eq!(texts(&blocks), ["one\r\ntwo\r\n", "three\r\nlast"]);
    assert_eq!(blocks[1].first_line, 3);
}

#[test]
fn old_mac_lines_are_cut_after_returns() {
    let text = b"one\rtwo\rthree\rlast\r";
    let (blocks, _) = all(text, 3, CutAt::Lines, &limits(9, 100, 9));
    assert_eq!(texts(&blocks), ["one\rtwo\r", "three\r", "last\r"]);
    assert_eq!(blocks[2].first_line, 4);
}

#[test]
fn a_key_is_not_torn() {
    let body = "MIIEpAIBAAKCAQEA1c7+9z5Pad7OejecsQ0buE2Uu3uX2aVdb8nZ4hZ0bSgqXwEZ\n".repeat(6);
    let key = format!("-----BEGIN RSA PRIVATE KEY-----\n{body}-----END RSA PRIVATE KEY-----\n");
    let log = "2026-11-22 10:00:00 LOG nothing special\n";
    let text = format!("{}{key}{}", log.repeat(4), log.repeat(9));
    for block in 100..700 {
        let (blocks, _) = all(
            text.as_bytes(),
            64,
            CutAt::Lines,
            &limits(block, 9999, 9999),
        );
        assert_eq!(whole(&blocks), text.as_bytes());
        let holders = texts(&blocks)
            .iter()
            .filter(|t| t.contains("MIIE") || t.contains("KEY"))
            .count();
        assert_eq!(holders, 1, "block {block}");
        assert!(texts(&blocks).iter().any(|t| t.contains(&key)));
    }
    // Beyond the limit of a group it is torn; a block of the group's size comes out.
    let (blocks, _) = all(key.as_bytes(), 64, CutAt::Lines, &limits(64, 9999, 200));
    assert!(blocks.len() > 1 && blocks.iter().all(|block| block.bytes.len() <= 200));
}

#[test]
fn a_key_without_end_does_not_hold_back_the_log() {
    let log = "2026-11-22 10:00:00 LOG nothing special here\n".repeat(50);
    let text = format!("-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n{log}");
    let (blocks, _) = all(text.as_bytes(), 64, CutAt::Lines, &limits(300, 9999, 9999));
    assert!(blocks.len() > 6);
    assert!(blocks.iter().all(|block| block.bytes.len() <= 300));
}

#[test]
fn an_argument_dump_is_not_torn() {
    let log = include_bytes!("../../../tests/samples/g02-token-atm-argument-debug/client.messages");
    for block in [500, 1000, 3000, 10_000] {
        let (blocks, _) = all(log, 9999, CutAt::Lines, &limits(block, 99_999, 99_999));
        assert_eq!(whole(&blocks), log);
        for text in texts(&blocks) {
            let last = text.lines().last().unwrap();
            let next_first = last.contains("DBG Parameter ");
            assert!(!next_first, "a parameter without its hexadecimal copy");
        }
    }
}

#[test]
fn a_long_line_is_withheld_with_its_end_kept() {
    for end in ["\n", "\r\n", ""] {
        for length in [21, 22, 40, 5000, 700_000] {
            let rest = if end.is_empty() { "" } else { "after\n" };
            let text = format!("before{0}{1}{end}{rest}", "\r\n", "x".repeat(length));
            let (blocks, error) = all(text.as_bytes(), 1000, CutAt::Lines, &limits(10, 20, 30));
            assert_eq!(error, None);
            let note = format!(
                "[aoc-bundle: a line of {length} bytes was withheld, longer than the limit of 20 bytes]"
            );
            let wanted = format!("before\r\n{note}{end}{rest}");
            assert_eq!(String::from_utf8(whole(&blocks)).unwrap(), wanted);
            let held: Vec<_> = blocks.iter().flat_map(|block| block.held.clone()).collect();
            assert_eq!(
                held,
                [Held {
                    line: 2,
                    bytes: length as u64,
                    what: Withheld::Line
                }]
            );
            check_numbers(&blocks, LineEnds::Lf);
        }
    }
    let exact = format!("{}\r\n", "x".repeat(20));
    let (blocks, _) = all(exact.as_bytes(), 7, CutAt::Lines, &limits(10, 20, 30));
    assert_eq!(whole(&blocks), exact.as_bytes());
}

#[test]
fn a_giant_line_is_not_held_in_memory() {
    let giant = Read::chain(
        Read::take(std::io::repeat(b'x'), 300 << 20),
        &b"\nafter\n"[..],
    );
    let mut reader = BlockReader::new(giant, CutAt::Lines, Limits::default());
    let block = reader.next(Vec::new()).unwrap().unwrap();
    assert_eq!(
        block.held,
        [Held {
            line: 1,
            bytes: 300 << 20,
            what: Withheld::Line
        }]
    );
    assert!(reader.buffer.capacity() < 20 << 20);
    assert_eq!(reader.next(block.bytes).unwrap().unwrap().bytes, b"after\n");
}

#[test]
fn json_is_cut_between_entries() {
    let entry = r#"{"request":{"url":"a,b\"]","headers":[{"name":"x","value":"y"}]},"t":1}"#;
    let entries = vec![entry; 50].join(",");
    let text = format!(r#"{{"log":{{"version":"1.2","entries":[{entries}]}}}}"#);
    let (blocks, error) = all(text.as_bytes(), 99, CutAt::Json, &limits(500, 5000, 1));
    assert_eq!((whole(&blocks), error), (text.clone().into_bytes(), None));
    assert!(blocks.len() > 5);
    for text in texts(&blocks).iter().skip(1) {
        assert!(text.starts_with(r#"{"request""#), "{text}");
    }
    // A block that is smaller than an entry reaches to the end of the entry.
    let (blocks, _) = all(text.as_bytes(), 99, CutAt::Json, &limits(40, 5000, 1));
    assert!(
        texts(&blocks)
            .iter()
            .skip(2)
            .all(|t| t.starts_with(r#"{"request""#))
    );
    // If that is too long, the shallowest comma is taken.
    let (blocks, error) = all(text.as_bytes(), 99, CutAt::Json, &limits(10, 60, 1));
    assert_eq!((whole(&blocks), error), (text.into_bytes(), None));
}

#[test]
fn json_without_a_comma_in_reach_is_refused() {
    let text = format!("{{\"a\":1,\n\"b\":\"{}\",\"c\":2}}", "x,".repeat(500));
    let (blocks, error) = all(text.as_bytes(), 99, CutAt::Json, &limits(50, 200, 1));
    assert_eq!(texts(&blocks), ["{\"a\":1,"]);
    assert_eq!(
        error,
        Some(TextError::Unsplittable {
            line: 1,
            limit: 200
        })
    );
    let (blocks, error) = all(text.as_bytes(), 99, CutAt::Json, &limits(50, 2000, 1));
    assert_eq!((whole(&blocks), error), (text.into_bytes(), None));
}

#[test]
fn truncated_and_wrapped_json_and_no_json_at_all() {
    for text in [
        "callback({\"a\":[1,2,3],\"b\":[4,5,6],\"c\":{\"d\":1}});".to_owned(),
        ")]}',\n{\"a\":[1,2,3],\"b\":[4,5,6],\"c".to_owned(),
        "{\"a\":1,\"b\":2}\n".repeat(9),
        "<html>\n".repeat(30),
    ] {
        let (blocks, error) = all(text.as_bytes(), 9, CutAt::Json, &limits(16, 60, 1));
        assert_eq!((texts(&blocks).concat(), error), (text, None));
        assert!(blocks.len() > 2);
    }
}

#[test]
fn whole_is_one_block_or_lines() {
    let text = b"<a>\n<b/>\n</a>\n".repeat(10);
    let (blocks, _) = all(&text, 9, CutAt::Whole, &limits(20, 140, 20));
    assert_eq!(blocks.len(), 1);
    let (blocks, _) = all(&text, 9, CutAt::Whole, &limits(20, 139, 20));
    assert!(blocks.len() > 1);
    assert_eq!(whole(&blocks), text);
}

#[test]
fn what_was_read_comes_before_the_error() {
    for cut in [CutAt::Lines, CutAt::Json, CutAt::Whole] {
        let drip = Drip {
            rest: b"{1,\n2,\n3",
            piece: 2,
            end: Some(std::io::ErrorKind::TimedOut),
        };
        let mut reader = BlockReader::new(drip, cut, Limits::default());
        assert_eq!(
            reader.next(Vec::new()).unwrap().unwrap().bytes,
            b"{1,\n2,\n3"
        );
        for _ in 0..2 {
            let error = reader.next(Vec::new()).unwrap_err();
            assert_eq!(error, TextError::Io(std::io::ErrorKind::TimedOut));
        }
        assert_eq!(reader.lines_so_far(), 3);
    }
}

#[test]
fn an_error_of_the_reader_keeps_its_kind() {
    let broken = TextError::Damaged {
        what: "gzip",
        offset: 3,
    };
    struct Fails(TextError);
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(self.0.clone().into())
        }
    }
    let mut reader = BlockReader::new(Fails(broken.clone()), CutAt::Lines, Limits::default());
    assert_eq!(reader.next(Vec::new()), Err(broken));
}

fn pieces() -> impl Strategy<Value = Vec<u8>> {
    const PARTS: &[&str] = &[
        "\n",
        "\r\n",
        "\r",
        "x",
        "word ",
        "\"",
        "\\",
        ",",
        "{",
        "[",
        "]",
        "}",
        "\0",
        "é",
        "-----BEGIN KEY-----\n",
        "-----END KEY-----\n",
        "MIIEpAIBAAKCAQEA\n",
        "P DBG Parameter 1: a\n",
        "P DBG In hex: 61\n",
        "a longer piece of text",
    ];
    proptest::collection::vec(proptest::sample::select(PARTS), 0..80)
        .prop_map(|parts| parts.concat().into_bytes())
}

proptest! {
    #[test]
    fn blocks_add_up_to_the_text(
        text in pieces(),
        piece in 1_usize..40,
        block in 1_usize..200,
        group in 1_usize..400,
        kind in 0..3,
    ) {
        let cut = [CutAt::Lines, CutAt::Json, CutAt::Whole][kind as usize];
        let limits = limits(block, 4000, group);
        let (blocks, error) = all(&text, piece, cut, &limits);
        prop_assert_eq!(error, None);
        prop_assert_eq!(whole(&blocks), text.clone());
        let json = cut == CutAt::Json;
        let ends = if json && blocks.len() < 2 { LineEnds::Lf } else { LineEnds::sniff(&text) };
        if !json {
            check_numbers(&blocks, ends);
            for block in blocks.iter().rev().skip(1) {
                prop_assert!(matches!(block.bytes.last(), Some(b'\n' | b'\r')));
            }
        }
        let (again, _) = all(&text, usize::MAX, cut, &limits);
        prop_assert_eq!(blocks, again);
    }

    #[test]
    fn withholding_keeps_the_number_of_lines(
        text in pieces(),
        piece in 1_usize..40,
        block in 1_usize..60,
        longest in 1_usize..40,
        group in 1_usize..100,
    ) {
        let limits = limits(block, longest, group);
        let (blocks, error) = all(&text, piece, CutAt::Lines, &limits);
        prop_assert_eq!(error, None);
        let ends = LineEnds::sniff(&text);
        prop_assert_eq!(ends.count(&whole(&blocks)), ends.count(&text));
        if ends == LineEnds::Lf {
            prop_assert_eq!(count_newlines(&whole(&blocks)), count_newlines(&text));
            let lines = text.split(|&byte| byte == b'\n');
            let long: Vec<&[u8]> = lines
                .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
                .filter(|line| line.len() > longest)
                .collect();
            // What has a bracket or a return may come in pieces, the last of which may still be withheld.
            let whole = long.iter().filter(|l| !l.iter().any(|b| b"[{\r".contains(b))).count();
            let held = blocks.iter().map(|b| b.held.len()).sum::<usize>();
            // At the very end a lone return counts as part of the line or of its end.
            prop_assert!((whole..=long.len()).contains(&held), "{held} of {}", long.len());
        }
        check_numbers(&blocks, ends);
        let (again, _) = all(&text, usize::MAX, CutAt::Lines, &limits);
        prop_assert_eq!(blocks, again);
    }
}

#[test]
fn a_long_line_of_json_comes_in_pieces_with_their_context() {
    let items: Vec<String> = (0..50).map(|i| format!("\"secret-{i:04}\"")).collect();
    let text = format!(
        "first\n12:00 POST {{\"a\":1,\"tokens\":[{}],\"b\":2}}\nlast\n",
        items.join(",")
    );
    let (blocks, error) = all(text.as_bytes(), 7, CutAt::Lines, &limits(128, 256, 256));
    assert_eq!(error, None);
    assert_eq!(String::from_utf8_lossy(&whole(&blocks)), text);
    assert!(
        blocks
            .iter()
            .all(|b| b.held.is_empty() && b.bytes.len() <= 300)
    );
    let inside: Vec<&Block> = blocks.iter().filter(|b| !b.context.is_empty()).collect();
    assert!(inside.len() > 2);
    for block in inside {
        assert_eq!(block.first_line, 2);
        assert!(
            matches!(&block.context[..], b"{" | b"{\"tokens\":["),
            "{}",
            String::from_utf8_lossy(&block.context)
        );
    }
    assert_eq!(
        blocks.last().map(|b| (b.first_line, &b.bytes[..])),
        Some((3, &b"last\n"[..]))
    );
}

#[test]
fn a_long_line_of_progress_is_cut_at_its_carriage_returns_and_anything_else_is_withheld() {
    let steps: String = (0..100).map(|i| format!("file.mov {i} %\r")).collect();
    let text = format!("{steps}\nnext\n{}\nend\n", "x".repeat(900));
    let (blocks, _) = all(text.as_bytes(), 50, CutAt::Lines, &limits(128, 256, 256));
    let held: Vec<&Held> = blocks.iter().flat_map(|b| &b.held).collect();
    assert_eq!(
        held,
        [&Held {
            line: 3,
            bytes: 900,
            what: Withheld::Line
        }]
    );
    let out = String::from_utf8_lossy(&whole(&blocks)).into_owned();
    assert!(
        out.starts_with(&format!("{steps}\nnext\n[aoc-bundle: a line of 900")),
        "{out}"
    );
    assert!(out.ends_with("]\nend\n"));
}
