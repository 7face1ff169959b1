//! Throughput of redaction alone over a corpus: blocks in memory, one thread, CPU time, learning included.
//! `AOC_BUNDLE_CORPUS=DIR cargo bench --bench corpus`; `scripts/make_corpus.py` makes the folder.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a measurement that a person starts and reads"
)]
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aoc_bundle::pseudonym::{Key, Pseudonyms};
use aoc_bundle::redact::{Dialect, Level, Redactor, Rules, Surroundings, Tally};
use aoc_bundle::text::{Block, BlockReader, CutAt, Decoded, Limits};
use rustix::time::{ClockId, clock_gettime};

/// Each file is redacted so often; the best counts, since machines are noisy.
const ROUNDS: usize = 5;

/// CPU time of this thread in seconds.
fn cpu_seconds() -> f64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in folder.read_dir().expect("a folder of the corpus") {
        let path = entry.expect("an entry of the corpus").path();
        if path.is_dir() {
            files(&path, out);
        } else {
            out.push(path);
        }
    }
}

fn blocks(path: &Path) -> Vec<Block> {
    let file = File::open(path).expect("a file of the corpus");
    let text = Decoded::open(file).expect("a text of the corpus");
    let cut = match path.extension().and_then(|e| e.to_str()) {
        Some("har") => CutAt::Har,
        Some("json") => CutAt::Json,
        _ => CutAt::Lines,
    };
    let mut reader = BlockReader::new(text, cut, Limits::default());
    std::iter::from_fn(|| reader.next(Vec::new()).expect("a block of the corpus")).collect()
}

fn main() {
    let Some(corpus) = std::env::var_os("AOC_BUNDLE_CORPUS") else {
        println!("AOC_BUNDLE_CORPUS names no folder: nothing measured");
        return;
    };
    let rules = Arc::new(Rules::builtin().expect("the built-in rules"));
    let names = Pseudonyms::new(&Key::new([7; 32]));
    let redactor = Redactor::new(rules, names, Level::Standard);
    let mut paths = Vec::new();
    files(Path::new(&corpus), &mut paths);
    paths.sort();
    let (mut bytes, mut seconds) = (0, 0.0);
    for path in paths {
        let blocks = blocks(&path);
        let size: usize = blocks.iter().map(|b| b.bytes.len()).sum();
        let best = (0..ROUNDS)
            .map(|_| {
                let start = cpu_seconds();
                let mut all = Tally::default();
                for block in &blocks {
                    let around = Surroundings::of(block, None);
                    let mut tally = Tally::default();
                    let out = redactor.piece(&block.bytes, around, Dialect::Log, &mut tally);
                    std::hint::black_box(out);
                    std::hint::black_box((tally.take_secrets(), tally.take_names()));
                    all.add_counts(&tally);
                }
                cpu_seconds() - start
            })
            .fold(f64::INFINITY, f64::min);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mb = size as f64 / 1e6;
        println!("{name:<36} {mb:>8.1} MB {:>6.0} MB/s", mb / best);
        bytes += size;
        seconds += best;
    }
    let mb = bytes as f64 / 1e6;
    println!("{:<36} {mb:>8.1} MB {:>6.0} MB/s", "all", mb / seconds);
}
