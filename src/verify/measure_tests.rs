//! Speed and reach on a corpus made by `scripts/make_corpus.py`, run by hand:
//! `AOC_BUNDLE_CORPUS=DIR/tree cargo test --release --lib verify::measure -- --ignored --nocapture`
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement that is run by hand"
)]
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::{Known, Severity, scan_text};

fn files(dir: &Path, all: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, all);
        } else {
            all.push(path);
        }
    }
}

fn read(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).unwrap();
    if path.extension().is_some_and(|e| e == "gz") {
        let mut plain = Vec::new();
        let mut gz = flate2::read::GzDecoder::new(&bytes[..]);
        std::io::Read::read_to_end(&mut gz, &mut plain).unwrap();
        return plain;
    }
    bytes
}

/// Seconds that this thread had a processor: other work on the machine does not count.
fn processor_time() -> f64 {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let ran = told.and_then(|t| t.split(' ').next()?.parse::<f64>().ok());
    ran.map_or_else(
        || START.get_or_init(Instant::now).elapsed().as_secs_f64(),
        |nanoseconds| nanoseconds / 1e9,
    )
}

/// Found, planted, by which detectors, missed values.
type Kind<'t> = (u64, u64, BTreeSet<&'t str>, Vec<&'t str>);
type Corpus = (Vec<(PathBuf, Vec<u8>)>, Vec<(String, String)>);

fn corpus() -> Corpus {
    let tree = PathBuf::from(std::env::var("AOC_BUNDLE_CORPUS").unwrap());
    let mut paths = Vec::new();
    files(&tree, &mut paths);
    paths.sort();
    let texts = paths.into_iter().map(|p| (p.clone(), read(&p))).collect();
    let planted = std::fs::read_to_string(tree.parent().unwrap().join("planted.jsonl"))
        .unwrap_or_default()
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap())
        .map(|v| {
            let field = |k: &str| v[k].as_str().unwrap().to_owned();
            (field("value"), field("kind"))
        })
        .collect();
    (texts, planted)
}

#[test]
#[ignore = "needs a corpus; see the head of the file"]
fn speed() {
    let (texts, planted) = corpus();
    let mut known = Known::new([7; 32]);
    let personal = ["ipv4", "ipv6", "email", "username", "hostname"];
    for (value, kind) in &planted {
        if !personal.contains(&kind.as_str()) {
            known.insert(value.as_bytes());
        }
    }
    let bytes: usize = texts.iter().map(|t| t.1.len()).sum();
    for (title, known) in [("shapes", None), ("shapes + known", Some(&known))] {
        let (mut hits, mut took) = (0u64, f64::MAX);
        for _ in 0..7 {
            hits = 0;
            let started = processor_time();
            for (_, text) in &texts {
                scan_text(text, known, &[], &mut |_| hits += 1);
            }
            took = took.min(processor_time() - started);
        }
        let speed = bytes as f64 / 1e6 / took;
        println!("{title}: {bytes} bytes, {hits} hits, {took:.3} s, {speed:.0} MB/s");
    }
}

#[test]
#[ignore = "needs a corpus; see the head of the file"]
fn reach() {
    let (texts, planted) = corpus();
    let (texts, planted) = (&texts[..], &planted[..]);
    let mut by_what: BTreeMap<&str, u64> = BTreeMap::new();
    // value -> detectors that fired in a line (a window of 400 bytes) with that value
    let mut near: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    let short: Vec<&str> = planted.iter().map(|p| p.0.as_str()).collect();
    let finder = aho_corasick::AhoCorasick::new(&short).unwrap();
    for (_, text) in texts {
        let mut found: Vec<(u64, &str)> = Vec::new();
        scan_text(text, None, &[], &mut |h| {
            *by_what.entry(h.detector.id).or_default() += 1;
            if h.detector.severity != Severity::Suspicion {
                found.push((h.at, h.detector.id));
            }
        });
        for m in finder.find_overlapping_iter(text) {
            let (start, end) = (m.start() as u64, m.end() as u64);
            let lo = found.partition_point(|f| f.0 + 400 < start);
            let set = near.entry(short[m.pattern().as_usize()]).or_default();
            set.extend(found[lo..].iter().take_while(|f| f.0 < end).map(|f| f.1));
        }
    }
    println!("{by_what:#?}");
    if planted.is_empty() {
        return;
    }
    let mut kinds: BTreeMap<&str, Kind<'_>> = BTreeMap::new();
    for (value, kind) in planted {
        let row = kinds.entry(kind).or_default();
        row.1 += 1;
        match near.get(value.as_str()) {
            Some(set) if !set.is_empty() => {
                row.0 += 1;
                row.2.extend(set.iter());
            }
            _ => row.3.push(value),
        }
    }
    for (kind, (found, all, whats, missed)) in kinds {
        let missed: Vec<_> = missed.iter().take(3).collect();
        println!("{kind:18} {found:6} of {all:6} by {whats:?} missed {missed:?}");
    }
}
