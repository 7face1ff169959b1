//! User-defined rules: the `[[rule]]` tables of the settings file with their lists of words, checked before any evidence
//! is read. A message names the rule and its line, never a value.
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Deserialize;
use toml::Spanned;

use crate::cli::exit::Usage;
use crate::redact::{Rules, UserPattern, UserRule};

/// Largest list of words: 8 MiB.
const LARGEST: u64 = 8 << 20;
/// Most rules.
const MOST: usize = 1000;

/// One `[[rule]]` as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::cli) struct Row {
    id: Spanned<String>,
    kind: String,
    literal: Option<String>,
    words: Option<Vec<String>>,
    words_file: Option<PathBuf>,
    regex: Option<String>,
    field: Option<Names>,
    #[serde(default)]
    catch: Vec<String>,
    #[serde(default)]
    leave: Vec<String>,
}

/// One name, or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Names {
    One(String),
    Many(Vec<String>),
}

/// The rule table with the rules of a settings file. `config` is that file and `text` what is in it.
pub(in crate::cli) fn table(config: &Path, text: &str, rows: Vec<Row>) -> Result<Rules> {
    let builtin = Rules::builtin()?;
    if rows.len() > MOST {
        return Err(Usage(format!(
            "the file of --config has more than {MOST} rules; put values of one kind into one list"
        ))
        .into());
    }
    let mut places = Vec::with_capacity(rows.len());
    let mut rules = Vec::with_capacity(rows.len());
    for (i, row) in rows.into_iter().enumerate() {
        let line = text
            .get(..row.id.span().start)
            .map_or(0, |head| head.matches('\n').count() + 1);
        let place = format!("the file of --config, rule {} in line {line}", i + 1);
        let list = row.words_file.clone();
        rules.push(rule(config, row).map_err(|why| Usage(format!("{place}: {why}")))?);
        places.push((place, list));
    }
    builtin.with_user(&rules).map_err(|(i, why)| {
        let (place, list) = places.get(i).cloned().unwrap_or_default();
        // The row of a list is a line of its file.
        let list = list.map_or(
            "",
            |_| ", in the file of `words-file`, whose lines are the values",
        );
        Usage(format!("{place}{list}: {why}")).into()
    })
}

fn rule(config: &Path, row: Row) -> Result<UserRule, String> {
    let given = [
        row.literal.is_some(),
        row.words.is_some(),
        row.words_file.is_some(),
        row.regex.is_some(),
        row.field.is_some(),
    ];
    if given.iter().filter(|given| **given).count() != 1 {
        return Err(
            "give exactly one of `literal`, `words`, `words-file`, `regex` and `field`".to_owned(),
        );
    }
    let what = if let Some(literal) = row.literal {
        UserPattern::Words(vec![(1, literal)])
    } else if let Some(words) = row.words {
        UserPattern::Words((1..).zip(words).collect())
    } else if let Some(file) = row.words_file {
        UserPattern::Words(words(&beside(config, &file))?)
    } else if let Some(regex) = row.regex {
        UserPattern::Regex(regex)
    } else {
        UserPattern::Field(match row.field {
            Some(Names::One(name)) => vec![name],
            Some(Names::Many(names)) => names,
            None => Vec::new(),
        })
    };
    Ok(UserRule {
        id: row.id.into_inner(),
        kind: row.kind,
        what,
        catch: row.catch,
        leave: row.leave,
    })
}

/// A path as the settings file means it: from its own folder on.
fn beside(config: &Path, file: &Path) -> PathBuf {
    config
        .parent()
        .map_or_else(|| file.to_path_buf(), |folder| folder.join(file))
}

/// The content of a file that the user wrote; `None` if it has more than `most` bytes. The size is counted while reading,
/// since a device reports none.
pub(in crate::cli) fn read(file: &Path, most: u64) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(file)?;
    file.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

/// The lines of a list, with their numbers; empty ones and those behind a `#` are passed over.
fn words(file: &Path) -> Result<Vec<(usize, String)>, String> {
    let failed = |error: &std::io::Error| {
        match error.kind() {
        std::io::ErrorKind::NotFound => {
            "the file of `words-file` does not exist; its path starts in the folder of the settings file".to_owned()
        }
        kind => format!("the file of `words-file` cannot be read ({kind}); make it readable"),
    }
    };
    let bytes = read(file, LARGEST)
        .map_err(|e| failed(&e))?
        .ok_or("the file of `words-file` is larger than 8 MiB; use a `regex` or a `field`")?;
    let text = String::from_utf8(bytes)
        .map_err(|_| "the file of `words-file` is not UTF-8; save it as UTF-8".to_owned())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Ok((1..)
        .zip(text.lines())
        .map(|(row, line)| (row, line.trim().to_owned()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .collect())
}
