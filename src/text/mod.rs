//! Bytes to blocks of whole lines, and back: compression, character encodings, places where text may be cut, and the
//! time stamps that lines begin with. Pure: it reads from a [`std::io::Read`] it is given and knows
//! no files, clock, threads or network. What the text means is not its business.
//!
//! The order of use: [`Decoded`] (bytes of a file to text) ─► [`FilterReader`] (only some
//! lines, where wanted) ─► [`BlockReader`] (blocks of whole lines, JSON values or HAR entries) ─►
//! … ─► [`encode_back`] (a block in the encoding it came in).

mod block;
mod decode;
mod har;
mod json;
mod mapped;
mod stamp;
mod url;

pub use block::line_ends::{LineEnds, count_newlines, line_bounds};
pub use block::line_filter::{Dropped, FilterReader, LineRule, SHOWN, Span};
pub use block::model::{Block, CutAt, HarPart, Held, Limits, Withheld};
pub use block::reader::BlockReader;
pub use decode::compression::Compression;
pub use decode::decoded::Decoded;
pub use decode::encoding::{Encoding, encode_back};
pub use decode::error::TextError;
pub use decode::limits::DecodeLimits;
pub use har::entry_spans::har_entries;
pub use har::long_string::withheld_note;
pub use har::start::looks_like_har;
pub use json::escape::json_escape;
pub use mapped::{MappedText, Run, place};
pub use stamp::{Stamp, parse, place_year, to_utc};
pub use url::Url;
