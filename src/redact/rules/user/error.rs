//! What can be wrong with a rule of one's own, as sentences that say what to do and hold no value.
use super::KINDS;

/// Why a rule of the person's own cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum UserRuleError {
    /// Not a name for a rule.
    #[error(
        "the `id` is not of lower-case letters, digits and dashes, at most 40 and a letter first; give another"
    )]
    Id,
    /// A built-in or an earlier rule has this id.
    #[error("a built-in rule or an earlier one has this `id` already; give another")]
    Taken,
    /// Not a kind.
    #[error("the `kind` is not known; give secret.LABEL (with a label of lower-case letters, digits and dashes) or one of {}", KINDS.join(", "))]
    Kind,
    /// No word, or no name of a field.
    #[error("the list is empty; give at least one value, or leave the rule out")]
    NoValues,
    /// One word cannot be used.
    #[error("value {row}: {why}")]
    Word {
        /// Row in the list or file, from 1.
        row: usize,
        /// What is wrong.
        why: WordFault,
    },
    /// One name of a field cannot be used.
    #[error("field {row}: {why}")]
    Field {
        /// Number in the list, from 1.
        row: usize,
        /// What is wrong.
        why: FieldFault,
    },
    /// The pattern is no regular expression.
    #[error(
        "the `regex` does not compile: {reason} (at character {column}); look-around and back-references are not possible"
    )]
    Regex {
        /// What the parser says, without the pattern.
        reason: String,
        /// Where, from 1.
        column: usize,
    },
    /// The pattern needs too much memory.
    #[error(
        "the `regex` is too large when compiled; lower its counts such as {{1000}}, or make two rules of it"
    )]
    TooLarge,
    /// The pattern matches where nothing is.
    #[error(
        "the `regex` matches the empty text, so it would cut everywhere; put a `+` where a `*` or `?` is"
    )]
    MatchesNothing,
    /// `\A` or `\z`.
    #[error("the `regex` uses \\A or \\z, but it is tried on each line; use ^ and $")]
    Anchored,
    /// The group that is cut may be empty.
    #[error(
        "the `regex` cuts ordinary text such as times, numbers, checksums or words of every log; make it more exact, or cut a part of it with a group (?P<v>…)"
    )]
    Ordinary,
    /// The id or the label would tell a value.
    #[error(
        "an `id` or the label of a `kind` holds one of the values, and both stand in the manifest; give other names"
    )]
    Tells,
    /// A `catch` line without marks.
    #[error("line {0} of `catch` marks nothing; put « and » around what must be gone")]
    Unmarked(usize),
    /// A `catch` line is not cut.
    #[error("line {0} of `catch` is not cut as it is marked; correct the rule or the line")]
    Missed(usize),
    /// A `leave` line is cut.
    #[error("line {0} of `leave` is cut; make the rule more exact, or correct the line")]
    Cut(usize),
    /// Too many words.
    #[error("there are more than {0} values; use a `regex` or a `field` for them")]
    TooMany(usize),
}

/// Why a word cannot be used.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum WordFault {
    /// Too short.
    #[error(
        "it has fewer than 4 letters or digits (6 where all are digits), so it would cut ordinary text; give a longer one, or use a `field` or `regex` that tells its place"
    )]
    Short,
    /// Too long.
    #[error("it is longer than 256 bytes; give a part of it that is as telling")]
    Long,
    /// A word of every log.
    #[error(
        "it is made of ordinary words of logs and reports, so it would cut text that support needs; use a `field` or `regex` that tells its place"
    )]
    Ordinary,
    /// Several lines.
    #[error("it holds a line end or a control character; give one line")]
    Lines,
}

/// Why a name of a field cannot be used.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum FieldFault {
    /// Not a name.
    #[error(
        "it is no name of a field; use letters, digits, dashes, underscores and dots, at most 64, with a word of three letters or more (*_name stands for every name that ends so)"
    )]
    Name,
    /// Another rule of one's own has it.
    #[error("an earlier rule has this name; leave one of them out")]
    Taken,
    /// A built-in rule holds it for a secret.
    #[error(
        "a built-in rule cuts it as a secret, and no other rule may weaken that; leave the name out"
    )]
    Secret,
}
