//! Throughput of redaction alone over a corpus: blocks in memory, one thread, CPU time, learning included; and both
//! ways to replace what was learned, side by side.
//! `AOC_BUNDLE_CORPUS=DIR cargo bench --bench corpus`; `scripts/make_corpus.py` makes the folder.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a measurement that a person starts and reads"
)]
use std::fs::File;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aoc_bundle::pseudonym::{Key, Pseudonyms};
use aoc_bundle::redact::{
    Dialect, Learned, Level, Name, Names, Redactor, Rules, Secret, Surroundings, Tally,
};
use aoc_bundle::text::{Block, BlockReader, CutAt, Decoded, Limits};
use rustix::time::{ClockId, clock_gettime};

/// Each file is redacted so often; the best counts, since machines are noisy.
const ROUNDS: usize = 3;

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

/// One reading of a file: CPU seconds of redaction, a hash of what came out, and what was learned on the way.
struct Reading {
    seconds: f64,
    out: u64,
    secrets: Vec<Secret>,
    names: Vec<Name>,
}

fn read(redactor: &Redactor, blocks: &[Block]) -> Reading {
    let (mut seconds, mut secrets, mut names) = (0.0, Vec::new(), Vec::new());
    let mut hasher = DefaultHasher::new();
    let mut all = Tally::default();
    for block in blocks {
        let start = cpu_seconds();
        let around = Surroundings::of(block, None);
        let mut tally = Tally::default();
        let clean = redactor.piece(&block.bytes, around, Dialect::Log, &mut tally);
        secrets.append(&mut tally.take_secrets());
        names.append(&mut tally.take_names());
        all.add_counts(&tally);
        seconds += cpu_seconds() - start;
        hasher.write(clean.as_bytes());
    }
    Reading {
        seconds,
        out: hasher.finish(),
        secrets,
        names,
    }
}

/// The best of a few readings: machines are noisy.
fn best(redactor: &Redactor, blocks: &[Block]) -> Reading {
    (0..ROUNDS)
        .map(|_| read(redactor, blocks))
        .min_by(|a, b| a.seconds.total_cmp(&b.seconds))
        .expect("a round")
}

fn redactor() -> Redactor {
    let rules = Arc::new(Rules::builtin().expect("the built-in rules"));
    let names = Pseudonyms::new(&Key::new([7; 32]));
    Redactor::new(rules, names, Level::Standard)
}

fn main() {
    let Some(corpus) = std::env::var_os("AOC_BUNDLE_CORPUS") else {
        println!("AOC_BUNDLE_CORPUS names no folder: nothing measured");
        return;
    };
    let mut paths = Vec::new();
    files(Path::new(&corpus), &mut paths);
    paths.sort();
    let first = redactor();
    let (mut learned, mut names) = (Learned::default(), Names::default());
    let mut readings = Vec::new();
    for path in &paths {
        let blocks = blocks(path);
        let size: usize = blocks.iter().map(|b| b.bytes.len()).sum();
        let reading = best(&first, &blocks);
        for secret in &reading.secrets {
            learned.insert(secret);
        }
        for name in reading.names {
            names.insert(name);
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mb = size as f64 / 1e6;
        println!("{name:<36} {mb:>8.1} MB {:>6.0} MB/s", mb / reading.seconds);
        readings.push((mb, reading.seconds, reading.out));
    }
    let mb: f64 = readings.iter().map(|r| r.0).sum();
    let once: f64 = readings.iter().map(|r| r.1).sum();
    println!("{:<36} {mb:>8.1} MB {:>6.0} MB/s", "all", mb / once);
    if std::env::var_os("AOC_BUNDLE_ONCE").is_some() {
        return;
    }

    // Learn, then replace, both ways: everything read twice, or only what holds a value that was learned later.
    let (secrets, people) = (learned.len(), names.len());
    let mut second = redactor();
    second.learn(learned);
    second.learn_names(&names);
    let (mut twice, mut repaired, mut again) = (once, once, 0.0);
    for (path, (mb, _, clean)) in paths.iter().zip(&readings) {
        let reading = best(&second, &blocks(path));
        twice += reading.seconds;
        if reading.out != *clean {
            repaired += reading.seconds;
            again += mb;
        }
    }
    println!(
        "{secrets} secrets and {people} names learned; {again:.1} MB hold one that was learned later"
    );
    println!(
        "{:<36} {mb:>8.1} MB {:>6.0} MB/s",
        "all, read twice",
        mb / twice
    );
    println!(
        "{:<36} {mb:>8.1} MB {:>6.0} MB/s",
        "all, repaired",
        mb / repaired
    );
}
