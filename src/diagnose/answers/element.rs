//! Elements of a JSON document: where they are, which transfer and package they name, and texts filled with their values.
use serde_json::Value;

use super::super::grammar::Uuid;
use super::super::shorten::shorten;

/// Where an element names its package.
const PACKAGES: [&str; 3] = [
    "/package_id",
    "/package/id",
    "/start_spec/tags/aspera/files/package_id",
];
/// Longest value that is quoted, in characters.
const LONGEST: usize = 160;

/// The elements of the list at a JSON pointer, each with its own pointer; the whole document without one.
pub(super) fn elements<'v>(each: Option<&str>, all: &'v Value) -> Vec<(String, &'v Value)> {
    let Some(list) = each else {
        return vec![(String::new(), all)];
    };
    let items = all.pointer(list).and_then(Value::as_array);
    let items = items.into_iter().flatten().enumerate();
    items.map(|(n, v)| (format!("{list}/{n}"), v)).collect()
}

/// The first of these members that is a text.
pub(super) fn first_text<'v>(element: &'v Value, names: [&str; 4]) -> Option<&'v str> {
    names.iter().find_map(|name| element.get(name)?.as_str())
}

/// The transfer that an element is about.
pub(super) fn transfer_of(element: &Value) -> Option<Uuid> {
    let tagged = element.pointer("/start_spec/tags/aspera/xfer_id");
    let tagged = tagged.and_then(Value::as_str).and_then(Uuid::parse);
    let own = || first_text(element, ["xfer_id", "transfer_id", "uuid", "id"]);
    tagged.or_else(|| Uuid::parse(own()?))
}

/// The package that an element is about.
pub(super) fn package_of(element: &Value) -> Option<String> {
    let mut places = PACKAGES
        .iter()
        .filter_map(|at| element.pointer(at)?.as_str());
    places.next().map(str::to_owned)
}

/// A value as text: a string without its quotes, anything else as JSON.
pub(super) fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// A value as it is quoted in a finding.
pub(super) fn quoted(value: &Value) -> String {
    shorten(&plain(value), LONGEST)
}

/// A text with values of the element in place of `{/pointer}` and of the whole document in place of `{all/pointer}`;
/// `unknown` where there is no value.
pub(super) fn fill(text: &str, element: &Value, all: &Value) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((name, after)) = behind.split_once('}') else {
            break;
        };
        let found = match name.strip_prefix("all") {
            Some(pointer) => all.pointer(pointer),
            None => element.pointer(name),
        };
        out.push_str(before);
        match found.filter(|v| !v.is_null()).map(quoted) {
            Some(value) if !value.is_empty() => out.push_str(&value),
            _ => out.push_str("unknown"),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}
