//! A certificate authority made at run time, and the certificates that servers of the fake show.
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::FakeError;

/// What is wrong with a certificate, where anything is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing.
    #[default]
    None,
    /// It ended in 2001.
    Expired,
    /// It begins in 2090.
    NotYetValid,
    /// It signed itself.
    SelfSigned,
}

/// The authority.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    root: CertificateDer<'static>,
    pem: String,
}

impl Authority {
    /// A new authority that nobody trusts yet.
    ///
    /// # Errors
    /// [`FakeError::Certificate`], where no key can be made.
    pub fn new() -> Result<Self, FakeError> {
        let key = KeyPair::generate().map_err(|_| FakeError::Certificate)?;
        let mut params = CertificateParams::default();
        params
            .distinguished_name
            .push(DnType::CommonName, "Made-up Root");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let root = params
            .self_signed(&key)
            .map_err(|_| FakeError::Certificate)?;
        Ok(Self {
            root: root.der().clone(),
            pem: root.pem(),
            issuer: Issuer::new(params, key),
        })
    }

    /// The root, as `--ca-cert` takes it.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The root in DER form.
    #[must_use]
    pub fn root(&self) -> CertificateDer<'static> {
        self.root.clone()
    }

    /// The chain that a server with these names shows.
    ///
    /// # Errors
    /// [`FakeError::Certificate`], where the certificate cannot be made.
    pub fn chain(
        &self,
        names: &[&str],
        flaw: Flaw,
    ) -> Result<Vec<CertificateDer<'static>>, FakeError> {
        Ok(self.issue(names, flaw)?.0)
    }

    fn issue(
        &self,
        names: &[&str],
        flaw: Flaw,
    ) -> Result<(Vec<CertificateDer<'static>>, KeyPair), FakeError> {
        let key = KeyPair::generate().map_err(|_| FakeError::Certificate)?;
        let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
        let mut params = CertificateParams::new(names).map_err(|_| FakeError::Certificate)?;
        params
            .distinguished_name
            .push(DnType::CommonName, "Made-up Server");
        let (from, to) = match flaw {
            Flaw::Expired => (2000, 2001),
            Flaw::NotYetValid => (2090, 2091),
            Flaw::None | Flaw::SelfSigned => (2020, 2096),
        };
        params.not_before = rcgen::date_time_ymd(from, 1, 1);
        params.not_after = rcgen::date_time_ymd(to, 1, 1);
        let (own, above) = if flaw == Flaw::SelfSigned {
            (params.self_signed(&key), None)
        } else {
            (params.signed_by(&key, &self.issuer), Some(self.root()))
        };
        let own = own.map_err(|_| FakeError::Certificate)?.der().clone();
        Ok((std::iter::once(own).chain(above).collect(), key))
    }

    /// TLS settings of a server with these names.
    ///
    /// # Errors
    /// [`FakeError::Certificate`], where the certificate cannot be made.
    pub fn server(&self, names: &[&str], flaw: Flaw) -> Result<Arc<ServerConfig>, FakeError> {
        let (chain, key) = self.issue(names, flaw)?;
        let secret =
            PrivateKeyDer::try_from(key.serialize_der()).map_err(|_| FakeError::Certificate)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| FakeError::Certificate)?
            .with_no_client_auth()
            .with_single_cert(chain, secret)
            .map_err(|_| FakeError::Certificate)?;
        Ok(Arc::new(config))
    }
}
