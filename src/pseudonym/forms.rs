//! The forms of pseudonyms, one method per kind of value. Each canonicalises first, so that every
//! spelling of a value gives the same text.
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::key::{Key, Subkey};

/// Whether a host name was written with its domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostForm {
    /// `node7`: the domain is not known.
    Bare,
    /// `node7.int.example.net`.
    Full,
}

/// The keyed mapping of one run: from values to pseudonyms.
pub struct Pseudonyms {
    secret: Subkey,
    user: Subkey,
    host: Subkey,
    domain: Subkey,
    ip4: Subkey,
    ip6: Subkey,
    mac: Subkey,
    plain: Subkey,
    key_id: String,
}

impl Pseudonyms {
    /// The mapping that follows from a key.
    #[must_use]
    pub fn new(key: &Key) -> Self {
        Self {
            secret: key.subkey("secret"),
            user: key.subkey("user"),
            host: key.subkey("host"),
            domain: key.subkey("domain"),
            ip4: key.subkey("ip4"),
            ip6: key.subkey("ip6"),
            mac: key.subkey("mac"),
            plain: key.subkey("plain"),
            key_id: key.subkey("key id").id(b"aoc-bundle"),
        }
    }

    /// Names the key without telling it: equal key ids mean comparable pseudonyms.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The id of a secret: the same whatever place or label it was found under.
    #[must_use]
    pub fn secret_id(&self, value: &[u8]) -> String {
        self.secret.id(value)
    }

    /// `~secret.LABEL.ID~`, for secrets of every kind.
    #[must_use]
    pub fn secret(&self, label: &str, value: &[u8]) -> String {
        format!("~secret.{label}.{}~", self.secret_id(value))
    }

    /// `~KIND.ID~` or `~KIND.DETAIL.ID~` for tokens, whose kind says more than "secret".
    #[must_use]
    pub fn token(&self, kind: &str, value: &[u8]) -> String {
        format!("~{kind}.{}~", self.secret_id(value))
    }

    /// `~secret.basic.USER.ID~`: user and password of a Basic credential.
    #[must_use]
    pub fn basic(&self, user: &[u8], whole: &[u8]) -> String {
        format!(
            "~secret.basic.{}.{}~",
            self.user.id(&lower(user)),
            self.secret_id(whole)
        )
    }

    /// `~user.ID~`; case does not count.
    #[must_use]
    pub fn user(&self, name: &[u8]) -> String {
        format!("~user.{}~", self.user.id(&lower(name)))
    }

    /// `~KIND.ID~` for values that are compared as they stand (phones, names, ids, path parts).
    #[must_use]
    pub fn plain(&self, kind: &str, value: &[u8]) -> String {
        let mut keyed = Vec::with_capacity(kind.len() + 1 + value.len());
        keyed.extend_from_slice(kind.as_bytes());
        keyed.push(0);
        keyed.extend_from_slice(value);
        format!("~{kind}.{}~", self.plain.id(&keyed))
    }

    /// `~email.DOMAIN.USER~`; case does not count.
    #[must_use]
    pub fn email(&self, local: &[u8], domain: &[u8]) -> String {
        format!(
            "~email.{}.{}~",
            self.domain.id(&dotless(domain)),
            self.user.id(&lower(local))
        )
    }

    /// `~host.DOMAIN.HOST~`, or `~host.bare.HOST~` for a name without domain. The host part is that of
    /// the first label, so `node7` and `node7.example.net` can be told to be alike. Case does not count.
    #[must_use]
    pub fn host(&self, name: &[u8]) -> (String, HostForm) {
        let name = dotless(name);
        match name.iter().position(|b| *b == b'.') {
            None => (
                format!("~host.bare.{}~", self.host.id(&name)),
                HostForm::Bare,
            ),
            Some(dot) => {
                // `example.net` is its own domain; `a.example.net` belongs to `example.net`.
                let rest = &name[dot + 1..];
                let (label, domain) = if rest.contains(&b'.') {
                    (&name[..dot], rest)
                } else {
                    (&b"@"[..], &name[..])
                };
                (
                    format!("~host.{}.{}~", self.domain.id(domain), self.host.id(label)),
                    HostForm::Full,
                )
            }
        }
    }

    /// `~ip4.CLASS.NET24.HOST~` or `~ip6.CLASS.NET64.HOST~`. A mapped IPv4 address is its IPv4 address.
    #[must_use]
    pub fn ip(&self, address: IpAddr) -> String {
        match address.to_canonical() {
            IpAddr::V4(v4) => {
                let octets = v4.octets();
                format!(
                    "~ip4.{}.{}.{}~",
                    class4(v4),
                    self.ip4.group(&octets[..3]),
                    self.ip4.id(&octets)
                )
            }
            IpAddr::V6(v6) => {
                let octets = v6.octets();
                format!(
                    "~ip6.{}.{}.{}~",
                    class6(v6),
                    self.ip6.group(&octets[..8]),
                    self.ip6.id(&octets)
                )
            }
        }
    }

    /// `~mac.OUI.ID~` from the six bytes of a hardware address.
    #[must_use]
    pub fn mac(&self, bytes: [u8; 6]) -> String {
        format!(
            "~mac.{}.{}~",
            self.mac.group(&bytes[..3]),
            self.mac.id(&bytes)
        )
    }
}

fn lower(value: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(value) {
        Ok(text) if !text.is_ascii() => text.to_lowercase().into_bytes(),
        _ => value.to_ascii_lowercase(),
    }
}

/// Lower case, without the dot that a fully qualified name may end in.
fn dotless(name: &[u8]) -> Vec<u8> {
    let mut out = lower(name);
    while out.last() == Some(&b'.') {
        out.pop();
    }
    out
}

fn class4(a: Ipv4Addr) -> &'static str {
    let o = a.octets();
    if a.is_private() {
        "private"
    } else if a.is_link_local() {
        "linklocal"
    } else if o[0] == 100 && (64..128).contains(&o[1]) {
        "cgnat"
    } else if a.is_multicast() {
        "multicast"
    } else if o[0] >= 240 || o[0] == 0 {
        "reserved"
    } else {
        "public"
    }
}

fn class6(a: Ipv6Addr) -> &'static str {
    if a.is_unique_local() {
        "ula"
    } else if a.is_unicast_link_local() {
        "linklocal"
    } else if a.is_multicast() {
        "multicast"
    } else {
        "public"
    }
}
