//! `aoc-bundle redact`: redacts one file or standard input to standard output.
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use zeroize::Zeroizing;

use crate::bundle::reversal_map;
use crate::bundle::reversal_map::About;
use crate::cli::args::{RedactArgs, RedactionArgs};
use crate::cli::exit::{Exit, Usage};
use crate::cli::filters::input_file::InputFile;
use crate::cli::options::redaction;
use crate::cli::output::say;
use crate::collect::{MapRequest, Output};
use crate::pseudonym::{Key, Pseudonyms};
use crate::redact::{Part, Redactor, Tally};
use crate::sources::files::root_fs::Tree;
use crate::sources::paths::catalogue::Os;
use crate::sources::system::host::Machine;
use crate::sources::system::identity::identity;
use crate::text::{Encoding, TextError};

/// A redactor that knows the names of the machine that this runs on.
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
    let input = InputFile {
        path: args.file.as_deref(),
        kind: args.kind,
    };
    input.learn(&mut redactor)?;
    if map.is_some() {
        redactor = redactor.remembering();
    }
    let (mut held, mut first_held) = (0, 0);
    let mut out = std::io::stdout().lock();
    let all = each_part(input, &redactor, |part, encoding| {
        if let (0, Some(first)) = (held, part.block.held.first()) {
            first_held = first.line;
        }
        held += part.block.held.len();
        let clean = part.redact(&redactor, &mut Tally::default());
        let clean = clean.encoded(encoding, part.block.number == 0);
        match out.write_all(clean.as_bytes()) {
            // The reader of the pipe wants no more.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
            written => written
                .context("cannot write the redacted text")
                .map(|()| true),
        }
    });
    let mut exit = Exit::Complete;
    let all = all.or_else(|error| match torn(&error) {
        Some(message) => {
            say(&format!("aoc-bundle: {message}"));
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

/// The message about a broken trace whose beginning can be used.
fn torn(error: &anyhow::Error) -> Option<String> {
    match error.downcast_ref::<TextError>()? {
        error @ (TextError::Torn { .. } | TextError::BrokenHar { .. }) => Some(error.to_string()),
        _ => None,
    }
}

/// True if standard output goes into `file`: it would be read while it is written, without end.
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

/// Reads the input part by part; `each` says whether it wants more. False if it did not want all.
fn each_part(
    input: InputFile<'_>,
    redactor: &Redactor,
    mut each: impl FnMut(&Part, Encoding) -> Result<bool>,
) -> Result<bool> {
    let mut opened = input.open()?;
    let mut buffer = Vec::new();
    while let Some(part) = opened.document.next(redactor, buffer)? {
        if !each(&part, opened.encoding)? {
            return Ok(false);
        }
        buffer = part.block.bytes;
    }
    Ok(true)
}

/// Writes the reversal map. The text is written already, so a failure costs the map only.
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
