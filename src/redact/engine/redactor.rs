//! The engine: one pass over a block. One prefilter finds the literals that any rule could care about;
//! the rule that owns a literal looks around it; hand-made scanners find addresses; all replacements are
//! spliced by offset at the end. Clean spans are never shown to a pattern.
use crate::redact::engine::punctuation;
use crate::redact::har;
use crate::redact::identity::email;
use crate::redact::identity::login;
use crate::redact::memory::machine_names;
use crate::redact::memory::names;
use crate::redact::memory::names::Names;
use crate::redact::memory::reversal;
use crate::redact::memory::spellings;
use crate::redact::nested::base64;
use crate::redact::nested::escapes;
use crate::redact::nested::hex;
use crate::redact::nested::multipart;
use crate::redact::nested::named;
use crate::redact::review::cut_at;
use crate::redact::review::cut_at::{Find, Form, Reach};
use crate::redact::review::explain;
use crate::redact::review::explain::Explanation;
use crate::redact::review::page;
use crate::redact::review::residual;
use crate::redact::review::residual::Residue;
use crate::redact::rules::user::find;
use crate::redact::secret::jwk;
use crate::redact::secret::pem;
use crate::redact::secret::program_options;
use crate::redact::secret::shape;
use crate::redact::secret::url;
use crate::redact::value::columns;
use crate::redact::value::field;
use crate::redact::value::printed_table;
use crate::redact::value::sql_insert;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use super::anchors::{Anchors, Owner};
use super::clean::{Clean, Redacted};
use super::edits::{Edit, Edits, splice};
use super::tally::{Secret, Tally};
use crate::pseudonym::Pseudonyms;
use crate::redact::identity::host::{RECENT_HOSTS, SeenHost};
use crate::redact::identity::ip_address::RecentAddresses;
use crate::redact::memory::machine_names::KnownNames;
use crate::redact::memory::reversal::{Originals, Recorder};
use crate::redact::memory::secrets::Learned;
use crate::redact::rules::compiled::Rules;
use crate::redact::rules::field_names::RecentNames;
use crate::redact::rules::user::Words;
use crate::redact::value::columns::Rows;
use crate::text::{Block, HarPart};

/// How much is cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Secrets and identifiers.
    #[default]
    Standard,
    /// File and folder names of transferred content as well.
    Strict,
}

/// What kind of text a block is from: decides how much the rules may trust its looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Lines written by programs: sentences about passwords occur.
    #[default]
    Log,
    /// A configuration file: what stands under a secret's name is a secret, whatever it looks like.
    Config,
    /// A file that this program made of clean parts: a `title` or `note` in it is our own sentence.
    Made,
}

/// What a block of a longer text must be told to be redacted as in the whole.
#[derive(Clone, Copy, Default)]
pub struct Surroundings<'a> {
    /// What is open where the block begins, as text that could stand before it
    /// ([`crate::text::Block::context`]): an element of `"tokens": [` is a token in every piece.
    pub context: &'a [u8],
    /// The columns of the table that the block has rows of, as [`crate::redact::Tables`] tells them.
    pub rows: Option<&'a Rows>,
    /// Which part of a HAR the block is: entries have places that say what stands in them.
    pub har: Option<HarPart>,
}

impl<'a> Surroundings<'a> {
    /// What stands around a block of a file.
    #[must_use]
    pub fn of(block: &'a Block, rows: Option<&'a Rows>) -> Self {
        Self {
            context: &block.context,
            rows,
            har: block.har,
        }
    }
}

/// How deep encoded text inside encoded text is followed; deeper, it is cut whole.
pub(in crate::redact) const DEEPEST: u8 = 5;

/// Redacts text. Shared by all threads; remembers nothing between blocks, unless a reversal map is wanted.
pub struct Redactor {
    pub(in crate::redact) rules: Arc<Rules>,
    pub(in crate::redact) anchors: Anchors,
    pub(in crate::redact) names: Pseudonyms,
    pub(in crate::redact) keep: HashSet<Vec<u8>>,
    pub(in crate::redact) known: KnownNames,
    pub(in crate::redact) learned: Learned,
    /// Names that were learned in this run.
    pub(in crate::redact) heard: Words,
    pub(in crate::redact) level: Level,
    /// Remembers originals, where a reversal map is wanted.
    pub(in crate::redact) recorder: Option<Recorder>,
}

/// One pass over one text: what it has found so far.
pub(in crate::redact) struct Pass<'a> {
    pub(in crate::redact) r: &'a Redactor,
    pub(in crate::redact) text: &'a [u8],
    pub(in crate::redact) edits: Edits,
    pub(in crate::redact) tally: &'a mut Tally,
    pub(in crate::redact) dialect: Dialect,
    pub(in crate::redact) depth: u8,
    /// Positions of `@` that belong to the user part of a URL and are no e-mail.
    pub(in crate::redact) url_ats: HashSet<usize>,
    pub(in crate::redact) marks: Marks,
    /// Hosts of this text that were named lately.
    pub(in crate::redact) recent_hosts: [Option<SeenHost>; RECENT_HOSTS],
    /// Addresses of this text that were named lately.
    pub(in crate::redact) recent_addresses: RecentAddresses,
    /// Names of fields that were met lately, and who owns them.
    pub(in crate::redact) recent_names: RecentNames<'a>,
}

/// How far each finder has dealt with the text: what lies before is not looked at again, so that a text
/// of many finds in one value costs one look at the value.
#[derive(Default)]
pub(in crate::redact) struct Marks {
    /// End of the last name.
    pub(in crate::redact) name: usize,
    /// The last replaced value: nothing in it is a name.
    pub(in crate::redact) value: Range<usize>,
    /// End of the last parameters of an Authorization header.
    pub(in crate::redact) parameters: usize,
    /// End of the last cookie header.
    pub(in crate::redact) cookies: usize,
    /// End of the last transfer cookie outside a field.
    pub(in crate::redact) cookie: usize,
    /// The last long base64 run.
    pub(in crate::redact) run: Front,
    /// The last body of a HAR that says it is base64.
    pub(in crate::redact) body: Front,
    /// The last stretch that was looked at without its escapes, for each kind of them.
    pub(in crate::redact) escapes: [Front; 5],
    /// The last key in JSON.
    pub(in crate::redact) jwk: Front,
    /// Bytes of decoded text that were looked at so far.
    pub(in crate::redact) work: usize,
    /// The last run of hexadecimal digits.
    pub(in crate::redact) hex: Front,
    /// End of the last dump in hexadecimal.
    pub(in crate::redact) dump: usize,
    /// End of the last row of a statement.
    pub(in crate::redact) rows: usize,
    /// End of the last `open_sess` line.
    pub(in crate::redact) session: usize,
    /// The last value that each shape cut, by its index.
    pub(in crate::redact) shapes: Vec<Front>,
    /// The last PEM line, and whether it was a BEGIN.
    pub(in crate::redact) pem: Option<(usize, bool)>,
}

/// How far one finder is. The finds of another pack of literals begin anew.
#[derive(Clone, Copy, Default)]
pub(in crate::redact) struct Front {
    at: usize,
    pub(in crate::redact) end: usize,
}

impl Front {
    /// True if the find at `at` lies in what was dealt with.
    pub(in crate::redact) fn covers(&mut self, at: usize) -> bool {
        if at < self.at {
            self.end = 0;
        }
        self.at = at;
        at < self.end
    }
}

impl Redactor {
    /// A redactor of these rules and this key.
    #[must_use]
    pub fn new(rules: Arc<Rules>, names: Pseudonyms, level: Level) -> Self {
        Self {
            anchors: Anchors::new(&rules, level == Level::Strict, &KnownNames::default()),
            rules,
            names,
            keep: HashSet::new(),
            known: KnownNames::default(),
            learned: Learned::default(),
            heard: Words::default(),
            level,
            recorder: None,
        }
    }

    /// Values that stay in clear, as whole values only: the case's own package and user, and what the
    /// person asked to keep. A secret is cut nevertheless.
    #[must_use]
    pub fn keeping<I: IntoIterator<Item = String>>(mut self, values: I) -> Self {
        for value in values {
            let value = value.trim();
            if !value.is_empty() {
                self.keep.insert(value.as_bytes().to_vec());
                self.keep.insert(value.to_lowercase().into_bytes());
            }
        }
        self
    }

    /// Names that are known before anything is read: the machine's own host names, its users, and
    /// the people these are.
    #[must_use]
    pub fn knowing(mut self, hosts: &[String], users: &[String], people: &[String]) -> Self {
        self.known = KnownNames::new(&self.rules, hosts, users, people);
        self.anchors = Anchors::new(&self.rules, self.level == Level::Strict, &self.known);
        self
    }

    /// Secrets that were learned in this run: from now on they are cut wherever they stand.
    pub fn learn(&mut self, learned: Learned) {
        self.learned = learned;
    }

    /// The rule table in use.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Takes the table out.
    pub(in crate::redact) fn into_rules(self) -> Arc<Rules> {
        self.rules
    }

    /// Names the key of this run.
    #[must_use]
    pub fn key_id(&self) -> &str {
        self.names.key_id()
    }

    /// Redacts a block of whole lines. The number of lines does not change.
    pub fn block(&self, text: &[u8], dialect: Dialect, tally: &mut Tally) -> Redacted {
        match self.pass(text, dialect, 0, tally) {
            Some(out) => Redacted(out),
            None => Redacted(text.to_vec()),
        }
    }

    /// Redacts a block of a longer text that must be told what stands around it.
    pub fn piece(
        &self,
        text: &[u8],
        around: Surroundings<'_>,
        dialect: Dialect,
        tally: &mut Tally,
    ) -> Redacted {
        Redacted(splice(
            text,
            &self.piece_edits(text, around, dialect, tally),
        ))
    }

    /// The settled edits of a block of a longer text.
    pub(in crate::redact) fn piece_edits(
        &self,
        text: &[u8],
        around: Surroundings<'_>,
        dialect: Dialect,
        tally: &mut Tally,
    ) -> Vec<Edit> {
        if around.har == Some(HarPart::Entries) {
            return har::har_entries(self, text, tally);
        }
        let context = if self.anchors.any(around.context) {
            around.context
        } else {
            b""
        };
        let joined;
        let whole = match context.is_empty() {
            true => text,
            false => {
                joined = [context, text].concat();
                &joined
            }
        };
        let mut pass = Pass::new(self, whole, tally, dialect, 0);
        pass.run();
        if let (Some(rows), true) = (around.rows, context.is_empty()) {
            columns::rows(&mut pass, rows);
        }
        let mut edits = std::mem::take(&mut pass.edits).settle(whole);
        edits.retain(|edit| edit.end > context.len());
        self.note(whole, &edits, tally);
        for edit in &mut edits {
            edit.start = edit.start.saturating_sub(context.len());
            edit.end -= context.len();
        }
        edits
    }

    /// Redacts a message, a path or a name that goes into the manifest or to the person.
    #[must_use]
    pub fn clean(&self, text: &str) -> Clean {
        let mut tally = Tally::default();
        let out = self.pass(text.as_bytes(), Dialect::Log, 0, &mut tally);
        Clean(out.map_or_else(
            || text.to_owned(),
            |out| String::from_utf8_lossy(&out).into_owned(),
        ))
    }

    /// Redacts a path or a name of an entry. A folder that is called like one of `users` is that user,
    /// however short or ordinary the name is.
    #[must_use]
    pub fn clean_path(&self, path: &str, users: &[String]) -> Clean {
        let mut text = String::with_capacity(path.len());
        for part in path.split_inclusive(['/', '\\']) {
            let name = part.trim_end_matches(['/', '\\']);
            let own = users.iter().any(|u| u.eq_ignore_ascii_case(name));
            match own
                .then(|| login::user_pseudonym(self, name.as_bytes()))
                .flatten()
            {
                Some(user) => {
                    if let Some(recorder) = &self.recorder {
                        recorder.one(&self.names, user.as_bytes(), name.as_bytes());
                    }
                    text.push_str(&user);
                }
                None => text.push_str(name),
            }
            text.push_str(&part[name.len()..]);
        }
        self.clean(&text)
    }

    /// One pass over a text, or `None` if nothing changes.
    pub(in crate::redact) fn pass(
        &self,
        text: &[u8],
        dialect: Dialect,
        depth: u8,
        tally: &mut Tally,
    ) -> Option<Vec<u8>> {
        let mut pass = Pass::new(self, text, tally, dialect, depth);
        pass.run();
        let edits = std::mem::take(&mut pass.edits).settle(text);
        if edits.is_empty() {
            return None;
        }
        self.note(text, &edits, tally);
        let out = splice(text, &edits);
        debug_assert_eq!(
            memchr::memchr_iter(b'\n', text).count(),
            memchr::memchr_iter(b'\n', &out).count(),
            "redaction changed the number of lines"
        );
        Some(out)
    }

    /// What a pass leaves behind beside its text: counts, names, originals.
    pub(in crate::redact) fn note(&self, text: &[u8], edits: &[Edit], tally: &mut Tally) {
        if let Some(recorder) = &self.recorder {
            recorder.record(&self.names, text, edits);
        }
        names::hear(self, text, edits, tally);
        for edit in edits {
            tally.count(edit.rule);
        }
    }

    /// True for values that the person keeps in clear.
    pub(in crate::redact) fn is_kept(&self, value: &[u8]) -> bool {
        !self.keep.is_empty()
            && (self.keep.contains(value) || self.keep.contains(&value.to_ascii_lowercase()))
    }
}

impl<'a> Pass<'a> {
    pub(in crate::redact) fn new(
        r: &'a Redactor,
        text: &'a [u8],
        tally: &'a mut Tally,
        dialect: Dialect,
        depth: u8,
    ) -> Self {
        Self {
            r,
            text,
            edits: Edits::default(),
            tally,
            dialect,
            depth,
            url_ats: HashSet::new(),
            marks: Marks::default(),
            recent_hosts: Default::default(),
            recent_addresses: RecentAddresses::default(),
            recent_names: RecentNames::default(),
        }
    }

    pub(in crate::redact) fn run(&mut self) {
        let r = self.r;
        r.anchors.find(self.text, |owner, at| match owner {
            Owner::Stem => field::name_at(self, at),
            Owner::Shape(shape) => shape::shape_at(self, shape, at),
            Owner::Url => url::url_at(self, at),
            Owner::Base64 => base64::base64_at(self, at),
            Owner::Base64Named => named::named_base64_at(self, at),
            Owner::Escape(escape) => escapes::escape_at(self, escape, at),
            Owner::Multipart => multipart::multipart_at(self, at),
            Owner::Hex => hex::hex_at(self, at),
            Owner::HexWord => hex::hex_word_at(self, at),
            Owner::Parameter => hex::parameter_at(self, at),
            Owner::Pem => pem::pem_at(self, at),
            Owner::PemEnd => pem::pem_end_at(self, at),
            Owner::Ppk => pem::ppk_at(self, at),
            Owner::Jwk => jwk::jwk_at(self, at),
            Owner::Home => login::home_at(self, at),
            Owner::PercentAt => email::email_at(self, at, 3),
            Owner::Cookie => hex::cookie_anchor_at(self, at),
            Owner::Insert => sql_insert::insert_at(self, at),
            Owner::Grid => printed_table::grid_at(self, at),
            Owner::Copy => printed_table::copy_at(self, at),
            Owner::Record => printed_table::record_at(self, at),
            Owner::Listed => printed_table::listed_token_at(self, at),
            Owner::Session => field::session_line_at(self, at),
            Owner::Program(program) => program_options::program_at(self, program, at),
            Owner::Known(name) => machine_names::known_at(self, name, at),
        });
        punctuation::signs(self);
        find::user_rules(self);
        find::heard_names(self);
        spellings::learned_values(self);
    }
}

impl Redactor {
    /// Names that were learned in this run: from now on they are cut wherever they stand as words.
    pub fn learn_names(&mut self, names: &Names) {
        names::learn_names(self, names)
    }

    /// Makes it remember what the pseudonyms of identifiers stand for, for a reversal map.
    #[must_use]
    pub fn remembering(self) -> Self {
        reversal::remembering(self)
    }

    /// Takes out what the pseudonyms made so far stand for; nothing, if it was not told to remember. A value in
    /// which this redactor finds a secret is left out: no map ever holds one.
    #[must_use]
    pub fn take_originals(&self) -> Originals {
        reversal::take_originals(self)
    }

    /// Cuts finds out of redacted text. The number of lines does not change, and JSON stays JSON. Gives the text, and
    /// how many places and bytes were cut; secrets whose span is known come into the tally.
    pub fn cut_found(
        &self,
        text: &Redacted,
        finds: &[Find],
        reach: Reach,
        form: Form,
        tally: &mut Tally,
    ) -> (Redacted, u64, u64) {
        cut_at::cut_found(self, text, finds, reach, form, tally)
    }

    /// Secrets that were found after the others: they are cut as well from now on.
    pub fn learn_more(&mut self, secrets: &[Secret]) {
        cut_at::learn_more(self, secrets)
    }

    /// Redacts a block of whole lines and tells what each rule cut and why the rest stayed.
    #[must_use]
    pub fn explain(&self, text: &[u8], around: Surroundings<'_>, dialect: Dialect) -> Explanation {
        explain::explain(self, text, around, dialect)
    }

    /// Redacts a page that this program wrote. Its tags must hold nothing of the evidence, and its texts no bare `<`.
    /// The number of lines does not change.
    pub fn page(&self, html: &str, tally: &mut Tally) -> Redacted {
        page::page(self, html, tally)
    }

    /// What looks random and is still in a redacted block, whose first line is `first_line` of its entry.
    #[must_use]
    pub fn residue(&self, block: &Redacted, first_line: u64) -> Residue {
        residual::residue(self, block, first_line)
    }

    /// The words of the rules of one's own, with their pseudonyms: for the verifier's search and for entries
    /// that must be mended. Those that stay in clear on purpose are not among them.
    #[must_use]
    pub fn user_words(&self) -> Vec<Secret> {
        find::user_words(self)
    }

    /// Version of the rule set, for the manifest: `2026.11.1`, or `2026.11.1+user.abcd2345` where rules of
    /// one's own are in force. The letters differ for other rules, and under another key.
    #[must_use]
    pub fn rule_set(&self) -> String {
        find::rule_set(self)
    }
}
