//! `aoc-bundle reveal`: replaces the pseudonyms in a text from support by the original values.
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, ErrorKind, IsTerminal, Read, Write};

use anyhow::{Context, Result};

use crate::bundle::reversal_map;
use crate::bundle::reversal_map::MapError;
use crate::cli::args::RevealArgs;
use crate::cli::exit::Exit;
use crate::cli::filters::restorer::{Met, Restorer};
use crate::cli::options::secrets;
use crate::cli::output::say;

/// Most bytes of a line that are looked at in one piece; a longer line is cut between pseudonyms.
const PIECE: u64 = 1 << 20;
/// Most unknown pseudonyms and secrets that are listed.
const MOST_TOLD: usize = 20;

pub(in crate::cli) fn run(args: &RevealArgs) -> Result<Exit> {
    let file = File::open(&args.map)
        .map_err(|e| MapError::Read(e.kind().to_string()))
        .context("the file of --map")?;
    let unlock = secrets::unlock(
        args.identity.as_deref(),
        args.map_passphrase_file.as_deref(),
    )?;
    let map = reversal_map::read(BufReader::new(file), &unlock)?;
    let mut restorer = Restorer::new(&map);
    // On a terminal standard output is written line by line; into a pipe in larger pieces.
    let stdout = std::io::stdout().lock();
    let mut out: Box<dyn Write> = if stdout.is_terminal() {
        Box::new(stdout)
    } else {
        Box::new(BufWriter::new(stdout))
    };
    let written = if args.text.is_empty() {
        lines(
            &mut BufReader::new(std::io::stdin().lock()),
            &mut restorer,
            &mut out,
        )
    } else {
        let text = args.text.join(" ") + "\n";
        lines(&mut text.as_bytes(), &mut restorer, &mut out)
    };
    match written {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(Exit::Complete),
        written => written.context("cannot write the text")?,
    }
    let unknown = list_unknown(&restorer, &map);
    list("secret that no map holds", &restorer.secrets);
    Ok(if unknown {
        Exit::Incomplete
    } else {
        Exit::Complete
    })
}

/// Puts names back line by line; memory does not grow with the text, nor with one line of it.
fn lines(
    input: &mut impl BufRead,
    restorer: &mut Restorer<'_>,
    out: &mut impl Write,
) -> std::io::Result<()> {
    let mut text = Vec::new();
    loop {
        let read = Read::take(&mut *input, PIECE).read_until(b'\n', &mut text)?;
        let kept = restorer.restore(&text, read == 0, out)?;
        text.drain(..text.len() - kept);
        if read == 0 {
            return out.flush();
        }
    }
}

/// True if a pseudonym was met that the map does not know.
fn list_unknown(restorer: &Restorer<'_>, map: &reversal_map::Map) -> bool {
    if restorer.unknown.is_empty() {
        return false;
    }
    list("pseudonym that this map does not know", &restorer.unknown);
    say(&format!(
        "aoc-bundle: this map belongs to {} (key {}){}; a pseudonym of another bundle needs the map of that bundle.",
        map.bundle,
        map.key_id,
        if map.complete {
            ""
        } else {
            " and is not complete, since there were more names than it holds"
        }
    ));
    true
}

fn list(what: &str, found: &BTreeMap<String, Met>) {
    if found.is_empty() {
        return;
    }
    let many = if found.len() == 1 {
        String::new()
    } else {
        format!(" ({} in all)", found.len())
    };
    say(&format!("aoc-bundle: {what}{many}:"));
    for (pseudonym, met) in found.iter().take(MOST_TOLD) {
        let times = if met.times == 1 {
            String::new()
        } else {
            format!(", {} times", met.times)
        };
        let hint = met
            .hint
            .as_ref()
            .map_or_else(String::new, |h| format!(" ({h})"));
        say(&format!("  {pseudonym}{times}{hint}"));
    }
    if found.len() > MOST_TOLD {
        say(&format!("  … and {} more", found.len() - MOST_TOLD));
    }
}
