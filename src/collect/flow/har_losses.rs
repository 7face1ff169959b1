//! The cuts in the manifest for parts of a network trace that were too long or broken.
use crate::bundle::manifest::Cut;

/// Cuts after which a trace counts as complete: support does not need these parts.
const HARMLESS: [&str; 2] = ["long-value", "attached"];

/// Reason and note for values, for elements of lists, for entries, and for attached files.
const LOST: [(&str, &str); 4] = [
    (
        "long-value",
        "bodies and other values longer than 1 MiB were left out, but for the first and last rows of JSON; the lengths of what is missing stand in its place",
    ),
    (
        "long-entry",
        "entries longer than 4 MiB lost the last elements of their lists",
    ),
    (
        "broken-entry",
        "entries without an end, or longer than can be held, were left out",
    ),
    (
        "attached",
        "files beside the trace in its zip that are no short texts were left out",
    ),
];

/// The cuts of a trace, from numbers and bytes of values, of elements of lists, of entries, and of attached files; those
/// after which it counts as complete if `harmless`, else the others.
pub(in crate::collect) fn har_cuts(
    lost: [(u64, u64); 3],
    attached: (u64, u64),
    harmless: bool,
) -> Vec<Cut> {
    let lost = lost.into_iter().chain([attached]);
    lost.zip(LOST)
        .filter(|(_, (why, _))| HARMLESS.contains(why) == harmless)
        .filter_map(|(lost, (why, note))| Cut::counted(why, lost, note))
        .collect()
}
