//! A block of text, how large it may be, where it may be cut, and what was left out of it.

/// How large blocks and what is in them may be, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Wanted size of a block.
    pub block: usize,
    /// Longest line that is kept whole; of longer ones JSON is given out in pieces. For JSON the furthest
    /// way to a good cut.
    pub longest_line: usize,
    /// Largest block for the sake of lines that belong together.
    pub group: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            block: 1 << 20,
            longest_line: 8 << 20,
            group: 4 << 20,
        }
    }
}

/// Where blocks may be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CutAt {
    /// After whole lines, and not inside a key or an argument dump of several lines.
    Lines,
    /// After a comma of JSON, near the root; the text may be one line. What has no bracket in its
    /// first block is no JSON and is cut as `Lines`.
    Json,
    /// Between the entries of HAR files: head, whole entries, tail ([`HarPart`]). A string longer than
    /// `block`, and what makes one entry longer than `longest_line`, is withheld while it streams.
    Har,
    /// Nowhere: one block, if it is not longer than the longest line; else as `Lines`.
    Whole,
}

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Block {
    /// 0 for the first block.
    pub number: u64,
    /// Number of the line that the block begins with or, in JSON, in; 1 for the first.
    pub first_line: u64,
    /// The text.
    pub bytes: Vec<u8>,
    /// Lines that were too long and are replaced by a note.
    pub held: Vec<Held>,
    /// The objects and arrays of JSON that are open where the block begins, as text that could stand before
    /// it: `{"log":{"entries":[`. Empty for blocks of whole lines.
    pub context: Vec<u8>,
    /// True where the line that the block ends in goes on in the next block.
    pub goes_on: bool,
    /// Which stretch of a HAR file it is; `None` for any other text.
    pub har: Option<HarPart>,
}

/// What was left out because it is too long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The line of the text given out in which it stood; 1 for the first.
    pub line: u64,
    /// Its length in bytes; of a line without its end.
    pub bytes: u64,
    /// What it was.
    pub what: Withheld,
}

/// What can be too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Withheld {
    /// A line; a note stands in its place.
    #[default]
    Line,
    /// A string in JSON, such as a body; a string that says so stands in its place.
    Value,
    /// So many elements at the end of a list in an entry of a HAR; nothing stands in their place.
    Elements(u64),
    /// An entry of a HAR; nothing stands in its place.
    Entry,
}

/// What a stretch of a HAR file is. Within one file each list of entries gives its parts in this order;
/// a part may come in several blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HarPart {
    /// Everything up to the first entry, the bracket of the list included: `{"log":{…,"entries":[`. A
    /// block that goes on with a head begins with the comma before its first member.
    Head,
    /// Whole entries with the commas and blanks between them. A block that does not begin the list
    /// begins with the comma that stands before its first entry.
    Entries,
    /// What follows the last entry: `],"pages":[…]}}`. Its context is the list that it closes. Of a file
    /// that was cut off it is made here, so that all brackets are closed.
    Tail,
}
