//! One file, one key: whatever system wrote it; and too little is refused with a way out.
use super::Pseudonyms;
use super::key::Key;
use super::key_file::{KeyError, Material, text_of};

const WORDS: &str = "korb minze anker stiefel wolke";

fn key_id(content: &[u8]) -> String {
    Pseudonyms::new(&Key::from_material(content).unwrap())
        .key_id()
        .to_owned()
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units
        .flat_map(|u| {
            if big {
                u.to_be_bytes()
            } else {
                u.to_le_bytes()
            }
        })
        .collect()
}

#[test]
fn a_passphrase_is_the_same_however_a_system_writes_it_down() {
    let plain = text_of(WORDS.as_bytes()).unwrap();
    for content in [
        format!("{WORDS}\n").into_bytes(),
        format!("{WORDS}\r\n").into_bytes(),
        format!("\u{feff}{WORDS}\r\n").into_bytes(),
        format!("  {WORDS}\t\n\n").into_bytes(),
        utf16(&format!("{WORDS}\r\n"), false),
        utf16(WORDS, true),
    ] {
        assert_eq!(text_of(&content).as_ref(), Some(&plain), "{content:?}");
        let same = Material::of(&content) == Ok(Material::Passphrase(plain.clone()));
        assert!(same, "{content:?}");
    }
    assert_eq!(text_of(b"one two\rthree"), text_of(b"one two\r\nthree\n"));
    assert_ne!(text_of(b"one two three"), text_of(b"One two three"));
    assert_eq!(
        key_id(WORDS.as_bytes()),
        key_id(format!("\u{feff}{WORDS}\r\n").as_bytes())
    );
}

/// Keys of bundles that exist must not change: these two values are for good.
#[test]
fn the_way_from_file_to_key_is_fixed() {
    assert_eq!(key_id(WORDS.as_bytes()), "yrku2m33f3a6");
    assert_eq!(key_id(&[7; 32]), "lkb4jh4a6c4r");
}

#[test]
fn random_bytes_are_the_same_key_in_binary_hexadecimal_and_base64() {
    let bytes: Vec<u8> = (0..40u8)
        .map(|n| n.wrapping_mul(151).wrapping_add(9))
        .collect();
    let id = key_id(&bytes);
    let base64 = data_encoding::BASE64.encode(&bytes);
    for text in [
        data_encoding::HEXLOWER.encode(&bytes),
        data_encoding::HEXUPPER.encode(&bytes) + "\r\n",
        base64.clone() + "\n",
        format!("\u{feff}{}\r\n{}\r\n", &base64[..32], &base64[32..]),
        data_encoding::BASE64URL_NOPAD.encode(&bytes),
        data_encoding::BASE64_NOPAD.encode(&bytes),
    ] {
        assert_eq!(key_id(text.as_bytes()), id, "{text}");
    }
    let mut longer = bytes.clone();
    longer.push(b'\n');
    assert_ne!(key_id(&longer), id, "every byte of a binary key counts");
}

#[test]
fn words_without_blanks_are_a_passphrase_although_base64_could_be_made_of_them() {
    for text in [
        "korbminzeankerstiefelwolkekorbminzeankerstiefelwolke",
        "KorbMinzeAnkerStiefelWolkeKorbMinzeAnkerStiefelWolke",
        "deadbeefdeadbeefdeadbeef",
    ] {
        let found = Material::of(text.as_bytes());
        assert!(
            matches!(
                &found,
                Ok(Material::Passphrase(_)) | Err(KeyError::SimplePassphrase)
            ),
            "{text}"
        );
    }
}

#[test]
fn too_little_is_refused_with_what_to_do_and_never_shown() {
    for (content, error) in [
        (&b""[..], KeyError::TooShort(0)),
        (b"\r\n", KeyError::TooShort(2)),
        (&[1; 31], KeyError::TooShort(31)),
        (b"secret", KeyError::ShortPassphrase(6)),
        (
            "fünfzehn Bäume!\n".as_bytes(),
            KeyError::ShortPassphrase(15),
        ),
        (&[b'k'; 31], KeyError::SimplePassphrase),
        (&[b'k'; 400], KeyError::SimplePassphrase),
        (&[0; (1 << 20) + 1], KeyError::TooLarge),
    ] {
        let found = Key::from_material(content).err().unwrap();
        let text = found.to_string();
        assert_eq!(found, error);
        assert!(text.contains("at least 32 random bytes"), "{text}");
        assert!(!text.contains("kkk") && !text.contains("secret"), "{text}");
    }
}
