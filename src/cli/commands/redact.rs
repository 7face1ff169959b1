//! `aoc-bundle redact`: the same engine as a filter.
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use zeroize::Zeroizing;

use crate::bundle::reversal_map;
use crate::bundle::reversal_map::About;
use crate::cli::args::{RedactArgs, RedactionArgs};
use crate::cli::exit::{Exit, Usage};
use crate::cli::filters::kinds::cut_of;
use crate::cli::filters::scripts::Kept;
use crate::cli::options::redaction;
use crate::cli::output::say;
use crate::collect::{MapRequest, Output};
use crate::pseudonym::{Key, Pseudonyms};
use crate::redact::{Dialect, Learned, Names, Redactor, Rows, Surroundings, Tables, Tally};
use crate::sources::files::regular_file::{OpenError, open_regular};
use crate::sources::files::root_fs::Tree;
use crate::sources::har::trace_zip;
use crate::sources::paths::catalogue::Os;
use crate::sources::system::host::Machine;
use crate::sources::system::identity::identity;
use crate::text::{Block, BlockReader, Decoded, Encoding, Limits, TextError};

/// The redactor of the machine that this runs on.
pub(in crate::cli) fn redactor(args: &RedactionArgs) -> Result<Redactor> {
    let settled = redaction::redaction(args)?;
    let key = match settled.key {
        Some(key) => key,
        None => {
            let mut bytes = Zeroizing::new([0; 32]);
            getrandom::fill(&mut bytes[..]).map_err(|e| anyhow!("no random numbers: {e}"))?;
            Key::new(*bytes)
        }
    };
    let here = identity(&Tree::new(Os::current(), None), Machine::Here);
    let rules = Arc::new(settled.rules);
    Ok(
        Redactor::new(rules, Pseudonyms::new(&key), args.level.level())
            .keeping(settled.keep)
            .knowing(&here.host_names, &here.users, &here.people),
    )
}

pub(in crate::cli) fn run(args: &RedactArgs) -> Result<Exit> {
    if args.file.as_deref().is_some_and(is_output) {
        return Err(Usage(
            "the output goes into the file that is read; give it another name".to_owned(),
        )
        .into());
    }
    let map = redaction::map(&args.map, true)?;
    let map_path = map.as_ref().map(|m| match &m.output {
        Output::File(file) => file.clone(),
        Output::Folder(folder) => folder.join("redacted.map.age"),
    });
    if let Some(path) = &map_path {
        reversal_map::check(path)?;
    }
    let mut redactor = redactor(&args.redaction)?;
    let mut kept = Kept::default();
    if args.file.is_some() {
        // What comes late in the file is learned before anything is written.
        let read = learn(args, &mut redactor, &mut kept);
        // The start of a trace that is torn is worth having: the second reading tells the same.
        read.or_else(|error| torn(&error).map_or(Err(error), |_| Ok(true)))?;
    } else {
        kept.forget();
    }
    if map.is_some() {
        // A map is made of what is looked for, not of what is played back.
        kept.forget();
        redactor = redactor.remembering();
    }
    let mut again = kept.again();
    let (mut held, mut first_held) = (0, 0);
    let mut out = std::io::stdout().lock();
    let all = each_block(args, &redactor, |block, rows, encoding| {
        if let (0, Some(first)) = (held, block.held.first()) {
            first_held = first.line;
        }
        held += block.held.len();
        let known = again.next(&block.bytes);
        let known = known.filter(|clean| !redactor.finds_more(clean));
        let clean = known.unwrap_or_else(|| {
            let around = Surroundings::of(block, rows);
            redactor.piece(&block.bytes, around, Dialect::Log, &mut Tally::default())
        });
        let clean = clean.encoded(encoding, block.number == 0);
        match out.write_all(clean.as_bytes()) {
            // Whoever reads has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
            written => written
                .context("cannot write the redacted text")
                .map(|()| true),
        }
    });
    let mut exit = Exit::Complete;
    let all = all.or_else(|error| match torn(&error) {
        Some(told) => {
            say(&format!("aoc-bundle: {told}"));
            exit = Exit::Incomplete;
            Ok(true)
        }
        None => Err(error),
    })?;
    if held > 0 {
        let what = match held {
            1 => "a line or value was".to_owned(),
            n => format!("{n} lines or values were"),
        };
        say(&format!(
            "aoc-bundle: {what} too long to be redacted and left out, the first in line {first_held}; break it up if it is needed"
        ));
        exit = Exit::Incomplete;
    }
    if !all {
        return Ok(exit);
    }
    match out.flush() {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            return Err(error).context("cannot write the redacted text");
        }
        _ => {}
    }
    match (map, map_path) {
        (Some(map), Some(path)) => match write_map(&redactor, &map, &path) {
            Exit::Complete => Ok(exit),
            worse => Ok(worse),
        },
        _ => Ok(exit),
    }
}

/// Reads the file for what it tells to be secret or personal, and keeps what was cut: only blocks that hold what was
/// learned after them are looked at a second time.
fn learn(args: &RedactArgs, redactor: &mut Redactor, kept: &mut Kept) -> Result<bool> {
    let (mut learned, mut names) = (Learned::default(), Names::default());
    let read = each_block(args, redactor, |block, rows, _| {
        let mut tally = Tally::default();
        let around = Surroundings::of(block, rows);
        let cuts = redactor.cuts(&block.bytes, around, Dialect::Log, &mut tally);
        kept.add(&block.bytes, &cuts);
        for secret in tally.take_secrets() {
            let before = learned.len();
            learned.insert(&secret);
            if learned.len() > before && redactor.tears(&secret) {
                kept.forget();
            }
        }
        for name in tally.take_names() {
            names.insert(name);
        }
        Ok(true)
    });
    // Nothing is written that could hold a copy of a secret that nobody looks for.
    if learned.left_out() > 0 {
        return Err(anyhow!(
            "the file tells more than {} different secrets, and copies of the rest would not be found: redact it in parts",
            learned.len()
        ));
    }
    redactor.learn(learned);
    redactor.learn_names(&names);
    read
}

/// The message about a trace that has a usable start.
fn torn(error: &anyhow::Error) -> Option<String> {
    match error.downcast_ref::<TextError>()? {
        error @ (TextError::Torn { .. } | TextError::BrokenHar { .. }) => Some(error.to_string()),
        _ => None,
    }
}

/// Why a file that was named could not be read, and what helps; the remedies of a collection name its options.
pub(in crate::cli) fn unopened(error: &OpenError) -> anyhow::Error {
    let remedy = match error {
        OpenError::Vanished => return anyhow!("there is no such file"),
        OpenError::Directory => "Name one of the files in it.",
        OpenError::Fifo | OpenError::Socket | OpenError::Device | OpenError::Special => {
            "If its text is wanted, give it on standard input."
        }
        OpenError::LinkLoop => "Repair the symbolic link, or name the real file.",
        OpenError::Other(_) => "Try to copy the file by hand, and name the copy.",
        error => error.remedy(),
    };
    anyhow!("{error} {remedy}")
}

/// True if standard output goes into `file`: what is written would be read again, without end.
#[cfg(unix)]
fn is_output(file: &Path) -> bool {
    use std::os::fd::AsFd;
    use std::os::unix::fs::MetadataExt;
    let out = std::io::stdout().as_fd().try_clone_to_owned();
    let out = out.and_then(|out| std::fs::File::from(out).metadata());
    let (Ok(out), Ok(file)) = (out, std::fs::metadata(file)) else {
        return false;
    };
    file.is_file() && (out.dev(), out.ino()) == (file.dev(), file.ino())
}

#[cfg(not(unix))]
fn is_output(_file: &Path) -> bool {
    false
}

/// Reads the input block by block; `each` says whether it wants more. False if it did not want all.
fn each_block(
    args: &RedactArgs,
    redactor: &Redactor,
    mut each: impl FnMut(&Block, Option<&Rows>, Encoding) -> Result<bool>,
) -> Result<bool> {
    let source: Box<dyn Read> = match &args.file {
        None => Box::new(std::io::stdin().lock()),
        Some(file) if trace_zip::is_zip(file) => {
            let har = trace_zip::open(file).map_err(|e| anyhow!("{e} {}", e.remedy()))?;
            Box::new(har.text)
        }
        Some(file) => Box::new(open_regular(file).map_err(|e| unopened(&e))?),
    };
    let decoded = Decoded::open(source)?;
    let encoding = decoded.encoding();
    let cuts = cut_of(args.file.as_deref(), decoded)?;
    let mut blocks = BlockReader::new(cuts.text, cuts.at, Limits::default());
    let mut buffer = Vec::new();
    let mut tables = Tables::default();
    while let Some(block) = blocks.next(buffer)? {
        let rows = tables.rows(redactor, &block.bytes);
        if !each(&block, rows.as_ref(), encoding)? {
            return Ok(false);
        }
        buffer = block.bytes;
    }
    Ok(true)
}

/// The text is out already: a map that fails is told, and costs the map only.
fn write_map(redactor: &Redactor, map: &MapRequest, path: &Path) -> Exit {
    let originals = redactor.take_originals();
    let about = About {
        bundle: "a text of `aoc-bundle redact`",
        key_id: redactor.key_id(),
        created: jiff::Timestamp::now(),
    };
    match reversal_map::write(path, &map.lock, &about, &originals) {
        Ok(()) if originals.is_complete() => Exit::Complete,
        Ok(()) => {
            say(
                "aoc-bundle: the reversal map is full: there were more names than it holds; redact less at a time",
            );
            Exit::Incomplete
        }
        Err(error) => {
            say(&format!(
                "aoc-bundle: the text is redacted, but its reversal map was not written: {error}"
            ));
            Exit::Incomplete
        }
    }
}
