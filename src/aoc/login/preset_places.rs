//! Where ascli keeps its configuration on each system: `presets.toml` has the places.
use std::path::PathBuf;
use std::sync::LazyLock;

use serde::Deserialize;

use super::presets::Variables;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    systems: Vec<String>,
    path: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "says why the row is there"))]
    why: String,
}

#[derive(Deserialize)]
struct Table {
    place: Vec<Row>,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    // That it parses is a test.
    toml::from_str::<Table>(include_str!("presets.toml")).map_or_else(|_| Vec::new(), |t| t.place)
});

/// The places of a system (`linux`, `macos`, `windows`) where ascli may keep its configuration, first place
/// first, from the variables of the environment.
#[must_use]
pub fn config_files(system: &str, variables: Variables<'_>) -> Vec<PathBuf> {
    let rows = ROWS
        .iter()
        .filter(|r| r.systems.iter().any(|s| s == system));
    let mut found: Vec<PathBuf> = Vec::new();
    for path in rows.filter_map(|row| filled(&row.path, variables)) {
        let path = super::presets::expand(&path, home(system, variables).as_deref());
        if !found.contains(&path) {
            found.push(path);
        }
    }
    found
}

/// The home folder, as ascli finds it.
pub(in crate::aoc) fn home(system: &str, variables: Variables<'_>) -> Option<PathBuf> {
    let names: &[&str] = match system {
        "windows" => &["{USERPROFILE}", "{HOMEDRIVE}{HOMEPATH}", "{HOME}"],
        _ => &["{HOME}"],
    };
    let found = names.iter().find_map(|n| filled(n, variables));
    found.map(PathBuf::from)
}

/// The text with its variables; `None` where one is not set.
fn filled(text: &str, variables: Variables<'_>) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        let (name, after) = behind.split_once('}')?;
        out.push_str(before);
        out.push_str(&variables(name).filter(|v| !v.is_empty())?);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(system: &str, set: &[(&str, &str)]) -> Vec<String> {
        let variables = |name: &str| {
            let found = set.iter().find(|(n, _)| *n == name);
            found.map(|(_, v)| (*v).to_owned())
        };
        let all = config_files(system, &variables);
        all.iter()
            .map(|p| p.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn each_system_has_its_places() {
        assert!(ROWS.len() >= 6 && ROWS.iter().all(|r| !r.why.is_empty()));
        assert_eq!(
            places("linux", &[("HOME", "/home/ana")]),
            ["/home/ana/.aspera/ascli/config.yaml"]
        );
        assert_eq!(
            places(
                "macos",
                &[("HOME", "/Users/ana"), ("ASCLI_HOME", "/srv/work")]
            ),
            [
                "/srv/work/config.yaml",
                "/Users/ana/.aspera/ascli/config.yaml"
            ]
        );
        let windows = [
            ("USERPROFILE", r"C:\Users\ana"),
            ("HOMEDRIVE", "H:"),
            ("HOMEPATH", r"\ana"),
            ("ASCLI_CONFIG_FILE", r"D:\ascli.yaml"),
        ];
        assert_eq!(
            places("windows", &windows),
            [
                r"D:\ascli.yaml",
                r"C:\Users\ana\.aspera\ascli\config.yaml",
                r"H:\ana\.aspera\ascli\config.yaml"
            ]
        );
        assert_eq!(places("linux", &[]), Vec::<String>::new());
        assert_eq!(places("linux", &[("HOME", "")]), Vec::<String>::new());
        assert_eq!(
            places("windows", &[("HOMEDRIVE", "H:")]),
            Vec::<String>::new()
        );
    }
}
