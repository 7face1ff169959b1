//! Secrets as they come to the command line: from a file, from the environment or from the terminal, never as an
//! argument, which every process of the machine can read.
use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::Path;

use age::secrecy::{ExposeSecret, SecretString};
use anyhow::{Context, Result, anyhow};
use zeroize::Zeroizing;

use crate::bundle::reversal_map::{Lock, Unlock, WORK_FACTOR};
use crate::cli::exit::Usage;
use crate::cli::output::say;
use crate::pseudonym::{Key, LARGEST_KEY_FILE, text_of};

/// The environment variable with the passphrase of a map.
const MAP_PASSPHRASE: &str = "AOC_BUNDLE_MAP_PASSPHRASE";
/// A passphrase of a new map has at least this many characters; scrypt and a random salt make each guess cost.
const SHORTEST_PASSPHRASE: usize = 12;

/// The key of a key file.
pub(in crate::cli) fn key(file: Option<&Path>) -> Result<Option<Key>> {
    let Some(file) = file else { return Ok(None) };
    let material = content(file, "--key-file")?;
    Ok(Some(
        Key::from_material(&material).map_err(|e| Usage(e.to_string()))?,
    ))
}

/// The content of a file that holds a secret. Warns if other users can read the file.
pub(in crate::cli) fn content(path: &Path, option: &'static str) -> Result<Zeroizing<Vec<u8>>> {
    let wrong = || format!("cannot read the file of {option}");
    let file = File::open(path).with_context(wrong)?;
    warn_if_open(&file, option);
    // Room for all from the start: a vector that grows leaves its old bytes behind.
    let most = LARGEST_KEY_FILE + 1;
    let mut content = Zeroizing::new(Vec::with_capacity(most));
    file.take(most as u64)
        .read_to_end(&mut content)
        .with_context(wrong)?;
    Ok(content)
}

/// Says that everybody on the machine can read a secret, as ssh does; the run goes on, since the file may be
/// on a system without rights.
#[cfg(unix)]
fn warn_if_open(file: &File, option: &str) {
    use std::os::unix::fs::MetadataExt;
    let open = |m: &std::fs::Metadata| m.is_file() && m.mode() & 0o077 != 0;
    if file.metadata().is_ok_and(|m| open(&m)) {
        say(&format!(
            "aoc-bundle: warning: others on this machine can read the file of {option}; take the right away with: chmod 600 FILE"
        ));
    }
}

/// Rights on other systems are lists that only their owner can judge.
#[cfg(not(unix))]
fn warn_if_open(_file: &File, _option: &str) {}

/// The text of a file that holds a passphrase.
fn passphrase_of(path: &Path, option: &'static str) -> Result<SecretString> {
    let text = text_of(&content(path, option)?)
        .filter(|t| !t.is_empty())
        .ok_or_else(|| {
            Usage(format!(
                "the file of {option} holds no passphrase; write it there as text"
            ))
        })?;
    Ok(SecretString::from(text.as_str()))
}

/// The passphrase of the environment.
#[expect(clippy::disallowed_methods, reason = "the environment is read here")]
fn passphrase_of_environment() -> Result<Option<SecretString>> {
    let Some(value) = std::env::var_os(MAP_PASSPHRASE) else {
        return Ok(None);
    };
    let value = Zeroizing::new(value.into_encoded_bytes());
    let text = text_of(&value).filter(|t| !t.is_empty());
    let text = text.ok_or_else(|| {
        Usage(format!(
            "{MAP_PASSPHRASE} is empty or no text; set it to the passphrase of the map"
        ))
    })?;
    Ok(Some(SecretString::from(text.as_str())))
}

fn ask(question: &str) -> Result<SecretString> {
    let typed = rpassword::prompt_password(question)
        .context("cannot read the passphrase from the terminal")?;
    Ok(SecretString::from(typed))
}

/// The lock of a new map: public keys, or a passphrase from a file, the environment or the terminal.
pub(in crate::cli) fn lock(
    recipients: &[String],
    file: Option<&Path>,
    may_ask: bool,
) -> Result<Lock> {
    if !recipients.is_empty() {
        return Ok(Lock::Recipients(
            recipients
                .iter()
                .map(|r| recipient(r))
                .collect::<Result<_>>()?,
        ));
    }
    let given = match file {
        Some(file) => Some(passphrase_of(file, "--map-passphrase-file")?),
        None => passphrase_of_environment()?,
    };
    let passphrase = match given {
        Some(passphrase) => passphrase,
        None if may_ask && std::io::stdin().is_terminal() => {
            let first = ask("Passphrase for the map: ")?;
            let again = ask("The same once more: ")?;
            if first.expose_secret() != again.expose_secret() {
                return Err(Usage("the two passphrases differ; nothing was collected".to_owned()).into());
            }
            first
        }
        None => return Err(Usage(format!("--map needs a passphrase, and there is no terminal to ask on; give it with --map-passphrase-file FILE or in {MAP_PASSPHRASE}, or give a public key with --map-recipient")).into()),
    };
    let length = passphrase.expose_secret().chars().count();
    if length < SHORTEST_PASSPHRASE {
        return Err(Usage(format!("the passphrase for the map has {length} characters, but at least {SHORTEST_PASSPHRASE} are needed: take four words at random")).into());
    }
    Ok(Lock::Passphrase(passphrase, WORK_FACTOR))
}

fn recipient(text: &str) -> Result<age::x25519::Recipient> {
    // A secret key in its place must not come back in a message.
    text.trim().parse().map_err(|_| {
        Usage("--map-recipient is a public key of age: it begins with age1 and is printed by age-keygen".to_owned()).into()
    })
}

/// The key of a map: an identity file, or a passphrase from a file, the environment or the terminal.
pub(in crate::cli) fn unlock(identity: Option<&Path>, file: Option<&Path>) -> Result<Unlock> {
    if let Some(path) = identity {
        return identities(path);
    }
    let given = match file {
        Some(file) => Some(passphrase_of(file, "--map-passphrase-file")?),
        None => passphrase_of_environment()?,
    };
    if let Some(passphrase) = given {
        return Ok(Unlock::Passphrase(passphrase));
    }
    // Standard input may be the text to read; the question is asked on the terminal device.
    if std::io::stdin().is_terminal() || std::io::stderr().is_terminal() {
        return Ok(Unlock::Passphrase(ask("Passphrase of the map: ")?));
    }
    Err(Usage(format!("the map needs its passphrase, and there is no terminal to ask on; give it with --map-passphrase-file FILE or in {MAP_PASSPHRASE}, or the secret key with --identity FILE")).into())
}

/// The secret keys of an identity file as age-keygen writes it.
fn identities(path: &Path) -> Result<Unlock> {
    let text = text_of(&content(path, "--identity")?).unwrap_or_default();
    let mut keys = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        keys.push(line.parse::<age::x25519::Identity>().map_err(|_| {
            anyhow!(Usage("the file of --identity holds something that is no secret key of age (AGE-SECRET-KEY-1…); give the file that age-keygen wrote".to_owned()))
        })?);
    }
    if keys.is_empty() {
        return Err(Usage("the file of --identity holds no secret key of age (AGE-SECRET-KEY-1…); give the file that age-keygen wrote".to_owned()).into());
    }
    Ok(Unlock::Identities(keys))
}
