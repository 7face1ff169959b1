//! What will be collected: the items, their order, and how they fit into the size limit.

pub(super) mod api_items;
pub(super) mod items;
pub(super) mod selection;
