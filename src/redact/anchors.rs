//! The prefilter: one search for the literals of all rules over the lower-cased block.
use aho_corasick::packed::{Config, MatchKind, Searcher};
use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

use super::rules::Rules;

/// Who looks around a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// Part of a field's name.
    Stem,
    /// A shape, by index.
    Shape(usize),
    /// `://`.
    Url,
    /// `eyj`: base64 of `{"`.
    Base64Json,
    /// `in hex: `.
    Hex,
    /// `parameter `: argument dumps.
    Parameter,
    /// `-----begin `.
    Pem,
    /// `-----end `.
    PemEnd,
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
}

/// Pieces of field names: every name of the table contains one of them in each of its spellings
/// (`rules_tests` holds that). Short and frequent pieces cost; a name that needs a new one may be dear.
pub(super) const STEMS: &[&str] = &[
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
    "logname",
    "mail",
    "host",
    "name",
    "phone",
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
    "relay",
    "csrf",
    "xsrf",
    "nonce",
    "jwt",
    "bearer",
    "server",
    "contact",
    "ssn",
    "social",
    "tax",
    "iban",
    "entitle",
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
    "requested",
    "created",
    "run_as",
    "show_as",
    "storage",
    "domain",
    "telephone",
    "person",
    "database",
];

/// Stems that only `--level strict` needs.
const STRICT_STEMS: &[&str] = &["source", "dest", "file", "path", "srcbase"];

/// How many literals one vectorised searcher takes.
const PACK: usize = 60;

/// The compiled search: a few packs, each fast; literals of different packs cannot hide each other.
pub(super) struct Anchors(Vec<Pack>);

struct Pack {
    owners: Vec<Owner>,
    search: Search,
}

enum Search {
    Packed(Searcher),
    Automaton(AhoCorasick),
}

impl Anchors {
    pub(super) fn new(rules: &Rules, strict: bool) -> Self {
        let mut forms: Vec<(String, Owner)> = vec![
            ("://".to_owned(), Owner::Url),
            ("eyj".to_owned(), Owner::Base64Json),
            ("in hex: ".to_owned(), Owner::Hex),
            ("parameter ".to_owned(), Owner::Parameter),
            ("-----begin ".to_owned(), Owner::Pem),
            ("-----end ".to_owned(), Owner::PemEnd),
            ("%40".to_owned(), Owner::PercentAt),
            (":\\/\\/".to_owned(), Owner::Url),
            ("open_sess: ".to_owned(), Owner::Session),
        ];
        forms.extend(
            super::cookies::APPLICATIONS
                .iter()
                .map(|a| ((*a).to_owned(), Owner::Cookie)),
        );
        forms.extend(
            super::people::HOMES
                .iter()
                .map(|h| ((*h).to_owned(), Owner::Home)),
        );
        for (i, program) in super::argv::PROGRAMS.iter().enumerate() {
            forms.push((format!("{} ", program.name), Owner::Program(i)));
        }
        for (i, shape) in rules.shapes.iter().enumerate() {
            forms.extend(shape.anchors.iter().map(|a| (a.clone(), Owner::Shape(i))));
        }
        let strict_stems: &[&str] = if strict { STRICT_STEMS } else { &[] };
        let stems: Vec<(String, Owner)> = STEMS
            .iter()
            .chain(strict_stems)
            .map(|s| ((*s).to_owned(), Owner::Stem))
            .collect();
        Self(
            forms
                .chunks(PACK)
                .chain(stems.chunks(PACK))
                .filter_map(Pack::new)
                .collect(),
        )
    }

    /// Calls `each` for every literal in the lower-cased text; in order within a pack.
    pub(super) fn find(&self, lower: &[u8], mut each: impl FnMut(Owner, usize)) {
        for pack in &self.0 {
            match &pack.search {
                Search::Packed(search) => {
                    for m in search.find_iter(lower) {
                        each(pack.owners[m.pattern().as_usize()], m.start());
                    }
                }
                Search::Automaton(search) => {
                    for m in search.find_iter(lower) {
                        each(pack.owners[m.pattern().as_usize()], m.start());
                    }
                }
            }
        }
    }
}

impl Pack {
    fn new(literals: &[(String, Owner)]) -> Option<Self> {
        let mut literals = literals.to_vec();
        // Where two begin at one place, the longer one is the more exact.
        literals.sort_by_key(|(l, _)| std::cmp::Reverse(l.len()));
        let patterns: Vec<&str> = literals.iter().map(|(l, _)| l.as_str()).collect();
        let packed = Config::new()
            .match_kind(MatchKind::LeftmostFirst)
            .builder()
            .extend(patterns.iter())
            .build();
        // Machines without the vector instructions get the automaton: slower, same finds.
        let search = match packed {
            Some(packed) => Search::Packed(packed),
            None => Search::Automaton(
                AhoCorasickBuilder::new()
                    .match_kind(aho_corasick::MatchKind::LeftmostFirst)
                    .build(&patterns)
                    .ok()?,
            ),
        };
        Some(Self {
            owners: literals.into_iter().map(|(_, o)| o).collect(),
            search,
        })
    }
}
