//! Throughput of the parts of the pipeline on real log lines: `cargo bench`.
#![expect(
    clippy::expect_used,
    reason = "a bench without its samples cannot go on"
)]
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use aoc_bundle::bundle::deflate::Packer;
use aoc_bundle::diagnose::observe;
use aoc_bundle::pseudonym::{Key, Pseudonyms};
use aoc_bundle::redact::{Dialect, Level, Redactor, Rules, Tally};
use aoc_bundle::text::{BlockReader, CutAt, Limits};
use aoc_bundle::verify;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// About this many bytes of each kind of text.
const SIZE: usize = 4 << 20;

fn repeated(path: &str) -> Vec<u8> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/samples")
        .join(path);
    let text = fs::read(file).expect("a sample log");
    text.iter()
        .copied()
        .cycle()
        .take(SIZE / text.len() * text.len())
        .collect()
}

fn texts() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        (
            "normal log",
            repeated("l01-license-server-has-client-license-upload/client/aspera-scp-transfer.log"),
        ),
        (
            "debug log",
            repeated("q02-cookie-tags-pii-debug/client/aspera-scp-transfer.log"),
        ),
        (
            "syslog",
            repeated("t03-three-clients-one-log/server.messages"),
        ),
    ]
}

fn redactor() -> Redactor {
    let rules = Arc::new(Rules::builtin().expect("the built-in rules"));
    Redactor::new(rules, Pseudonyms::new(&Key::new([7; 32])), Level::Standard)
}

fn redact(c: &mut Criterion) {
    let redactor = redactor();
    let mut group = c.benchmark_group("redact");
    for (name, text) in texts() {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(name), &text, |b, text| {
            b.iter(|| redactor.block(black_box(text), Dialect::Log, &mut Tally::default()));
        });
    }
    group.finish();
}

fn other_stages(c: &mut Criterion) {
    let redactor = redactor();
    let (_, text) = texts().remove(0);
    let clean = redactor.block(&text, Dialect::Log, &mut Tally::default());
    let mut group = c.benchmark_group("stages");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("blocks", |b| {
        b.iter(|| {
            let mut reader =
                BlockReader::new(black_box(&text[..]), CutAt::Lines, Limits::default());
            let mut buffer = Vec::new();
            while let Ok(Some(block)) = reader.next(buffer) {
                buffer = block.bytes;
            }
        });
    });
    group.bench_function("diagnose", |b| b.iter(|| observe(black_box(&clean), 1)));
    group.bench_function("deflate level 6", |b| {
        let mut packer = Packer::new(6);
        b.iter(|| {
            packer
                .pack(black_box(clean.clone()))
                .map(|p| p.deflated_len())
        });
    });
    group.bench_function("verify", |b| {
        b.iter(|| verify::scan_text(black_box(clean.as_bytes()), None, &[], &mut |_| ()));
    });
    group.finish();
}

criterion_group!(benches, redact, other_stages);
criterion_main!(benches);
