//! A map opens with its key and is refused whole in every other case, each with its own sentence.
use std::sync::Arc;

use age::secrecy::SecretString;

use super::reversal_map::{About, Lock, Map, MapError, Unlock, check, read, write};
use crate::pseudonym::{Key, Pseudonyms};
use crate::redact::{Dialect, Level, Originals, Redactor, Rules, Tally};

/// Rounds of scrypt in tests: 2^4.
const QUICK: u8 = 4;

fn originals(text: &str) -> Originals {
    let names = Pseudonyms::new(&Key::new([7; 32]));
    let rules = Arc::new(Rules::builtin().unwrap());
    let redactor = Redactor::new(rules, names, Level::Standard).remembering();
    redactor.block(text.as_bytes(), Dialect::Log, &mut Tally::default());
    redactor.take_originals()
}

fn about() -> About<'static> {
    About {
        bundle: "b.zip",
        key_id: "kkkk",
        created: jiff::Timestamp::UNIX_EPOCH,
    }
}

fn passphrase(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

/// The bytes of a map of this text.
fn made(lock: &Lock, text: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.age");
    write(&path, lock, &about(), &originals(text)).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "for its owner only");
    }
    assert_eq!(folder.path().read_dir().unwrap().count(), 1);
    std::fs::read(path).unwrap()
}

fn error(bytes: &[u8], unlock: &Unlock) -> MapError {
    read(bytes, unlock).map(|_: Map| ()).unwrap_err()
}

#[test]
fn a_map_opens_with_its_passphrase_or_key_and_says_what_it_belongs_to() {
    let key = age::x25519::Identity::generate();
    let locks = [
        (
            Lock::Passphrase(passphrase("long enough"), QUICK),
            Unlock::Passphrase(passphrase("long enough")),
        ),
        (
            Lock::Recipients(vec![key.to_public()]),
            Unlock::Identities(vec![key]),
        ),
    ];
    for (lock, unlock) in locks {
        let bytes = made(&lock, "login user=ana from 10.1.2.3");
        assert!(
            !bytes.windows(3).any(|w| w == b"ana"),
            "nothing is in clear"
        );
        let map = read(&bytes[..], &unlock).unwrap();
        let values: Vec<&str> = map.names.values().map(|v| v.as_str()).collect();
        assert_eq!(values, ["10.1.2.3", "ana"]);
        assert_eq!(
            (&*map.bundle, &*map.key_id, map.complete),
            ("b.zip", "kkkk", true)
        );
    }
}

#[test]
fn one_changed_byte_or_a_missing_end_and_nothing_is_believed() {
    let key = age::x25519::Identity::generate();
    let lock = Lock::Recipients(vec![key.to_public()]);
    let many: String = (0..6000)
        .map(|n| format!("peer 11.{}.{}.7 up\n", n / 250, n % 250))
        .collect();
    let unlock = Unlock::Identities(vec![key]);
    let bytes = made(&lock, &many);
    assert!(bytes.len() > 3 * 65536, "several chunks: {}", bytes.len());
    read(&bytes[..], &unlock).unwrap();
    let header = bytes.windows(4).position(|w| w == b"\n---").unwrap();
    for at in [
        0,
        5,
        30,
        header - 4,
        header + 10,
        header + 60,
        5000,
        70_000,
        bytes.len() - 1,
    ] {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let error = error(&changed, &unlock);
        assert!(
            matches!(
                error,
                MapError::Tampered | MapError::NoMap | MapError::WrongIdentity
            ),
            "at {at}: {error}"
        );
        if at > header + 10 {
            assert!(matches!(error, MapError::Tampered), "at {at}: {error}");
        }
    }
    // A cut inside a chunk breaks its seal; a cut between chunks, or in the header, is an end that is missing.
    let body = bytes[header + 1..]
        .iter()
        .position(|b| *b == b'\n')
        .unwrap()
        + header
        + 2;
    for at in [
        10,
        header,
        body + 16 + 65536 + 16,
        body + 16 + 2 * (65536 + 16),
    ] {
        let error = error(&bytes[..at], &unlock);
        assert!(
            matches!(error, MapError::Truncated | MapError::Tampered),
            "at {at}: {error}"
        );
    }
    assert!(matches!(
        error(&bytes[..bytes.len() - 1], &unlock),
        MapError::Tampered
    ));
    let mut longer = bytes.clone();
    longer.push(b'x');
    assert!(matches!(error(&longer, &unlock), MapError::Tampered));
}

#[test]
fn each_wrong_key_and_each_other_file_has_its_own_sentence() {
    let (key, other) = (
        age::x25519::Identity::generate(),
        age::x25519::Identity::generate(),
    );
    let to_key = made(&Lock::Recipients(vec![key.to_public()]), "user=ana");
    let locked = made(
        &Lock::Passphrase(passphrase("right one"), QUICK),
        "user=ana",
    );
    let word = |text: &str| Unlock::Passphrase(passphrase(text));
    assert!(matches!(
        error(&locked, &word("wrong one")),
        MapError::WrongPassphrase
    ));
    assert!(matches!(
        error(&to_key, &word("right one")),
        MapError::NeedsIdentity
    ));
    let stranger = Unlock::Identities(vec![other]);
    assert!(matches!(error(&to_key, &stranger), MapError::WrongIdentity));
    assert!(matches!(
        error(&locked, &stranger),
        MapError::NeedsPassphrase
    ));
    for content in ["", "PK\x03\x04 a zip", "{\"names\":{}}"] {
        let error = error(content.as_bytes(), &word("right one"));
        assert!(
            matches!(error, MapError::NoMap | MapError::Truncated),
            "{content}: {error}"
        );
    }
}

/// Any text, encrypted as a map is.
fn sealed(text: &str) -> Vec<u8> {
    let mut recipient = age::scrypt::Recipient::new(passphrase("p"));
    recipient.set_work_factor(QUICK);
    age::encrypt(&recipient, text.as_bytes()).unwrap()
}

#[test]
fn what_opens_and_is_no_map_or_a_newer_one_is_refused() {
    let unlock = Unlock::Passphrase(passphrase("p"));
    let map = |rest: &str| sealed(&format!("{{\"format\":\"aoc-bundle-map\",{rest}}}"));
    assert!(read(&map("\"version\":1,\"names\":{},\"new\":[1]")[..], &unlock).is_ok());
    let newer = error(&map("\"version\":2,\"names\":{}"), &unlock);
    assert!(matches!(newer, MapError::Newer(2)), "{newer}");
    for content in [
        sealed("hello"),
        sealed("{\"format\":\"x\",\"version\":1,\"names\":{}}"),
        map("\"version\":1"),
    ] {
        assert!(matches!(error(&content, &unlock), MapError::OtherContent));
    }
    let mut costly = age::scrypt::Recipient::new(passphrase("p"));
    costly.set_work_factor(QUICK);
    let mut bytes = age::encrypt(&costly, b"x").unwrap();
    // The number of rounds stands in clear behind the salt: 2^4 becomes 2^21.
    let at = bytes.windows(3).position(|w| w == b" 4\n").unwrap();
    bytes.splice(at + 1..at + 2, *b"21");
    assert!(matches!(error(&bytes, &unlock), MapError::TooMuchWork));
}

#[test]
fn a_map_is_never_written_over_a_file_or_into_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("taken.age");
    std::fs::copy("Cargo.toml", &taken).unwrap();
    let lock = Lock::Recipients(vec![age::x25519::Identity::generate().to_public()]);
    let nothing = folder.path().join("no/such/m.age");
    for result in [
        check(&taken),
        write(&taken, &lock, &about(), &Originals::default()),
    ] {
        assert!(matches!(result, Err(MapError::Exists)), "{result:?}");
    }
    for result in [
        check(&nothing),
        write(&nothing, &lock, &about(), &Originals::default()),
    ] {
        assert!(matches!(result, Err(MapError::Folder(_))), "{result:?}");
    }
    check(&folder.path().join("free.age")).unwrap();
    assert!(std::fs::read(&taken).unwrap().starts_with(b"[package]"));
    assert_eq!(
        folder.path().read_dir().unwrap().count(),
        1,
        "nothing is left behind"
    );
}
