//! Reading, redacting and spooling of the planned items, and the sources that answer meanwhile.

pub(super) mod api_answers;
pub(super) mod command_outputs;
pub(super) mod facts;
pub(super) mod har_losses;
pub(super) mod item_reader;
pub(super) mod line_rules;
pub(super) mod pipeline;
pub(super) mod reading;
pub(super) mod records;
pub(super) mod sink;
