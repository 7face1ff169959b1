//! Text into blocks of whole lines or whole JSON values: which lines are kept, where a block may end, and what is too
//! long to be given out.

pub(super) mod line_ends;
pub(super) mod line_filter;
pub(super) mod line_group;
pub(super) mod long_line;
pub(super) mod reader;
pub(super) mod table_head;
