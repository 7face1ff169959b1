//! `report.html`, the page that a person opens first. The filler is our own and small: markup is fixed text of this
//! program (`&'static str`), evidence comes in only as escaped text between tags, and there is no third way, which
//! no template language of a library promises.

mod entries;
mod findings;
mod markup;
mod page;
mod picture;
mod scale;
mod settings;
mod timeline;
mod waterfall;

pub use page::{Page, html};
pub use settings::SETTINGS;
