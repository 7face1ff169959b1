//! Bytes to blocks of whole lines, and back: compression, character encodings, line cuts and the
//! time stamps that lines begin with. Pure: it reads from a [`std::io::Read`] it is given and knows
//! no files, clock, threads or network. What the text means is not its business.
//!
//! The way through the room: [`Decoded`] (bytes of a file to text) ─► [`FilterReader`] (only some
//! lines, where wanted) ─► [`BlockReader`] (blocks that are cut where nothing is torn apart) ─►
//! … ─► [`encode_back`] (a block in the encoding it came in).
mod blocks;
mod codec;
mod decode;
mod encoding;
mod error;
mod filter;
mod groups;
mod har;
mod json_cut;
mod json_path;
mod lines;
mod long_lines;
mod magic;
mod rows;
mod source;
mod stamp;
mod unpack;

pub use blocks::{Block, BlockReader, CutAt, Held, Limits, Withheld};
pub use decode::{DecodeLimits, Decoded};
pub use encoding::{Encoding, encode_back};
pub use error::TextError;
pub use filter::{Dropped, FilterReader, LineRule, SHOWN, Span};
pub use har::{HarPart, looks_like_har, withheld_note};
pub use lines::{LineEnds, count_newlines, line_bounds};
pub use stamp::{Stamp, parse, place_year, to_utc};
pub use unpack::Compression;
