//! Private keys in every form that is taken, and those that are not.
use std::sync::LazyLock;

use aes::cipher::BlockModeEncrypt;
use pkcs8::PrivateKeyInfoRef;
use pkcs8::pkcs5::pbes2;

use super::*;
use crate::aoc::fake::keys::{new_pem, pem};

static PEM: LazyLock<String> = LazyLock::new(|| new_pem().unwrap());
const PASSPHRASE: &str = "four words at random";

fn der() -> Zeroizing<Vec<u8>> {
    PemBlock::find(PEM.as_bytes()).unwrap().der
}

fn pkcs1() -> Vec<u8> {
    let der = der();
    let info = PrivateKeyInfoRef::try_from(der.as_slice()).unwrap();
    info.private_key.as_bytes().to_vec()
}

fn passphrase(text: &str) -> Option<SecretString> {
    Some(SecretString::from(text))
}

fn read(pem: &str, word: Option<&str>) -> Result<Vec<u8>, KeyError> {
    let word = word.and_then(passphrase);
    SigningKey::read(pem.as_bytes(), word.as_ref()).map(|k| k.public())
}

fn public() -> Vec<u8> {
    read(&PEM, None).unwrap()
}

#[test]
fn open_keys_are_read_in_both_forms_and_with_text_around() {
    let one = pem("RSA PRIVATE KEY", &[], &pkcs1());
    assert_eq!(read(&one, None), Ok(public()));
    assert_eq!(
        read(
            &format!("Bag Attributes\n{}", one.replace('\n', "\r\n")),
            Some("unused")
        ),
        Ok(public())
    );
    assert!(
        SigningKey::read(PEM.as_bytes(), None)
            .unwrap()
            .sign(b"x")
            .unwrap()
            .len()
            == 256
    );
}

#[test]
fn locked_pkcs8_opens_with_its_passphrase_only() {
    let der = der();
    let params =
        pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(2048, &[7; 16], [9; 16]).unwrap();
    let info = PrivateKeyInfoRef::try_from(der.as_slice()).unwrap();
    let locked = info.encrypt_with_params(params, PASSPHRASE).unwrap();
    let text = pem("ENCRYPTED PRIVATE KEY", &[], locked.as_bytes());
    assert_eq!(read(&text, Some(PASSPHRASE)), Ok(public()));
    assert_eq!(read(&text, Some("another")), Err(KeyError::WrongPassphrase));
    assert_eq!(read(&text, None), Err(KeyError::Locked));
}

/// Locks as OpenSSL did for thirty years.
fn old_lock<E: KeyIvInit + BlockModeEncrypt>(length: usize, iv: &[u8]) -> Vec<u8> {
    let mut key = Vec::new();
    let mut last = Vec::new();
    while key.len() < length {
        let mut hash = Md5::new();
        hash.update(&last);
        hash.update(PASSPHRASE.as_bytes());
        hash.update(&iv[..8]);
        last = hash.finalize().to_vec();
        key.extend_from_slice(&last);
    }
    let open = pkcs1();
    let mut buffer = open.clone();
    buffer.resize(open.len() + 16, 0);
    let cipher = E::new_from_slices(&key[..length], iv).unwrap();
    cipher
        .encrypt_padded::<Pkcs7>(&mut buffer, open.len())
        .unwrap()
        .to_vec()
}

#[test]
fn keys_that_openssl_locked_in_its_old_way_open_too() {
    let iv: Vec<u8> = (1..=16).collect();
    let cases = [
        (
            "AES-128-CBC",
            old_lock::<cbc::Encryptor<aes::Aes128>>(16, &iv),
            16,
        ),
        (
            "AES-192-CBC",
            old_lock::<cbc::Encryptor<aes::Aes192>>(24, &iv),
            16,
        ),
        (
            "AES-256-CBC",
            old_lock::<cbc::Encryptor<aes::Aes256>>(32, &iv),
            16,
        ),
        (
            "DES-EDE3-CBC",
            old_lock::<cbc::Encryptor<des::TdesEde3>>(24, &iv[..8]),
            8,
        ),
    ];
    for (cipher, locked, iv_length) in cases {
        let info = format!(
            "DEK-Info: {cipher},{}",
            data_encoding::HEXUPPER.encode(&iv[..iv_length])
        );
        let text = pem(
            "RSA PRIVATE KEY",
            &["Proc-Type: 4,ENCRYPTED", &info],
            &locked,
        );
        assert_eq!(read(&text, Some(PASSPHRASE)), Ok(public()), "{cipher}");
        assert_eq!(
            read(&text, Some("another")),
            Err(KeyError::WrongPassphrase),
            "{cipher}"
        );
        assert_eq!(read(&text, None), Err(KeyError::Locked), "{cipher}");
    }
    let text = pem(
        "RSA PRIVATE KEY",
        &[
            "Proc-Type: 4,ENCRYPTED",
            "DEK-Info: RC2-40-CBC,0102030405060708",
        ],
        &[0; 64],
    );
    assert_eq!(read(&text, Some(PASSPHRASE)), Err(KeyError::Cipher));
}

#[test]
fn what_is_no_usable_key_says_what_it_is() {
    let ec = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let short = PEM.lines().take(10).collect::<Vec<_>>().join("\n");
    let cases = [
        (String::new(), KeyError::NotPem),
        ("ssh-rsa AAAA".to_owned(), KeyError::NotPem),
        (short, KeyError::NotPem),
        (ec, KeyError::NotRsa),
        (pem("EC PRIVATE KEY", &[], &[1, 2]), KeyError::NotRsa),
        (pem("OPENSSH PRIVATE KEY", &[], &[1, 2]), KeyError::OpenSsh),
        (pem("PUBLIC KEY", &[], &[1, 2]), KeyError::Public),
        (pem("CERTIFICATE", &[], &[1, 2]), KeyError::Public),
        (pem("PRIVATE KEY", &[], &der()[..300]), KeyError::Damaged),
        (
            pem("RSA PRIVATE KEY", &[], &pkcs1()[..300]),
            KeyError::Damaged,
        ),
        (
            pem("ENCRYPTED PRIVATE KEY", &[], &[0; 40]),
            KeyError::Damaged,
        ),
        (PEM.replace("MII", "%%%"), KeyError::Damaged),
    ];
    for (text, error) in cases {
        assert_eq!(read(&text, Some("x")), Err(error), "{error:?}");
    }
}
