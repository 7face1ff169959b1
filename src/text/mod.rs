//! Bytes to blocks of whole lines, and back: compression, character encodings, line cuts and the
//! time stamps that lines begin with. Pure: it reads from a [`std::io::Read`] it is given and knows
//! no files, clock, threads or network. What the text means is not its business.
//!
//! The way through the room: [`Decoded`] (bytes of a file to text) ─► [`FilterReader`] (only some
//! lines, where wanted) ─► [`BlockReader`] (blocks that are cut where nothing is torn apart) ─►
//! … ─► [`encode_back`] (a block in the encoding it came in).

mod block;
mod decode;
mod har;
mod json;
mod stamp;

pub use block::line_ends::{LineEnds, count_newlines, line_bounds};
pub use block::line_filter::{Dropped, FilterReader, LineRule, SHOWN, Span};
pub use block::reader::{Block, BlockReader, CutAt, Held, Limits, Withheld};
pub use decode::compression::Compression;
pub use decode::decoded::{DecodeLimits, Decoded};
pub use decode::encoding::{Encoding, encode_back};
pub use decode::error::TextError;
pub use har::cutter::{HarPart, looks_like_har, withheld_note};
pub use stamp::{Stamp, parse, place_year, to_utc};
