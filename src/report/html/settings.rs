//! The organization's settings of tokens and logins, from `settings/organization.json`.
use serde_json::Value;

use super::markup::Pen;
use crate::bundle::manifest::Entry;
use crate::report::facts::Facts;
use crate::report::quotes::shortened;

/// Name of the entry that has the settings.
pub const SETTINGS: &str = "settings/organization.json";
/// Settings of each table, and characters of a value.
const MOST_ROWS: usize = 60;
const MOST_LETTERS: usize = 200;

/// The tables of settings, or why there are none.
pub(super) fn settings(facts: &Facts<'_>, settings: Option<&Value>, pen: &mut Pen) {
    let Some(settings) = settings else {
        absent(facts, pen);
        return;
    };
    for (key, title) in [
        ("token_settings", "<h3>Sessions and tokens</h3>\n"),
        ("login_settings", "<h3>Logins</h3>\n"),
    ] {
        let rows = list(settings, key);
        if rows.is_empty() {
            continue;
        }
        pen.tag(title).table(&["Setting", "Value"]).tag("<tbody>\n");
        for row in rows.iter().take(MOST_ROWS) {
            let name = row.get("label").or_else(|| row.get("setting"));
            let reads = row.get("reads").or_else(|| row.get("value"));
            pen.within("<tr><th scope=\"row\">", words(name), "</th>");
            pen.within("<td>", words(reads), "</td></tr>\n");
        }
        pen.tag("</tbody></table>\n");
    }
    changes(list(settings, "recent_changes"), pen);
    if let Some(at) = settings.get("at") {
        pen.within("<p class=\"more\">As read at ", words(Some(at)), ". ");
        pen.tag("All of it: settings/organization.json.</p>\n");
    }
}

fn list<'a>(settings: &'a Value, key: &str) -> &'a [Value] {
    let list = settings.get(key).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

fn changes(changes: &[Value], pen: &mut Pen) {
    if changes.is_empty() {
        return;
    }
    pen.tag("<h3>Changed lately</h3>\n");
    pen.table(&["When", "Setting", "Before", "After"])
        .tag("<tbody>\n");
    for change in changes.iter().take(MOST_ROWS) {
        pen.within(
            "<tr><th scope=\"row\">",
            words(change.get("created_at")),
            "</th>",
        );
        for key in ["field", "previous_value", "current_value"] {
            pen.within("<td>", words(change.get(key)), "</td>");
        }
        pen.tag("</tr>\n");
    }
    pen.tag("</tbody></table>\n");
}

fn words(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "not told".to_owned(),
        Some(Value::String(text)) => shortened(text, MOST_LETTERS),
        Some(other) => shortened(&other.to_string(), MOST_LETTERS),
    }
}

/// Why there are no settings, from the manifest.
fn absent(facts: &Facts<'_>, pen: &mut Pen) {
    let wanted = |e: &&Entry| {
        e.entry.as_deref() == Some(SETTINGS) || e.what().ends_with("organization.json")
    };
    let why = facts.entries.iter().find(wanted).map(Entry::why);
    pen.tag("<p>The organization's token and login settings were not read");
    match why.filter(|w| !w.is_empty()) {
        Some(why) => pen.tag(": ").text(&why).tag(".</p>\n"),
        None => pen.tag("; they need an account of Aspera on Cloud. <samp>aoc-bundle settings --help</samp> tells how.</p>\n"),
    };
}
