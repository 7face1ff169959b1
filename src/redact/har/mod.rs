//! The walker of HAR files. It reads entries with places (`cursor`, `entry`), so that headers, cookies, URLs
//! and bodies are known by where they stand (`pairs`, `schemes`, `body`), and not by their looks. Who an entry
//! talks to (`redact::hosts`) decides which bodies stay; the JSON of the APIs keeps only the fields that support needs
//! (`fields`, `endpoints`). The general engine then sees the texts that are left and nothing else (`scratch`).
use std::collections::HashMap;

use super::engine::edits::{Edit, Edits};
use super::engine::redactor::{Dialect, Pass, Redactor};
use super::engine::tally::Tally;

mod body;
mod cursor;
mod endpoints;
mod entry;
mod fields;
mod frames;
mod headers;
mod members;
mod mime;
mod packed;
mod pairs;
mod queries;
mod scalars;
mod schemes;
mod scratch;
mod strings;
mod uniform;
mod written;

#[cfg(test)]
mod header_tests;
#[cfg(test)]
mod irregular_tests;
#[cfg(test)]
mod queries_tests;
#[cfg(test)]
mod tests;

pub(super) use scalars::{Scalar, scalars};

use entry::{RuleIds, Walker};
use scratch::Scratch;
use uniform::without_needless_escapes;

/// What must go from whole entries of a HAR with the commas between them. The number of lines does not change, JSON stays
/// JSON of the same structure, and where the blocks are cut does not matter. An entry that is no JSON is redacted
/// as text.
pub(super) fn har_entries(redactor: &Redactor, block: &[u8], tally: &mut Tally) -> Vec<Edit> {
    let Some(uniform) = without_needless_escapes(block) else {
        return uniform_entries(redactor, block, tally);
    };
    let mut edits = uniform_entries(redactor, &uniform.bytes, tally);
    for edit in &mut edits {
        let place = uniform.place(&(edit.start..edit.end));
        (edit.start, edit.end) = (place.start, place.end);
    }
    // Two that were neighbours inside of one escape are one now.
    Edits(edits).settle(block)
}

fn uniform_entries(redactor: &Redactor, block: &[u8], tally: &mut Tally) -> Vec<Edit> {
    let mut walker = Walker {
        pass: Pass::new(redactor, block, tally, Dialect::Log, 0),
        stretches: Vec::with_capacity(block.len() / 256),
        careful: must_look_everywhere(redactor),
        copies: Vec::new(),
        pairs_seen: HashMap::default(),
        rules: RuleIds {
            header: redactor.rules.id("har-header"),
            cookie: redactor.rules.id("har-cookie"),
            body: redactor.rules.id("har-body"),
            field: redactor.rules.id("har-field"),
            access_key: redactor.rules.id("access-key"),
            address: redactor.rules.id("har-address"),
        },
    };
    walker.entries();
    let placed = std::mem::take(&mut walker.pass.edits).settle(block);
    let mut stretches = std::mem::take(&mut walker.stretches);
    let scratch = Scratch::new(block, &mut stretches, &placed);
    redactor.note(block, &placed, tally);

    let mut pass = Pass::new(redactor, &scratch.text.bytes, tally, Dialect::Log, 0);
    pass.run();
    let found = std::mem::take(&mut pass.edits).settle(&scratch.text.bytes);
    redactor.note(&scratch.text.bytes, &found, tally);

    let mut edits = Edits(placed);
    for edit in found {
        for (twin, place) in scratch.places(&(edit.start..edit.end)).enumerate() {
            if twin > 0 {
                tally.count(edit.rule);
            }
            edits.0.push(Edit {
                start: place.start,
                end: place.end,
                ..edit.clone()
            });
        }
    }
    edits.settle(block)
}

/// True where something is looked for that may stand in any place.
fn must_look_everywhere(redactor: &Redactor) -> bool {
    !redactor.learned.is_empty()
        || redactor.heard.values().next().is_some()
        || redactor.rules.user.digest().is_some()
}
