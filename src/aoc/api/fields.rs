//! The gate that every answer passes: an allow-list of fields for each kind of answer.
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    keep: BTreeSet<String>,
}

static TABLE: LazyLock<HashMap<String, Row>> =
    LazyLock::new(|| toml::from_str(include_str!("fields.toml")).unwrap_or_default());

/// The fields of `value` that go on, and how many were dropped. A kind that the table does not have lets
/// nothing through.
#[must_use]
pub fn allowed(kind: &str, value: &Value) -> (Value, u64) {
    let mut dropped = 0;
    let Some(row) = TABLE.get(kind) else {
        return (Value::Null, 1);
    };
    let kept = filtered(&row.keep, "", value, &mut dropped);
    (kept.unwrap_or_else(|| Value::Object(Map::new())), dropped)
}

/// All rows of a list, filtered.
#[must_use]
pub fn allowed_all(kind: &str, values: &[Value]) -> (Vec<Value>, u64) {
    let mut dropped = 0;
    let rows = values.iter().map(|value| {
        let (row, n) = allowed(kind, value);
        dropped += n;
        row
    });
    (rows.collect(), dropped)
}

/// A list of `{name, value}`, of which those with known names and plain values go on.
#[must_use]
pub fn named_values(kind: &str, list: Option<&Value>) -> (Map<String, Value>, u64) {
    let mut dropped = 0;
    let mut kept = Map::new();
    let row = TABLE.get(kind);
    for pair in list.and_then(Value::as_array).into_iter().flatten() {
        let name = pair.get("name").and_then(Value::as_str).unwrap_or_default();
        match pair.get("value") {
            Some(value) if row.is_some_and(|r| r.keep.contains(name)) && is_plain(value) => {
                kept.insert(name.to_owned(), value.clone());
            }
            _ => dropped += 1,
        }
    }
    (kept, dropped)
}

fn is_plain(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

fn filtered(
    keep: &BTreeSet<String>,
    path: &str,
    value: &Value,
    dropped: &mut u64,
) -> Option<Value> {
    match value {
        Value::Object(fields) => {
            let mut out = Map::new();
            for (name, inner) in fields {
                let at = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                // A name with a dot in it could pass for a path.
                let found = if name.contains('.') {
                    None
                } else {
                    filtered(keep, &at, inner, dropped)
                };
                match found {
                    Some(found) => {
                        out.insert(name.clone(), found);
                    }
                    None => *dropped += 1,
                }
            }
            let inside = path.is_empty() || leads_on(keep, path);
            inside.then_some(Value::Object(out))
        }
        Value::Array(items) => {
            if !keep.contains(path) && !leads_on(keep, path) {
                return None;
            }
            let kept = items
                .iter()
                .filter_map(|item| filtered(keep, path, item, dropped));
            Some(Value::Array(kept.collect()))
        }
        plain => keep.contains(path).then(|| plain.clone()),
    }
}

/// True if some kept field lies below this path.
fn leads_on(keep: &BTreeSet<String>, path: &str) -> bool {
    let below = format!("{path}.");
    keep.range(below.clone()..)
        .next()
        .is_some_and(|next| next.starts_with(&below))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_table_is_read_and_names_no_secret() {
        assert!(TABLE.len() >= 14);
        for (kind, row) in TABLE.iter() {
            for field in &row.keep {
                let last = field.rsplit('.').next().unwrap();
                let bad = [
                    "secret",
                    "cookie",
                    "note",
                    "metadata",
                    "password",
                    "public_key",
                    "docroot",
                    "headers",
                ];
                assert!(
                    !bad.iter()
                        .any(|b| last == *b || last.ends_with(&format!("_{b}"))),
                    "{kind}: {field}"
                );
            }
        }
    }

    #[test]
    fn known_fields_go_on_and_all_others_are_counted() {
        let package = json!({
            "id": "a", "name": "n", "note": "x", "new": {"deep": [1, 2]}, "size": 5,
            "recipients": [{"id": "1", "type": "user", "token": "x"}, "odd", {"id": {"not": "plain"}}],
            "sender": "just text", "sender.id": "dotted", "sent": null
        });
        let (kept, dropped) = allowed("package", &package);
        let expected = json!({
            "id": "a", "name": "n", "size": 5,
            "recipients": [{"id": "1", "type": "user"}, {}], "sent": null
        });
        assert_eq!(kept, expected);
        assert!(dropped >= 6, "{dropped}");
        assert_eq!(allowed("nobody", &package), (Value::Null, 1));
        assert_eq!(
            allowed("file", &json!({"access_levels": ["read", {"x": 1}]})).0,
            json!({"access_levels": ["read"]})
        );
        assert_eq!(allowed("package", &json!("text")).0, json!({}));
    }

    #[test]
    fn lists_of_names_and_values_are_filtered_by_name() {
        let list = json!([{"name": "sync", "value": true}, {"name": "other", "value": 1}, {"name": "page", "value": {}}, 7]);
        let (kept, dropped) = named_values("capability", Some(&list));
        assert_eq!((Value::Object(kept), dropped), (json!({"sync": true}), 3));
    }
}
