//! TLS that is always verified, by the system's own trust store and what `--ca-cert` adds, and that remembers
//! what each server showed: the chain is evidence, above all where it was refused.
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;

use super::ApiError;

/// Largest file of certificates: 4 MiB.
const LARGEST_CA_FILE: u64 = 4 << 20;

/// Why a file of certificates cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaError {
    /// It cannot be read.
    #[error("the file of --ca-cert cannot be read; give a file of certificates in PEM form")]
    Unreadable,
    /// It holds no certificate.
    #[error(
        "the file of --ca-cert holds no certificate; it must be PEM text that begins with BEGIN CERTIFICATE, or one certificate in DER form"
    )]
    Empty,
    /// One of its certificates is damaged.
    #[error("the file of --ca-cert holds a damaged certificate; export it again")]
    Damaged,
}

/// The certificates of a file: PEM, or one in DER form.
///
/// # Errors
/// [`CaError`]: unreadable, empty or damaged.
pub fn read_ca_file(path: &Path) -> Result<Vec<CertificateDer<'static>>, CaError> {
    let facts = std::fs::metadata(path).map_err(|_| CaError::Unreadable)?;
    if !facts.is_file() || facts.len() > LARGEST_CA_FILE {
        return Err(CaError::Unreadable);
    }
    let content = std::fs::read(path).map_err(|_| CaError::Unreadable)?;
    let mut found = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(&content) {
        found.push(certificate.map_err(|_| CaError::Damaged)?);
    }
    if found.is_empty() && x509_parser::parse_x509_certificate(&content).is_ok() {
        found.push(CertificateDer::from(content));
    }
    if found.is_empty() {
        return Err(CaError::Empty);
    }
    let mut store = rustls::RootCertStore::empty();
    for certificate in &found {
        store
            .add(certificate.clone())
            .map_err(|_| CaError::Damaged)?;
    }
    Ok(found)
}

/// What a server showed when it was connected to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeerChain {
    /// Certificates in DER form, the server's own first.
    pub certificates: Vec<Vec<u8>>,
    /// Whether this machine accepts the chain for this host now.
    pub accepted: bool,
}

#[derive(Debug)]
struct Shown {
    chain: PeerChain,
    trouble: Option<CertificateError>,
}

/// Verifies as the system does, and remembers.
#[derive(Debug)]
pub(super) struct Watcher {
    inner: Verifier,
    shown: Mutex<HashMap<String, Shown>>,
}

impl Watcher {
    pub(super) fn new(extra: Vec<CertificateDer<'static>>) -> Result<Arc<Self>, ApiError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let inner = if extra.is_empty() {
            Verifier::new(provider)
        } else {
            Verifier::new_with_extra_roots(extra, provider)
        };
        Ok(Arc::new(Self {
            inner: inner.map_err(|_| ApiError::NoClient)?,
            shown: Mutex::default(),
        }))
    }

    /// TLS settings that verify through this watcher.
    pub(super) fn config(self: &Arc<Self>) -> Result<ClientConfig, ApiError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let watcher: Arc<dyn ServerCertVerifier> = Arc::<Self>::clone(self);
        Ok(ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| ApiError::NoClient)?
            .dangerous()
            .with_custom_certificate_verifier(watcher)
            .with_no_client_auth())
    }

    /// What a host showed last.
    pub(super) fn chain(&self, host: &str) -> Option<PeerChain> {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.get(host).map(|s| s.chain.clone())
    }

    /// Why the certificate of a host was refused, if it was.
    pub(super) fn trouble(&self, host: &str) -> Option<ApiError> {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let trouble = shown.get(host)?.trouble.as_ref()?;
        let host = host.to_owned();
        Some(match trouble {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                ApiError::Expired { host }
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                ApiError::NotYetValid { host }
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                ApiError::WrongHost { host }
            }
            // A signature that does not fit is what a company's CA looks like after it was made anew.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                ApiError::Untrusted { host }
            }
            // A certificate that signed itself is refused in these words where it says that it is a CA.
            CertificateError::Other(why) if format!("{why:?}").contains("CaUsedAsEndEntity") => {
                ApiError::Untrusted { host }
            }
            _ => ApiError::BadCertificate { host },
        })
    }
}

fn name_of(server: &ServerName<'_>) -> String {
    server.to_str().to_lowercase()
}

impl ServerCertVerifier for Watcher {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let result = self.inner.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        let certificates = std::iter::once(end_entity).chain(intermediates);
        let trouble = match &result {
            Ok(_) => None,
            Err(Error::InvalidCertificate(why)) => Some(why.clone()),
            Err(_) => Some(CertificateError::BadEncoding),
        };
        let shown = Shown {
            chain: PeerChain {
                certificates: certificates.map(|c| c.to_vec()).collect(),
                accepted: result.is_ok(),
            },
            trouble,
        };
        self.shown
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name_of(server_name), shown);
        result
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}
