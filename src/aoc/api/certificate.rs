//! What a certificate chain says, for a person: names, times, who signed, what is missing.
use jiff::Timestamp;
use serde::Serialize;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use crate::aoc::http::PeerChain;

/// One certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// Who it is for.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// Names and addresses that it is good for.
    pub names: Vec<String>,
    /// Begin of its life (RFC 3339, UTC).
    pub not_before: String,
    /// End of its life (RFC 3339, UTC).
    pub not_after: String,
    /// Whole days that are left; negative once it has expired.
    pub days_left: i64,
    /// It signed itself.
    pub self_signed: bool,
    /// It may sign others.
    pub is_authority: bool,
    /// SHA-256 over the whole certificate, in hexadecimal.
    pub sha256: String,
}

/// What a server showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Chain {
    /// This machine accepts it for this host now.
    pub accepted: bool,
    /// The server's own certificate is good for the host's name.
    pub fits_host: bool,
    /// Each certificate is signed by the next one.
    pub in_order: bool,
    /// Faults, in words.
    pub faults: Vec<&'static str>,
    /// The certificates, the server's own first.
    pub certificates: Vec<Certificate>,
}

fn time(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(
        |_| "unknown".to_owned(),
        |t| t.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    )
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    let name = |n: &GeneralName<'_>| match n {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes)
                .ok()
                .map(|b| std::net::Ipv4Addr::from(b).to_string()),
            16 => <[u8; 16]>::try_from(*bytes)
                .ok()
                .map(|b| std::net::Ipv6Addr::from(b).to_string()),
            _ => None,
        },
        _ => None,
    };
    let all = extension.value.general_names.iter().filter_map(name);
    all.take(100).collect()
}

fn read(der: &[u8], now: Timestamp) -> Option<Certificate> {
    use sha2::Digest;
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let end = certificate.validity().not_after.timestamp();
    let subject = certificate.subject().to_string();
    let issuer = certificate.issuer().to_string();
    Some(Certificate {
        self_signed: subject == issuer,
        subject,
        issuer,
        names: names(&certificate),
        not_before: time(certificate.validity().not_before.timestamp()),
        not_after: time(end),
        days_left: (end - now.as_second()).div_euclid(86_400),
        is_authority: certificate.is_ca(),
        sha256: data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(der)),
    })
}

/// True if a name of a certificate, perhaps with a star in its first label, is good for a host.
#[must_use]
pub fn fits(name: &str, host: &str) -> bool {
    let (name, host) = (name.to_lowercase(), host.to_lowercase());
    match name.strip_prefix("*.") {
        Some(rest) => host.split_once('.').is_some_and(|(_, r)| r == rest),
        None => name == host,
    }
}

/// Reads what a host showed.
#[must_use]
pub fn chain(shown: &PeerChain, host: &str, now: Timestamp) -> Chain {
    let found: Vec<Certificate> = shown
        .certificates
        .iter()
        .take(10)
        .filter_map(|der| read(der, now))
        .collect();
    let fits_host = found
        .first()
        .is_some_and(|c| c.names.iter().any(|n| fits(n, host)));
    let in_order = found
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if a.issuer == b.subject));
    let mut faults = Vec::new();
    let own = found.first();
    let mut fault = |is: bool, text| {
        if is {
            faults.push(text);
        }
    };
    fault(
        found.is_empty(),
        "the server showed no certificate that can be read",
    );
    fault(
        own.is_some_and(|c| c.days_left < 0),
        "the certificate has expired",
    );
    fault(
        own.is_some_and(|c| (0..14).contains(&c.days_left)),
        "the certificate expires within 14 days",
    );
    fault(
        own.is_some_and(|c| c.not_before > time(now.as_second())),
        "the certificate is not valid yet",
    );
    fault(
        !fits_host && own.is_some(),
        "the certificate is for other names than this host's",
    );
    fault(
        own.is_some_and(|c| c.self_signed),
        "the certificate signed itself, so browsers and Aspera on Cloud refuse it",
    );
    fault(
        found.len() == 1 && own.is_some_and(|c| !c.self_signed),
        "only the server's own certificate is served, without those between it and the root",
    );
    fault(!in_order, "the certificates are not served in order");
    Chain {
        accepted: shown.accepted,
        fits_host,
        in_order,
        faults,
        certificates: found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aoc::fake::ca::{Authority, Flaw};

    #[test]
    fn names_with_stars_fit_one_label() {
        for (name, host, good) in [
            ("node.example", "NODE.example", true),
            ("*.example", "node.example", true),
            ("*.example", "a.node.example", false),
            ("*.example", "example", false),
            ("node.example", "other.example", false),
        ] {
            assert_eq!(fits(name, host), good, "{name} {host}");
        }
    }

    #[test]
    fn faults_of_chains_are_told() {
        let now = Timestamp::from_second(1_795_000_000).unwrap();
        let authority = Authority::new().unwrap();
        let shown = |flaw| {
            let all = authority
                .chain(&["node.example", "10.1.2.3"], flaw)
                .unwrap();
            PeerChain {
                certificates: all.iter().map(|c| c.to_vec()).collect(),
                accepted: false,
            }
        };
        let good = chain(&shown(Flaw::None), "node.example", now);
        assert_eq!(
            (good.faults.as_slice(), good.in_order, good.fits_host),
            (&[][..], true, true)
        );
        assert_eq!(good.certificates[0].names, ["node.example", "10.1.2.3"]);
        assert_eq!(good.certificates[0].not_after, "2096-01-01T00:00:00Z");
        let cases: [(Flaw, &str, &str); 4] = [
            (Flaw::Expired, "node.example", "expired"),
            (Flaw::NotYetValid, "node.example", "not valid yet"),
            (Flaw::SelfSigned, "node.example", "signed itself"),
            (Flaw::None, "other.example", "other names"),
        ];
        for (flaw, host, word) in cases {
            let told = chain(&shown(flaw), host, now);
            assert!(
                told.faults.iter().any(|f| f.contains(word)),
                "{flaw:?}: {:?}",
                told.faults
            );
        }
        let mut alone = shown(Flaw::None);
        alone.certificates.truncate(1);
        assert!(chain(&alone, "node.example", now).faults[0].contains("only the server's own"));
        let garbage = PeerChain {
            certificates: vec![vec![1, 2, 3]],
            accepted: false,
        };
        assert!(chain(&garbage, "x", now).faults[0].contains("no certificate"));
    }
}
