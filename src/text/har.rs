//! HAR files as blocks: what stands before the entries, whole entries, what follows them.

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
