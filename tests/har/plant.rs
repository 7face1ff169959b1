//! Values that must not leave: made from a seed, written in many encodings, each remembered with its place.
use std::fmt::Write;

/// How a value is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    Plain,
    Percent,
    TwicePercent,
    JsonInString,
    JsonTwice,
    Unicode,
    Base64,
    Base64Url,
    Hex,
    Html,
}

impl Encoding {
    /// Those that a value may be spelled in inside a URL.
    pub const IN_URL: [Self; 3] = [Self::Plain, Self::Percent, Self::TwicePercent];

    /// The text of `value` in this encoding. What JSON strings add is not its business.
    pub fn write(self, value: &str) -> String {
        let percent = |text: &str| {
            text.bytes().fold(String::new(), |mut out, b| {
                let _ = write!(out, "%{b:02X}");
                out
            })
        };
        match self {
            Self::Plain | Self::JsonInString | Self::JsonTwice => value.to_owned(),
            Self::Percent => percent(value),
            Self::TwicePercent => percent(value).replace('%', "%25"),
            Self::Unicode => value.bytes().fold(String::new(), |mut out, b| {
                let _ = write!(out, "\\u{b:04x}");
                out
            }),
            Self::Base64 => data_encoding::BASE64.encode(value.as_bytes()),
            Self::Base64Url => data_encoding::BASE64URL_NOPAD.encode(value.as_bytes()),
            Self::Hex => data_encoding::HEXLOWER.encode(value.as_bytes()),
            Self::Html => value.bytes().fold(String::new(), |mut out, b| {
                let _ = write!(out, "&#{b};");
                out
            }),
        }
    }
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Secret,
    Identifier,
}

/// A value that must not leave.
#[derive(Clone, Debug)]
pub struct Planted {
    pub value: String,
    pub kind: Kind,
    pub place: &'static str,
    pub encoding: Encoding,
}

/// Makes values and remembers them.
pub struct Planter {
    state: u64,
    pub planted: Vec<Planted>,
    /// Values that must survive.
    pub decoys: Vec<String>,
}

impl Planter {
    pub fn new(seed: u64) -> Self {
        Self {
            state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            planted: Vec::new(),
            decoys: Vec::new(),
        }
    }

    fn next(&mut self, below: usize) -> usize {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as usize % below
    }

    /// Random characters of an alphabet.
    pub fn run(&mut self, alphabet: &str, length: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..length)
            .map(|_| letters[self.next(letters.len())])
            .collect()
    }

    pub fn word(&mut self, length: usize) -> String {
        self.run("abcdefghijklmnopqrstuvwxyz", length)
    }

    /// A number from 1 on.
    pub fn number(&mut self, below: usize) -> usize {
        1 + self.next(below)
    }

    fn keep(&mut self, value: &str, kind: Kind, place: &'static str, encoding: Encoding) -> String {
        self.planted.push(Planted {
            value: value.to_owned(),
            kind,
            place,
            encoding,
        });
        encoding.write(value)
    }

    /// A random secret, written as told.
    pub fn secret(&mut self, place: &'static str, encoding: Encoding) -> String {
        let length = 24 + self.next(12);
        let value = self.run(
            "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789",
            length,
        );
        self.keep(&format!("{value}7q"), Kind::Secret, place, encoding)
    }

    /// A token that reads as JSON inside: its claims name a person.
    pub fn jwt(&mut self, place: &'static str) -> String {
        let email = self.email(place, Encoding::Base64Url);
        let claims = format!(
            "{{\"sub\":\"{email}\",\"exp\":1795348800,\"iat\":1795345200,\"iss\":\"https://api.ibmaspera.com/api/v1/oauth2/token\"}}"
        );
        let signature = self.secret(place, Encoding::Plain);
        let part = |text: &str| data_encoding::BASE64URL_NOPAD.encode(text.as_bytes());
        format!(
            "{}.{}.{signature}",
            part("{\"alg\":\"RS256\",\"typ\":\"JWT\"}"),
            part(&claims)
        )
    }

    /// The e-mail of a made-up person, plain; `encoding` says in what it will be wrapped.
    pub fn email(&mut self, place: &'static str, encoding: Encoding) -> String {
        let value = format!(
            "{}.{}@{}.example.com",
            self.word(5),
            self.word(9),
            self.word(8)
        );
        self.keep(&value, Kind::Identifier, place, encoding);
        value
    }

    /// A part of a person's name, or any other word of the customer.
    pub fn person(&mut self, place: &'static str) -> String {
        let (first, rest) = (self.run("BDFGKLMNPRSTVZ", 1), self.word(10));
        self.keep(
            &format!("{first}{rest}"),
            Kind::Identifier,
            place,
            Encoding::Plain,
        )
    }

    /// A host of the customer.
    pub fn host(&mut self, place: &'static str) -> String {
        let value = format!("xfer-{}.{}.example.com", self.word(6), self.word(9));
        self.keep(&value, Kind::Identifier, place, Encoding::Plain)
    }

    /// An address of the customer.
    pub fn address(&mut self, place: &'static str) -> String {
        let value = format!(
            "10.{}.{}.{}",
            100 + self.next(99),
            100 + self.next(99),
            100 + self.next(99)
        );
        self.keep(&value, Kind::Identifier, place, Encoding::Plain)
    }

    /// Remembers what must survive.
    pub fn decoy(&mut self, value: impl Into<String>) -> String {
        let value = value.into();
        self.decoys.push(value.clone());
        value
    }

    /// A UUID that must survive: support joins traces by it.
    pub fn uuid(&mut self) -> String {
        let hex = "0123456789abcdef";
        let value = format!(
            "{}-{}-4{}-a{}-{}",
            self.run(hex, 8),
            self.run(hex, 4),
            self.run(hex, 3),
            self.run(hex, 3),
            self.run(hex, 12)
        );
        self.decoy(value)
    }
}
