//! `report.html`, the page to open first. Markup is fixed text of this program (`&'static str`), and evidence is always
//! escaped text between tags; a template language would not guarantee that.

mod entries;
mod findings;
mod markup;
mod page;
mod picture;
mod scale;
mod settings;
mod shown;
mod timeline;
mod waterfall;

pub use page::{ReportData, html};
pub use settings::SETTINGS;
