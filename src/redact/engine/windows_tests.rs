//! Counts windows again, which is worth it when many literals came or went:
//! `AOC_BUNDLE_CORPUS=DIR cargo test --release --lib windows -- --ignored --nocapture` prints the tables.
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::*;
use crate::redact::engine::anchors::Anchors;
use crate::redact::memory::machine_names::KnownNames;
use crate::redact::rules::compiled::Rules;

/// In so many bytes.
const OF: usize = 100_000;
/// Bytes of a line of the printed table.
const WIDTH: usize = 96;

fn literals(strict: bool) -> Vec<Vec<u8>> {
    let rules = Rules::builtin().unwrap();
    Anchors::new(&rules, strict, &KnownNames::default()).literals()
}

/// The windows that a literal may be found by: three bytes of it, or the two at one of its ends.
fn windows(literal: &[u8]) -> impl Iterator<Item = &[u8]> {
    let ends = [literal.get(..2), literal.get(literal.len() - 2..)];
    literal.windows(3).chain(ends.into_iter().flatten())
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else {
            out.push(path);
        }
    }
}

/// Rounded down to a power of two, or to one and a half of it.
fn rounded(count: usize) -> usize {
    let power = 1 << count.ilog2();
    if count >= power + power / 2 {
        power + power / 2
    } else {
        power
    }
}

#[test]
#[ignore = "prints a new table, from a corpus that AOC_BUNDLE_CORPUS names"]
#[expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a count that a person starts and reads"
)]
fn count_again() {
    let Some(corpus) = std::env::var_os("AOC_BUNDLE_CORPUS") else {
        return;
    };
    let literals = literals(true);
    let literals: Vec<Vec<u8>> = literals.iter().map(|l| folded(l)).collect();
    let wanted: BTreeSet<&[u8]> = literals.iter().flat_map(|l| windows(l)).collect();
    let mut paths = Vec::new();
    files(Path::new(&corpus), &mut paths);
    let (mut sums, mut bytes) = (BTreeMap::<&[u8], usize>::new(), 0);
    for path in paths
        .iter()
        .filter(|p| p.extension().is_none_or(|e| e != "gz"))
    {
        let text = folded(&std::fs::read(path).unwrap());
        bytes += text.len();
        for window in text.windows(3).chain(text.windows(2)) {
            if let Some(window) = wanted.get(window) {
                *sums.entry(window).or_default() += 1;
            }
        }
    }
    for sum in sums.values_mut() {
        *sum = *sum * OF / bytes;
    }
    for len in [3, 2] {
        let mut rows: BTreeMap<usize, String> = BTreeMap::new();
        for (window, sum) in sums.iter().filter(|(w, sum)| w.len() == len && **sum > 0) {
            let row = rows.entry(rounded(*sum)).or_default();
            row.push_str(std::str::from_utf8(window).unwrap());
        }
        println!("{len} bytes:");
        for (count, row) in rows.iter().rev() {
            let parts: Vec<String> = row
                .as_bytes()
                .chunks(WIDTH / len * len)
                .map(|c| format!("{:?}", String::from_utf8_lossy(c)))
                .collect();
            println!("    ({count}, concat!({})),", parts.join(", "));
        }
    }
}

#[test]
fn every_literal_has_a_window_that_is_not_common() {
    let commonness = Commonness::new();
    for literal in literals(false) {
        let rarest = windows(&literal).map(|w| commonness.of(w)).min();
        assert!(
            rarest.is_some_and(|count| count <= 128),
            "{}",
            String::from_utf8_lossy(&literal)
        );
    }
}
