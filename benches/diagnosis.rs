//! What diagnosis costs beside redaction and packing, on blocks in memory, one thread, CPU time:
//! `cargo bench --bench diagnosis`. The samples are measured, and the folder that `AOC_BUNDLE_CORPUS` names.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a measurement that a person starts and reads"
)]
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aoc_bundle::bundle::deflate::Packer;
use aoc_bundle::diagnose::{Observations, conclude, observe, observe_har};
use aoc_bundle::pseudonym::{Key, Pseudonyms};
use aoc_bundle::redact::{Dialect, Level, Redactor, Rules, Surroundings, Tally};
use aoc_bundle::text::{Block, BlockReader, CutAt, Decoded, Limits};
use rustix::time::{ClockId, clock_gettime};

/// Each text is worked on so often; the best counts, since machines are noisy.
const ROUNDS: usize = 3;
/// A sample is repeated to about this many bytes.
const SIZE: usize = 4 << 20;
/// Most of a pipeline's CPU time that diagnosis may take.
const MOST: f64 = 0.15;
/// The level that a run packs with when nothing else is asked for.
const LEVEL: u32 = 6;

fn cpu_seconds() -> f64 {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in folder.read_dir().expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, out);
        } else {
            out.push(path);
        }
    }
}

/// The best time of a part of the work, in CPU seconds.
fn best(mut work: impl FnMut()) -> f64 {
    (0..ROUNDS)
        .map(|_| {
            let start = cpu_seconds();
            work();
            cpu_seconds() - start
        })
        .fold(f64::INFINITY, f64::min)
}

/// Seconds of redaction, diagnosis and packing.
fn measure(redactor: &Redactor, blocks: &[Block], har: bool) -> [f64; 3] {
    let piece = |block: &Block| {
        let around = Surroundings::of(block, None);
        redactor.piece(&block.bytes, around, Dialect::Log, &mut Tally::default())
    };
    let clean: Vec<_> = blocks.iter().map(piece).collect();
    let redact = best(|| {
        for block in blocks {
            black_box(piece(block));
        }
    });
    let diagnose = best(|| {
        let mut observations = Observations::default();
        for (block, clean) in blocks.iter().zip(&clean) {
            if har {
                let facts = observe_har(clean, &block.context, block.first_line);
                observations.add_har("network/a.har", facts);
            } else {
                observations.add("logs/client/a.log", observe(clean, block.first_line));
            }
        }
        black_box(conclude(observations));
    });
    let mut packer = Packer::new(LEVEL);
    let pack = best(|| {
        for clean in &clean {
            black_box(packer.pack(clean.clone()).expect("a packed block"));
        }
    });
    [redact, diagnose, pack]
}

fn blocks(text: &[u8], har: bool) -> Vec<Block> {
    let cut = if har { CutAt::Har } else { CutAt::Lines };
    let text = Decoded::open(text).expect("a text");
    let mut reader = BlockReader::new(text, cut, Limits::default());
    std::iter::from_fn(|| reader.next(Vec::new()).expect("a block")).collect()
}

fn main() {
    let rules = Arc::new(Rules::builtin().expect("the built-in rules"));
    let names = Pseudonyms::new(&Key::new([7; 32]));
    let redactor = Redactor::new(rules, names, Level::Standard);
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let mut paths: Vec<(PathBuf, bool)> = [
        "l01-license-server-has-client-license-upload/client/aspera-scp-transfer.log",
        "q02-cookie-tags-pii-debug/client/aspera-scp-transfer.log",
        "t03-three-clients-one-log/server.messages",
    ]
    .map(|name| (samples.join(name), true))
    .to_vec();
    if let Some(corpus) = std::env::var_os("AOC_BUNDLE_CORPUS") {
        let mut more = Vec::new();
        files(Path::new(&corpus), &mut more);
        more.sort();
        paths.extend(more.into_iter().map(|path| (path, false)));
    }
    let mut sums = [0.0; 3];
    println!(
        "{:<44} {:>9} {:>9} {:>9} {:>7}",
        "MB per CPU second", "redact", "diagnose", "pack", "share"
    );
    for (path, repeat) in paths {
        let mut text = std::fs::read(&path).expect("a text");
        if repeat {
            text = text.repeat(SIZE / text.len().max(1) + 1);
        }
        let har = path.extension().is_some_and(|e| e == "har");
        let blocks = blocks(&text, har);
        let size: usize = blocks.iter().map(|b| b.bytes.len()).sum();
        let seconds = measure(&redactor, &blocks, har);
        let folder = path.parent().and_then(Path::parent).unwrap_or(&path);
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy();
        row(&name, size, seconds);
        if !repeat {
            for (sum, own) in sums.iter_mut().zip(seconds) {
                *sum += own;
            }
        }
    }
    if sums[1] > 0.0 {
        row("corpus", 0, sums);
        let held = share(sums) <= MOST;
        println!("at most {:.0} % of the pipeline: {held}", MOST * 100.0);
    }
}

fn share([redact, diagnose, pack]: [f64; 3]) -> f64 {
    diagnose / (redact + diagnose + pack)
}

fn row(name: &str, size: usize, seconds: [f64; 3]) {
    let rate = |s: f64| {
        if size == 0 {
            format!("{s:.2} s")
        } else {
            format!("{:.0}", size as f64 / 1e6 / s)
        }
    };
    println!(
        "{name:<44} {:>9} {:>9} {:>9} {:>5.1} %",
        rate(seconds[0]),
        rate(seconds[1]),
        rate(seconds[2]),
        share(seconds) * 100.0
    );
}
