//! Private keys for signing: PEM text in the forms that OpenSSL and the ascli wizard write, locked or not.
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt, KeyIvInit};
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use md5::{Digest, Md5};
use pkcs8::EncryptedPrivateKeyInfoRef;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// Why a private key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No PEM text.
    #[error(
        "the private key is no PEM text; it must begin with -----BEGIN PRIVATE KEY----- or -----BEGIN RSA PRIVATE KEY-----"
    )]
    NotPem,
    /// A public key or certificate.
    #[error("this is a public key or a certificate; give the private key that belongs to it")]
    Public,
    /// OpenSSH's own form.
    #[error(
        "this key is in OpenSSH's own form; write a copy in PEM form with: ssh-keygen -p -m PEM -f COPY"
    )]
    OpenSsh,
    /// Not RSA.
    #[error("this key is no RSA key; Aspera on Cloud takes RSA keys of 2048 bits or more only")]
    NotRsa,
    /// It is locked and no passphrase was given.
    #[error("the private key is locked; give its passphrase in AOC_BUNDLE_PRIVATE_KEY_PASSPHRASE")]
    Locked,
    /// It is locked with another passphrase.
    #[error("the passphrase does not open the private key")]
    WrongPassphrase,
    /// It is locked in a way that is not supported.
    #[error(
        "the private key is locked with an old or unknown cipher; lock it anew with: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW"
    )]
    Cipher,
    /// It is damaged, or smaller than 2048 bits.
    #[error(
        "the private key is damaged or shorter than 2048 bits; make a new pair and register its public half"
    )]
    Damaged,
    /// A signature could not be made.
    #[error("the private key makes no signature; make a new pair and register its public half")]
    Unusable,
}

/// A private key that can sign.
pub struct SigningKey(KeyPair);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey")
    }
}

impl SigningKey {
    /// Reads PEM text: PKCS#8 or PKCS#1, with or without passphrase.
    ///
    /// # Errors
    /// [`KeyError`], never with anything of the key in it.
    pub fn read(pem: &[u8], passphrase: Option<&SecretString>) -> Result<Self, KeyError> {
        let block = PemBlock::find(pem)?;
        let pair = match block.label.as_str() {
            "PRIVATE KEY" => pkcs8_key(&block.der)?,
            "ENCRYPTED PRIVATE KEY" => {
                let passphrase = passphrase.ok_or(KeyError::Locked)?;
                let locked = EncryptedPrivateKeyInfoRef::try_from(block.der.as_slice())
                    .map_err(|_| KeyError::Damaged)?;
                if locked.encryption_algorithm.pbes2().is_none() {
                    return Err(KeyError::Cipher);
                }
                let open = locked
                    .decrypt(passphrase.expose_secret())
                    .map_err(|_| KeyError::WrongPassphrase)?;
                pkcs8_key(open.as_bytes())?
            }
            "RSA PRIVATE KEY" => match &block.locked_with {
                None => KeyPair::from_der(&block.der).map_err(|_| KeyError::Damaged)?,
                Some((cipher, iv)) => {
                    let passphrase = passphrase.ok_or(KeyError::Locked)?;
                    let open = unlock(cipher, iv, &block.der, passphrase)?;
                    KeyPair::from_der(&open).map_err(|_| KeyError::WrongPassphrase)?
                }
            },
            "OPENSSH PRIVATE KEY" => return Err(KeyError::OpenSsh),
            label if label.ends_with("PRIVATE KEY") => return Err(KeyError::NotRsa),
            "PUBLIC KEY" | "RSA PUBLIC KEY" | "CERTIFICATE" => return Err(KeyError::Public),
            _ => return Err(KeyError::NotPem),
        };
        Ok(Self(pair))
    }

    /// An RS256 signature.
    ///
    /// # Errors
    /// [`KeyError::Unusable`].
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        let random = aws_lc_rs::rand::SystemRandom::new();
        self.0
            .sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
            .map_err(|_| KeyError::Unusable)?;
        Ok(signature)
    }

    /// The public half, as a DER `RSAPublicKey`.
    #[must_use]
    pub fn public(&self) -> Vec<u8> {
        use aws_lc_rs::signature::KeyPair as _;
        self.0.public_key().as_ref().to_vec()
    }
}

fn pkcs8_key(der: &[u8]) -> Result<KeyPair, KeyError> {
    // Told apart here, since the library only says that it does not want the key.
    const RSA: pkcs8::ObjectIdentifier =
        pkcs8::ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
    let info = pkcs8::PrivateKeyInfoRef::try_from(der).map_err(|_| KeyError::Damaged)?;
    if info.algorithm.oid != RSA {
        return Err(KeyError::NotRsa);
    }
    KeyPair::from_pkcs8(der).map_err(|_| KeyError::Damaged)
}

/// The first PEM block of a text that is a key or certificate.
struct PemBlock {
    label: String,
    /// Cipher and start value of a key that is locked in OpenSSL's old way.
    locked_with: Option<(String, Vec<u8>)>,
    der: Zeroizing<Vec<u8>>,
}

impl PemBlock {
    fn find(pem: &[u8]) -> Result<Self, KeyError> {
        let text = std::str::from_utf8(pem).map_err(|_| KeyError::NotPem)?;
        let (_, rest) = text.split_once("-----BEGIN ").ok_or(KeyError::NotPem)?;
        let (label, rest) = rest.split_once("-----").ok_or(KeyError::NotPem)?;
        let (body, _) = rest.split_once("-----END ").ok_or(KeyError::NotPem)?;
        let mut locked_with = None;
        let mut base64 = Zeroizing::new(String::with_capacity(body.len()));
        for line in body.lines().map(str::trim) {
            match line.split_once(':') {
                Some(("DEK-Info", how)) => {
                    let (cipher, iv) = how.trim().split_once(',').ok_or(KeyError::Damaged)?;
                    let iv = data_encoding::HEXUPPER_PERMISSIVE
                        .decode(iv.trim().as_bytes())
                        .map_err(|_| KeyError::Damaged)?;
                    locked_with = Some((cipher.to_owned(), iv));
                }
                Some(_) => {}
                None => base64.push_str(line),
            }
        }
        let der = data_encoding::BASE64
            .decode(base64.as_bytes())
            .map_err(|_| KeyError::Damaged)?;
        Ok(Self {
            label: label.trim().to_owned(),
            locked_with,
            der: Zeroizing::new(der),
        })
    }
}

/// Opens a key that OpenSSL locked in its old way: the key of the cipher is made with MD5 from the
/// passphrase and the start value.
fn unlock(
    cipher: &str,
    iv: &[u8],
    locked: &[u8],
    passphrase: &SecretString,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let salt = iv.get(..8).ok_or(KeyError::Damaged)?;
    let key = |length: usize| {
        let mut key = Zeroizing::new(Vec::with_capacity(length + 16));
        let mut last: Zeroizing<Vec<u8>> = Zeroizing::default();
        while key.len() < length {
            let mut hash = Md5::new();
            hash.update(&*last);
            hash.update(passphrase.expose_secret().as_bytes());
            hash.update(salt);
            last = Zeroizing::new(hash.finalize().to_vec());
            key.extend_from_slice(&last);
        }
        key.truncate(length);
        key
    };
    match cipher {
        "AES-128-CBC" => decrypt::<cbc::Decryptor<aes::Aes128>>(&key(16), iv, locked),
        "AES-192-CBC" => decrypt::<cbc::Decryptor<aes::Aes192>>(&key(24), iv, locked),
        "AES-256-CBC" => decrypt::<cbc::Decryptor<aes::Aes256>>(&key(32), iv, locked),
        "DES-EDE3-CBC" => decrypt::<cbc::Decryptor<des::TdesEde3>>(&key(24), iv, locked),
        _ => Err(KeyError::Cipher),
    }
}

fn decrypt<D: KeyIvInit + BlockModeDecrypt>(
    key: &[u8],
    iv: &[u8],
    locked: &[u8],
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let mut buffer = Zeroizing::new(locked.to_vec());
    let length = D::new_from_slices(key, iv)
        .map_err(|_| KeyError::Damaged)?
        .decrypt_padded::<Pkcs7>(&mut buffer)
        .map_err(|_| KeyError::WrongPassphrase)?
        .len();
    buffer.truncate(length);
    Ok(buffer)
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
