//! The rule table, read from `rules.toml` and compiled once: names of fields, shapes with their
//! anchors, and the lists of what stays in clear.
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use regex_syntax::hir::Hir;
use regex_syntax::hir::literal::Extractor;

use super::field_names::normalise;
pub(in crate::redact) use super::kind::Kind;
use super::rows::RawTable;
use super::user::UserTable;

/// Why the rule table could not be used. Our own table is held to be sound by the tests.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// The TOML is not well-formed.
    #[error("the rule table is not valid TOML: {0}")]
    Toml(#[from] toml::de::Error),
    /// A pattern does not compile.
    #[error("rule {rule}: the pattern does not compile: {reason}")]
    Pattern {
        /// Id of the row.
        rule: String,
        /// What the regex engine says.
        reason: String,
    },
    /// A row names a kind that the engine does not know.
    #[error("rule {rule}: unknown kind {kind}")]
    Kind {
        /// Id of the row.
        rule: String,
        /// The kind as written.
        kind: String,
    },
}

/// The built-in table.
pub(in crate::redact) const TABLE: &str = include_str!("rules.toml");

/// Index of a rule in the table: stands for its id in counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub(in crate::redact) u16);

impl RuleId {
    /// Stands for a rule that is not in the table: what it finds stays.
    pub(in crate::redact) const OFF: Self = Self(u16::MAX);
}

/// One name rule.
#[derive(Debug)]
pub(in crate::redact) struct Field {
    pub(in crate::redact) id: RuleId,
    pub(in crate::redact) kind: Kind,
    pub(in crate::redact) min: usize,
    pub(in crate::redact) strict: bool,
}

/// One form rule.
#[derive(Debug)]
pub(in crate::redact) struct Shape {
    pub(in crate::redact) id: RuleId,
    pub(in crate::redact) kind: Kind,
    pub(in crate::redact) min: usize,
    pub(in crate::redact) anchors: Vec<String>,
    /// The pattern as it is written.
    source: String,
    /// What it was compiled to when its first anchor was met: most of a hundred patterns never meet one, and all of
    /// them would cost ten megabytes and a part of a second. `None` if it does not compile; our own all do.
    compiled: OnceLock<Option<Pattern>>,
}

/// The compiled pattern of a shape.
#[derive(Debug)]
pub(in crate::redact) struct Pattern {
    pub(in crate::redact) regex: Regex,
    /// True where every find begins with an anchor: then only the anchor's own place is tried.
    pub(in crate::redact) at_anchor: bool,
    /// Most bytes of a find, where its pattern bounds them.
    pub(in crate::redact) longest: Option<usize>,
    /// Capture group of the value, and of the scheme word where there is one.
    pub(in crate::redact) value_group: usize,
    pub(in crate::redact) second_group: Option<usize>,
    pub(in crate::redact) scheme_group: Option<usize>,
}

impl Shape {
    /// The compiled pattern, from the first anchor on that was met.
    pub(in crate::redact) fn pattern(&self) -> Option<&Pattern> {
        let compile = || compile(&self.source, &self.anchors).ok();
        self.compiled.get_or_init(compile).as_ref()
    }
}

/// The tables are ours and asked for every name of the text: a hash that resists chosen keys would cost
/// more than the search.
type Quick = foldhash::fast::FixedState;
/// Words in lower case.
pub(in crate::redact) type WordSet = HashSet<Vec<u8>, Quick>;
/// Names of fields, as their joined words, and what they lead to.
pub(in crate::redact) type NameMap = HashMap<Vec<u8>, usize, Quick>;

/// The lists of what stays in clear.
#[derive(Debug)]
pub(in crate::redact) struct Allow {
    pub(in crate::redact) users: WordSet,
    pub(in crate::redact) not_users: WordSet,
    pub(in crate::redact) empty_values: WordSet,
    pub(in crate::redact) prose_values: WordSet,
    /// Words of which placeholders are made.
    pub(in crate::redact) placeholders: WordSet,
    /// Words that stand in brackets for what was left out.
    pub(in crate::redact) masks: WordSet,
    /// How sentences about a value that was refused begin, and what else they say.
    pub(in crate::redact) complaint_verbs: WordSet,
    pub(in crate::redact) complaints: WordSet,
    pub(in crate::redact) hosts: WordSet,
    pub(in crate::redact) host_suffixes: Vec<Vec<u8>>,
    /// All last labels of hosts, whatever class.
    pub(in crate::redact) host_ends: WordSet,
    pub(in crate::redact) tlds: WordSet,
    pub(in crate::redact) weak_tlds: WordSet,
    pub(in crate::redact) folders: WordSet,
    pub(in crate::redact) careful_tlds: WordSet,
    /// Suffixes that providers give to all their customers, by their last label: the labels before it, last first.
    pub(in crate::redact) providers: HashMap<Vec<u8>, Vec<Vec<Vec<u8>>>, Quick>,
    /// Words that stand where a host's name could and are none.
    pub(in crate::redact) not_hosts: WordSet,
    /// Fronts of names of public certificate authorities.
    pub(in crate::redact) issuers: Vec<Vec<u8>>,
    pub(in crate::redact) version_words: WordSet,
}

/// Walkers' rows that are asked for so often that finding them by name would cost.
#[derive(Clone, Copy, Debug)]
pub(in crate::redact) struct Frequent {
    pub(in crate::redact) host_name: RuleId,
    pub(in crate::redact) syslog_host: RuleId,
    pub(in crate::redact) ip4: RuleId,
}

impl Default for Frequent {
    fn default() -> Self {
        Self {
            host_name: RuleId::OFF,
            syslog_host: RuleId::OFF,
            ip4: RuleId::OFF,
        }
    }
}

/// The compiled table.
#[derive(Debug)]
pub struct Rules {
    version: String,
    ids: Vec<String>,
    by_id: HashMap<String, RuleId, Quick>,
    /// The rules that nearly every line asks for.
    pub(in crate::redact) frequent: Frequent,
    pub(in crate::redact) fields: Vec<Field>,
    pub(in crate::redact) names: NameMap,
    pub(in crate::redact) ends: NameMap,
    /// Names that are sensitive where a list stands under them.
    pub(in crate::redact) lists: NameMap,
    pub(in crate::redact) shapes: Vec<Shape>,
    pub(in crate::redact) allow: Allow,
    /// Rules of the person's own.
    pub(in crate::redact) user: UserTable,
}

impl Rules {
    /// The built-in table.
    ///
    /// # Errors
    /// [`RuleError`] if the table is not sound; the tests hold the built-in one to be.
    pub fn builtin() -> Result<Self, RuleError> {
        Self::from_table(toml::from_str(TABLE)?)
    }

    /// Version of the rule set, for the manifest.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Id of a rule as the manifest counts it.
    #[must_use]
    pub fn name(&self, id: RuleId) -> &str {
        self.ids
            .get(usize::from(id.0))
            .map_or("unknown", String::as_str)
    }

    /// The rule with this id; walkers find their own rows so.
    pub(in crate::redact) fn id(&self, name: &str) -> RuleId {
        self.by_id.get(name).copied().unwrap_or(RuleId::OFF)
    }

    /// Adds an id, unless a rule has it.
    pub(in crate::redact) fn push_id(&mut self, id: &str) -> Option<RuleId> {
        if self.by_id.contains_key(id) {
            return None;
        }
        let at = u16::try_from(self.ids.len())
            .ok()
            .filter(|at| *at < u16::MAX)?;
        self.ids.push(id.to_owned());
        self.by_id.insert(id.to_owned(), RuleId(at));
        Some(RuleId(at))
    }

    /// A table of the form of the built-in one.
    ///
    /// # Errors
    /// [`RuleError`] if the table is not sound.
    pub fn from_toml(text: &str) -> Result<Self, RuleError> {
        let rules = Self::from_table(toml::from_str(text)?)?;
        for shape in &rules.shapes {
            compile(&shape.source, &shape.anchors).map_err(|reason| RuleError::Pattern {
                rule: rules.name(shape.id).to_owned(),
                reason,
            })?;
        }
        Ok(rules)
    }

    pub(in crate::redact) fn from_table(raw: RawTable) -> Result<Self, RuleError> {
        let ids: Vec<String> = raw
            .field
            .iter()
            .map(|r| r.id.clone())
            .chain(raw.shape.iter().map(|r| r.id.clone()))
            .chain(raw.walker.iter().map(|r| r.id.clone()))
            .collect();
        let by_id = ids
            .iter()
            .zip(0..)
            .map(|(id, at)| (id.clone(), RuleId(at)))
            .collect();
        let mut rules = Self {
            version: raw.version,
            ids,
            by_id,
            frequent: Frequent::default(),
            fields: Vec::new(),
            names: NameMap::default(),
            ends: NameMap::default(),
            lists: NameMap::default(),
            shapes: Vec::new(),
            allow: raw
                .allow
                .compile(toml::from_str(include_str!("suffixes.toml"))?),
            user: UserTable::default(),
        };
        rules.frequent = Frequent {
            host_name: rules.id("host-name"),
            syslog_host: rules.id("syslog-host"),
            ip4: rules.id("ip4"),
        };
        for row in &raw.field {
            let at = rules.fields.len();
            for name in &row.names {
                rules
                    .names
                    .insert(normalise(name.as_bytes()).joined().to_vec(), at);
            }
            for name in &row.lists {
                rules
                    .lists
                    .insert(normalise(name.as_bytes()).joined().to_vec(), at);
            }
            for end in &row.ends {
                rules
                    .ends
                    .insert(normalise(end.as_bytes()).joined().to_vec(), at);
            }
            rules.fields.push(Field {
                id: rules.id(&row.id),
                kind: Kind::parse(&row.id, &row.kind)?,
                min: row.min,
                strict: row.level.as_deref() == Some("strict"),
            });
        }
        for row in &raw.shape {
            rules.shapes.push(Shape {
                id: rules.id(&row.id),
                kind: Kind::parse(&row.id, &row.kind)?,
                min: row.min,
                anchors: row.anchors.clone(),
                source: row.pattern.clone(),
                compiled: OnceLock::new(),
            });
        }
        Ok(rules)
    }
}

/// Compiles a pattern; the reason where that fails.
fn compile(source: &str, anchors: &[String]) -> Result<Pattern, String> {
    let regex = Regex::builder()
        .configure(
            Regex::config()
                .utf8_empty(false)
                .hybrid_cache_capacity(1 << 20),
        )
        // A line of a block is a line by itself, wherever it stands in the block and however it ends.
        .syntax(
            syntax::Config::new()
                .unicode(false)
                .utf8(false)
                .multi_line(true)
                .crlf(true),
        )
        .build(source)
        .map_err(|e| e.to_string())?;
    let groups = regex.group_info();
    let group = |name| groups.to_index(regex_automata::PatternID::ZERO, name);
    let value_group = group("v").ok_or("no group named v")?;
    let (second_group, scheme_group) = (group("w"), group("s"));
    let parsed = parse_bytes(source);
    Ok(Pattern {
        at_anchor: begins_with(source, anchors),
        longest: parsed.and_then(|parsed| parsed.properties().maximum_len()),
        regex,
        value_group,
        second_group,
        scheme_group,
    })
}

/// The pattern as it is matched: on bytes.
fn parse_bytes(pattern: &str) -> Option<Hir> {
    let mut parser = regex_syntax::ParserBuilder::new();
    parser
        .unicode(false)
        .utf8(false)
        .build()
        .parse(pattern)
        .ok()
}

/// True if whatever a pattern finds begins with one of the literals.
fn begins_with(pattern: &str, literals: &[String]) -> bool {
    // Case does not matter for what is asked here, and without it there are fewer beginnings.
    let plain = pattern.strip_prefix("(?i)").unwrap_or(pattern);
    let Some(parsed) = parse_bytes(plain) else {
        return false;
    };
    let fronts = Extractor::new().extract(&parsed);
    fronts.literals().is_some_and(|fronts| {
        !fronts.is_empty()
            && fronts.iter().all(|front| {
                let front = front.as_bytes().to_ascii_lowercase();
                literals.iter().any(|l| front.starts_with(l.as_bytes()))
            })
    })
}
