//! The independent reader: opens the finished zip as a stranger would, accounts for every byte of
//! it, compares it with its manifest and looks for what must not be in it. It shares no detection
//! with the redactor.
use std::collections::BTreeMap;
use std::io::{Read, Seek};

use sha2::{Digest, Sha256};

mod archive;
mod content;
mod crew;

mod end_of_zip;

mod zip_fields;

mod first_bytes;
mod known;
mod literals;
mod manifest;

mod entry_names;
mod report;
mod shapes;
mod window;

#[cfg(test)]
mod archive_tests;
#[cfg(test)]
mod bundle_tests;
#[cfg(test)]
mod known_tests;
#[cfg(test)]
mod measure_tests;

pub use known::Known;
pub use report::{Count, Finding, Problem, Report};
pub use shapes::{Detector, Extent, Severity, detectors};

use archive::{Directory, Entry};
use crew::Crew;
use manifest::Seen;
use report::Problems;
use shapes::Scanner;
use window::{Cutter, Window};

/// What a zip may ask of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most entries.
    pub entries: u64,
    /// Most bytes of one entry, unpacked.
    pub entry_bytes: u64,
    /// Most bytes of all entries, unpacked.
    pub total_bytes: u64,
    /// Most bytes that one packed byte may become; deflate itself ends at 1032.
    pub ratio: u64,
    /// Finds that are listed for one detector in one entry; the rest is counted.
    pub findings: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 100_000,
            entry_bytes: 64 << 30,
            total_bytes: 256 << 30,
            ratio: 1040,
            findings: 20,
        }
    }
}

/// One find of [`scan_text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The detector that fired.
    pub detector: &'static Detector,
    /// Line, from 1.
    pub line: u64,
    /// Byte offset of the find; roughly, where it lies inside an encoding.
    pub at: u64,
    /// What of the text is the find, in bytes from its beginning.
    pub extent: Extent,
}

/// Looks for secrets and personal data in one text of any length, in bounded memory.
/// `known` are the secrets of this run, `keep` values that may stay in clear as a whole.
pub fn scan_text(text: &[u8], known: Option<&Known>, keep: &[String], sink: &mut dyn FnMut(Hit)) {
    let scanner = shapes::scanner(known, keep);
    let mut window = Window::new(&scanner);
    let mut tell = |f: window::Find| {
        sink(Hit {
            detector: f.what.detector(),
            line: f.line,
            at: f.at,
            extent: f.extent,
        });
    };
    window.push(text, &mut tell);
    window.finish(&mut tell);
}

/// Reads a bundle from its first byte to its last and says what is wrong with it.
///
/// `known` are the secret values of this run, where the run is this one; `keep` are values that
/// the person wants in clear. It never fails: what cannot be read is a problem in the report.
#[must_use]
pub fn verify<R: Read + Seek>(
    mut zip: R,
    known: Option<&Known>,
    keep: &[String],
    limits: &Limits,
) -> Report {
    let mut report = Report::default();
    let mut problems = Problems::default();
    if let Some(directory) = archive::read(&mut zip, limits, &mut problems) {
        let scanner = shapes::scanner(known, keep);
        contents(
            &mut zip,
            &directory,
            &scanner,
            limits,
            &mut report,
            &mut problems,
        );
    }
    report.problem_count = problems.count;
    report.problems = problems.list;
    report
}

/// The values that a bundle's own manifest says were kept in clear on purpose: the case's package and
/// user, and what the person asked for. Empty where there is no manifest that can be read.
#[must_use]
pub fn kept<R: Read + Seek>(mut zip: R, limits: &Limits) -> Vec<String> {
    let mut problems = Problems::default();
    let Some(directory) = archive::read(&mut zip, limits, &mut problems) else {
        return Vec::new();
    };
    let manifest = directory
        .entries
        .iter()
        .find(|e| directory.inner(e) == "manifest.json");
    let Some(entry) = manifest.filter(|e| e.size <= manifest::LARGEST) else {
        return Vec::new();
    };
    let mut json = Vec::new();
    match content::unpack(&mut zip, entry, &mut |text| json.extend_from_slice(text)) {
        Ok(_) => manifest::kept(&json),
        Err(_) => Vec::new(),
    }
}

fn contents<R: Read + Seek>(
    zip: &mut R,
    directory: &Directory,
    scanner: &Scanner<'_>,
    limits: &Limits,
    report: &mut Report,
    problems: &mut Problems,
) {
    let mut seen = BTreeMap::new();
    let mut manifest = None;
    let bytes = directory
        .entries
        .iter()
        .fold(0u64, |n, e| n.saturating_add(e.size));
    let threads = crew::threads_for(bytes);
    let body = |crew: &mut Crew<'_, '_>, report: &mut Report| {
        for (index, entry) in directory.entries.iter().enumerate() {
            let name = begin(crew, scanner, directory, (index, entry));
            if archive::too_big(entry, limits) {
                crew.end(report);
                continue;
            }
            let is_manifest = directory.inner(entry) == "manifest.json";
            let mut kept = Vec::new();
            let keep_text = is_manifest.then_some(&mut kept);
            let text = entry_text(zip, entry, crew, report, keep_text);
            crew.end(report);
            match text {
                Ok(digest) => {
                    report.entries += 1;
                    report.bytes += digest.bytes;
                    if is_manifest {
                        report.sha256_of_manifest = Some(digest.sha256);
                        manifest = Some(kept);
                    } else {
                        seen.insert(directory.inner(entry).to_owned(), digest);
                    }
                }
                Err(what) => problems.push(Problem::of(&name, &what)),
            }
        }
    };
    let unlooked = crew::with_crew(scanner, threads, limits.findings, body, report);
    for problem in unlooked.list {
        problems.push(problem);
    }
    match manifest {
        Some(json) => manifest::compare(&json, &seen, problems),
        None => problems.push(Problem::all(
            "the zip has no readable manifest.json in its root folder: it is damaged or was not \
             made by aoc-bundle",
        )),
    }
}

/// Begins an entry with a look at its name; gives the name to use in messages.
fn begin(
    crew: &mut Crew<'_, '_>,
    scanner: &Scanner<'_>,
    directory: &Directory,
    (index, entry): (usize, &Entry),
) -> String {
    let mut raw = Vec::new();
    shapes::scan(scanner, entry.name.as_bytes(), &mut raw);
    let name = if raw.is_empty() {
        directory.inner(entry).to_owned()
    } else {
        format!("entry number {}", index + 1)
    };
    crew.begin(&name, index);
    for r in raw {
        crew.found(window::Find {
            what: r.what,
            line: 0,
            at: 0,
            extent: Extent::Unknown,
        });
    }
    name
}

/// Unpacks one entry, checks its sum and has its text looked through on the way.
fn entry_text<R: Read + Seek>(
    zip: &mut R,
    entry: &Entry,
    crew: &mut Crew<'_, '_>,
    report: &mut Report,
    mut keep_text: Option<&mut Vec<u8>>,
) -> Result<Seen, String> {
    if keep_text.is_some() && entry.size > manifest::LARGEST {
        return Err("is larger than any manifest of ours".to_owned());
    }
    let mut sha = Sha256::new();
    let mut cutter = Cutter::default();
    let mut packed = false;
    let mut first = true;
    let result = content::unpack(zip, entry, &mut |mut text| {
        sha.update(text);
        if std::mem::take(&mut first) {
            packed = content::is_packed(text);
        }
        if let Some(kept) = keep_text.as_deref_mut() {
            kept.extend_from_slice(text);
        }
        while !text.is_empty() {
            let (taken, block) = cutter.take(text, || crew.spare());
            text = text.get(taken..).unwrap_or(&[]);
            if let Some(block) = block {
                crew.block(block, report);
            }
        }
    });
    crew.block(cutter.finish(), report);
    result?;
    if packed {
        return Err("is itself packed, so that nobody can see what is in it".to_owned());
    }
    Ok(Seen {
        sha256: data_encoding::HEXLOWER.encode(&sha.finalize()),
        bytes: entry.size,
    })
}
