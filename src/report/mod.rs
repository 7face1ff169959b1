//! Renders `README.txt`, `ticket.md` and `report.html` from `templates/`.

mod facts;
mod html;
mod quotes;
mod readme;
mod ticket;
mod visible;
mod words;

pub use facts::Facts;
pub use html::{ReportData, SETTINGS, html};
pub use quotes::{Lines, QuotedLine, Quotes, pick, wanted};
pub use readme::readme;
pub use ticket::ticket;

#[cfg(test)]
mod kit_tests;
