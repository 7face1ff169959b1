//! Which lines are quoted, how they are cut, and that long ones need no memory.
use super::*;
use crate::diagnose::{Finding, failure};

fn lines(text: &[u8], first: u64, wanted: &[u64]) -> Vec<(u64, String, u64)> {
    let wanted = wanted.iter().copied().collect();
    let picked = pick(text, first, &wanted).unwrap();
    let lines = picked.into_iter().map(|(n, l)| (n, l.text, l.cut));
    lines.collect()
}

#[test]
fn lines_are_read_by_their_numbers() {
    let text = b"one\ntwo\r\nthree\n\nfive";
    for (wanted, picked) in [
        (&[1][..], vec![(1, "one")]),
        (&[2, 3], vec![(2, "two"), (3, "three")]),
        (&[4, 5], vec![(4, ""), (5, "five")]),
        (&[6, 900], vec![]),
        (&[], vec![]),
    ] {
        let seen = lines(text, 1, wanted);
        let seen: Vec<_> = seen.iter().map(|(n, t, _)| (*n, t.as_str())).collect();
        assert_eq!(seen, picked, "{wanted:?}");
    }
    // Read from the middle.
    assert_eq!(
        lines(b"ten\neleven\n", 10, &[11]),
        [(11, "eleven".to_owned(), 0)]
    );
}

/// Reads one byte at a time.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let take = self.0.len().min(out.len()).min(1);
        let (now, later) = self.0.split_at(take);
        out[..take].copy_from_slice(now);
        self.0 = later;
        Ok(take)
    }
}

#[test]
fn the_read_size_changes_nothing() {
    let text = "a€b\nc\u{1f600}d\n".repeat(50);
    let wanted: BTreeSet<u64> = [3, 50, 99].into();
    assert_eq!(
        pick(Slow(text.as_bytes()), 1, &wanted).unwrap(),
        pick(text.as_bytes(), 1, &wanted).unwrap()
    );
}

#[test]
fn a_huge_line_is_cut_and_says_so() {
    let long = format!("head {}\nnext\n", "x".repeat(3_000_000));
    let picked = lines(long.as_bytes(), 1, &[1, 2]);
    assert_eq!(picked[0].1.chars().count(), WIDTH);
    assert_eq!(picked[0].1.len() as u64 + picked[0].2, 3_000_005);
    assert_eq!(picked[1], (2, "next".to_owned(), 0));
}

#[test]
fn no_half_pseudonym_is_shown() {
    for (head, kept) in [
        ("to ~host.bare.abc~ and ~user.a", "to ~host.bare.abc~ and"),
        ("user=~user.abcdefgh~x", "user=~user.abcdefgh~x"),
        ("path=/home/~user.abcdefgh", "path=/home/"),
        ("two words more and th", "two words more and"),
        ("justonelongword", "justonelongword"),
        // A tilde that begins no pseudonym.
        ("cd ~/x/y", "cd ~/x/y"),
    ] {
        assert_eq!(whole(head), kept);
    }
}

#[test]
fn the_lines_of_findings_are_quoted_with_a_few_around() {
    let row = failure("unknown-failure").unwrap();
    let place = |line| Evidence {
        entry: "logs/a.log".to_owned(),
        line,
    };
    let finding = Finding::of(row, vec![place(1), place(10)]);
    let diagnosis = Diagnosis {
        findings: vec![finding; 100_000],
        ..Diagnosis::default()
    };
    let lines: Vec<u64> = wanted(&diagnosis)["logs/a.log"].iter().copied().collect();
    assert_eq!(lines, [1, 2, 3, 8, 9, 10, 11, 12]);
    let row = failure("token-expired").unwrap();
    let far = Finding::of(row, vec![place(70)]);
    let two = Diagnosis {
        findings: vec![diagnosis.findings[0].clone(), far],
        ..Diagnosis::default()
    };
    assert_eq!(wanted(&two)["logs/a.log"].len(), 13);
}
