//! The literals that make the engine look, and who looks around each.
use super::prefilter::Prefilter;
use crate::redact::memory::machine_names::KnownNames;
use crate::redact::rules::compiled::Rules;

/// Who looks around a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::redact) enum Owner {
    /// Part of a field's name.
    Stem,
    /// A shape, by index.
    Shape(usize),
    /// `://`.
    Url,
    /// The head of a document in base64: `eyj` is that of `{"`.
    Base64,
    /// A name or a word that announces base64.
    Base64Named,
    /// An escape around a name, by index.
    Escape(usize),
    /// `form-data; name=`.
    Multipart,
    /// `in hex: `.
    Hex,
    HexWord,
    /// `parameter `: argument dumps.
    Parameter,
    /// `-----begin `.
    Pem,
    /// `-----end `.
    PemEnd,
    /// `private-lines: ` of a PuTTY key.
    Ppk,
    /// `kty` of a key in JSON.
    Jwk,
    /// A folder that holds home folders.
    Home,
    /// `%40`.
    PercentAt,
    /// The first word of a transfer cookie.
    Cookie,
    /// A program whose options hold secrets, by index.
    Program(usize),
    /// `open_sess: `: a name and a value with only a blank between them.
    Session,
    /// A line under the names of columns, and other heads of tables amid a text.
    Grid,
    Copy,
    Record,
    /// A statement that inserts rows.
    Insert,
    /// `-W` in an element of its own.
    Listed,
    /// A name that was known before, by index.
    Known(usize),
}

/// Pieces of field names: every name of the table contains one of them in each of its spellings
/// (`rules_tests` holds that). Short and frequent pieces cost; a name that needs a new one may be dear.
pub(in crate::redact) const STEMS: &[&str] = &[
    "pass",
    "pwd",
    "secret",
    "token",
    "key",
    "cred",
    "auth",
    "sig",
    "cookie",
    "user",
    "login",
    "mail",
    "host",
    "name",
    "phone",
    "fax",
    "mobile",
    "owner",
    "account",
    "customer",
    "docroot",
    "absolute",
    "metadata",
    "code",
    "assertion",
    "salt",
    "_spec",
    "script",
    "saml",
    "relays",
    "relay_",
    "relay-",
    "srf",
    "nonce",
    "jwt",
    "bearer",
    "server",
    "contact",
    "ssn",
    "social",
    "tax",
    "iban",
    "project",
    "role",
    "instance",
    "external",
    "title",
    "note",
    "message",
    "subject",
    "company",
    "computer",
    "machine",
    "workstation",
    "fqdn",
    "license",
    "ted_by",
    "ted-by",
    "tedby",
    "run_as",
    "run-as",
    "runas",
    "show_as",
    "show-as",
    "showas",
    "storage",
    "domain",
    "person",
    "recipient",
    "database",
    "card",
    "birth",
    "postal",
    "street",
];

/// Stems that only `--level strict` needs.
const STRICT_STEMS: &[&str] = &["source", "dest", "file", "path", "srcbase"];

/// The compiled search, and who looks around each literal.
pub(in crate::redact) struct Anchors {
    search: Prefilter,
    owners: Vec<Owner>,
}

impl Anchors {
    /// The literals of all rules, and the names that are known before anything is read.
    pub(in crate::redact) fn new(rules: &Rules, strict: bool, known: &KnownNames) -> Self {
        let fixed: &[(&str, Owner)] = &[
            ("://", Owner::Url),
            (":\\/\\/", Owner::Url),
            ("in hex: ", Owner::Hex),
            // What words of credentials are in hexadecimal: word, token, secret, Bearer, ATM, ATV, eyJh.
            ("776f7264", Owner::HexWord),
            ("746f6b656e", Owner::HexWord),
            ("736563726574", Owner::HexWord),
            ("656172657220", Owner::HexWord),
            ("41544d3", Owner::HexWord),
            ("4154563", Owner::HexWord),
            ("65794a68", Owner::HexWord),
            ("parameter ", Owner::Parameter),
            ("-----begin ", Owner::Pem),
            ("-----begin+", Owner::Pem),
            ("---- begin ", Owner::Pem),
            ("-----end ", Owner::PemEnd),
            ("private-lines: ", Owner::Ppk),
            ("kty\"", Owner::Jwk),
            ("kty\\", Owner::Jwk),
            ("%40", Owner::PercentAt),
            ("open_sess: ", Owner::Session),
            ("form-data; name=", Owner::Multipart),
            ("--+--", Owner::Grid),
            (" from stdin;", Owner::Copy),
            ("-[ record ", Owner::Record),
            (">-w</", Owner::Listed),
            ("insert into ", Owner::Insert),
        ];
        let mut literals: Vec<Vec<u8>> = Vec::new();
        let mut owners = Vec::new();
        let mut add = |literal: &str, owner: Owner| {
            literals.push(literal.as_bytes().to_vec());
            owners.push(owner);
        };
        for (literal, owner) in fixed {
            add(literal, *owner);
        }
        for head in crate::redact::nested::HEADS
            .iter()
            .chain(crate::redact::nested::ZLIB)
        {
            add(&head.to_ascii_lowercase(), Owner::Base64);
        }
        for name in crate::redact::nested::NAMED {
            add(name, Owner::Base64Named);
        }
        for (i, (escape, _)) in crate::redact::nested::ESCAPES.iter().enumerate() {
            add(escape, Owner::Escape(i));
        }
        for application in crate::redact::secret::cookie::APPLICATIONS {
            add(application, Owner::Cookie);
        }
        for home in crate::redact::identity::login::HOMES {
            add(home, Owner::Home);
        }
        for (i, program) in crate::redact::secret::program_options::PROGRAMS
            .iter()
            .enumerate()
        {
            for behind in [" ", "\",", "',"] {
                add(&format!("{}{behind}", program.name), Owner::Program(i));
            }
        }
        for (i, shape) in rules.shapes.iter().enumerate() {
            for anchor in &shape.anchors {
                add(anchor, Owner::Shape(i));
            }
        }
        let strict_stems: &[&str] = if strict { STRICT_STEMS } else { &[] };
        for stem in STEMS.iter().chain(strict_stems) {
            add(stem, Owner::Stem);
        }
        for stem in &rules.user.stems {
            add(stem, Owner::Stem);
        }
        for (i, name) in known.names().enumerate() {
            add(name, Owner::Known(i));
        }
        Self {
            search: Prefilter::new(&literals),
            owners,
        }
    }

    /// Calls `each` for every literal in the text, in any case; see [`Prefilter::find`] for the order.
    pub(in crate::redact) fn find(&self, text: &[u8], mut each: impl FnMut(Owner, usize)) {
        self.search
            .find(text, |literal, at| each(self.owners[literal], at));
    }

    /// All literals, in lower case.
    #[cfg(test)]
    pub(in crate::redact) fn literals(&self) -> Vec<Vec<u8>> {
        self.search.literals()
    }

    /// True if any literal stands in the text.
    pub(in crate::redact) fn any(&self, text: &[u8]) -> bool {
        let mut any = false;
        self.search.find(text, |_, _| any = true);
        any
    }
}
