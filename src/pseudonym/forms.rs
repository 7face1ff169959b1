//! The forms of pseudonyms, one method per kind of value. Each canonicalises first, so that every
//! spelling of a value gives the same text.
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::key::{Key, Subkey};
use super::shape::identifier_kind;

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
        let mut key_id = String::new();
        key.subkey("key id").id(b"aoc-bundle", &mut key_id);
        Self {
            secret: key.subkey("secret"),
            user: key.subkey("user"),
            host: key.subkey("host"),
            domain: key.subkey("domain"),
            ip4: key.subkey("ip4"),
            ip6: key.subkey("ip6"),
            mac: key.subkey("mac"),
            plain: key.subkey("plain"),
            key_id,
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
        let mut out = String::new();
        self.secret.id(value, &mut out);
        out
    }

    /// `~secret.LABEL.ID~`, for secrets of every kind.
    #[must_use]
    pub fn secret(&self, label: &str, value: &[u8]) -> String {
        let mut out = begin("secret");
        out.push_str(label);
        out.push('.');
        self.secret.id(value, &mut out);
        end(out)
    }

    /// `~KIND.ID~` or `~KIND.DETAIL.ID~` for tokens, whose kind says more than "secret".
    #[must_use]
    pub fn token(&self, kind: &str, value: &[u8]) -> String {
        let mut out = begin(kind);
        self.secret.id(value, &mut out);
        end(out)
    }

    /// `~secret.basic.USER.ID~`: user and password of a Basic credential.
    #[must_use]
    pub fn basic(&self, user: &[u8], whole: &[u8]) -> String {
        let mut out = begin("secret.basic");
        self.user.id(&lower(user), &mut out);
        out.push('.');
        self.secret.id(whole, &mut out);
        end(out)
    }

    /// `~user.ID~`; case does not count.
    #[must_use]
    pub fn user(&self, name: &[u8]) -> String {
        let mut out = begin("user");
        self.user.id(&lower(name), &mut out);
        end(out)
    }

    /// `~KIND.ID~` for values that are compared as they stand (phones, names, ids, path parts).
    #[must_use]
    pub fn plain(&self, kind: &str, value: &[u8]) -> String {
        let mut keyed = Vec::with_capacity(kind.len() + 1 + value.len());
        keyed.extend_from_slice(kind.as_bytes());
        keyed.push(0);
        keyed.extend_from_slice(value);
        let mut out = begin(kind);
        self.plain.id(&keyed, &mut out);
        end(out)
    }

    /// `~email.DOMAIN.USER~`; case does not count.
    #[must_use]
    pub fn email(&self, local: &[u8], domain: &[u8]) -> String {
        let mut out = begin("email");
        self.domain.id(&dotless(domain), &mut out);
        out.push('.');
        self.user.id(&lower(local), &mut out);
        end(out)
    }

    /// `~host.DOMAIN.HOST~`, or `~host.bare.HOST~` for a name without domain. The host part is that of
    /// the first label, so `node7` and `node7.example.net` can be told to be alike. Case does not count.
    #[must_use]
    pub fn host(&self, name: &[u8]) -> (String, HostForm) {
        let name = dotless(name);
        let mut out = begin("host");
        let Some(dot) = name.iter().position(|b| *b == b'.') else {
            out.push_str("bare.");
            self.host.id(&name, &mut out);
            return (end(out), HostForm::Bare);
        };
        // `example.net` is its own domain; `a.example.net` belongs to `example.net`.
        let rest = &name[dot + 1..];
        let (label, domain) = if rest.contains(&b'.') {
            (&name[..dot], rest)
        } else {
            (&b"@"[..], &name[..])
        };
        self.domain.id(domain, &mut out);
        out.push('.');
        self.host.id(label, &mut out);
        (end(out), HostForm::Full)
    }

    /// `~ip4.CLASS.NET24.HOST~` or `~ip6.CLASS.NET64.HOST~`. A mapped IPv4 address is its IPv4 address.
    #[must_use]
    pub fn ip(&self, address: IpAddr) -> String {
        match address.to_canonical() {
            IpAddr::V4(v4) => grouped("ip4", class4(v4), &self.ip4, &v4.octets(), 3),
            IpAddr::V6(v6) => grouped("ip6", class6(v6), &self.ip6, &v6.octets(), 8),
        }
    }

    /// The canonical spelling of a value, if it is what this pseudonym of an identifier stands for.
    #[must_use]
    pub fn original_of(&self, pseudonym: &str, value: &str) -> Option<String> {
        let bytes = value.as_bytes();
        let (again, canonical) = match identifier_kind(pseudonym)? {
            "user" => (self.user(bytes), value.to_lowercase()),
            "email" => {
                let (local, domain) = value.rsplit_once('@')?;
                let whole = self.email(local.as_bytes(), domain.as_bytes());
                (whole, value.trim_end_matches('.').to_lowercase())
            }
            "host" => {
                let canonical = value.trim_end_matches('.').to_lowercase();
                (self.host(bytes).0, canonical)
            }
            "ip4" | "ip6" => {
                let address = value.parse::<IpAddr>().ok()?.to_canonical();
                (self.ip(address), address.to_string())
            }
            "mac" => {
                let address = hardware_address(value)?;
                let pairs = address.map(|b| format!("{b:02x}"));
                (self.mac(address), pairs.join(":"))
            }
            plain => (self.plain(plain, bytes), value.to_owned()),
        };
        (again == pseudonym).then_some(canonical)
    }

    /// `~mac.OUI.ID~` from the six bytes of a hardware address.
    #[must_use]
    pub fn mac(&self, bytes: [u8; 6]) -> String {
        let mut out = begin("mac");
        self.mac.group(&bytes[..3], &mut out);
        out.push('.');
        self.mac.id(&bytes, &mut out);
        end(out)
    }
}

/// `~KIND.`, with room for the rest.
fn begin(kind: &str) -> String {
    let mut out = String::with_capacity(kind.len() + 40);
    out.push('~');
    out.push_str(kind);
    out.push('.');
    out
}

fn end(mut out: String) -> String {
    out.push('~');
    out
}

/// `~KIND.CLASS.NET.ID~` of an address whose first bytes name its network.
fn grouped(kind: &str, class: &str, key: &Subkey, octets: &[u8], net: usize) -> String {
    let mut out = begin(kind);
    out.push_str(class);
    out.push('.');
    key.group(&octets[..net], &mut out);
    out.push('.');
    key.id(octets, &mut out);
    end(out)
}

/// The six bytes of a hardware address in any spelling.
fn hardware_address(value: &str) -> Option<[u8; 6]> {
    let digits = value.bytes().filter(|b| !matches!(b, b':' | b'-' | b'.'));
    let digits: Vec<u8> = digits.take(13).collect();
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(&digits).ok()?;
    bytes.try_into().ok()
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
