//! Text into blocks of whole lines or whole JSON values: which lines are kept, where a block may end, and what is too
//! long to be given out.

pub(super) mod line_ends;
pub(super) mod line_filter;
mod line_group;
pub(super) mod model;
pub(super) mod reader;
mod table_head;
