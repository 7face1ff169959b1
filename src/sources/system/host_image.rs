//! What the files of a mounted image say about the machine it was. The fields are those of `host`.
use serde_json::{Map, Value, json};

use super::host::{Fields, Machine, object, put, some};
use super::identity::{own_name, zone_of};
use crate::sources::files::root_fs::Tree;
use crate::sources::paths::catalogue::Os;

/// Files with facts are small; more of them is not read.
pub(in crate::sources) const SMALL: u64 = 1 << 20;

/// What the files of a mounted image say about the machine it was.
pub(in crate::sources) fn facts(tree: &Tree) -> Value {
    let mut facts = Map::new();
    facts.insert("origin".to_owned(), json!("image"));
    put(
        &mut facts,
        "host_name",
        own_name(tree, Machine::Image).map(Value::from),
    );
    let os = match tree.os() {
        Os::Linux => linux_image(tree),
        Os::Macos => macos_image(tree),
        Os::Windows => vec![("name", Some("Windows".into()))],
    };
    put(&mut facts, "os", object(os));
    let zone = zone_of(tree, Machine::Image).and_then(|zone| zone.iana_name().map(str::to_owned));
    put(&mut facts, "clock", object(vec![("zone", some(zone))]));
    if let Ok(passwd) = tree.read("/etc/passwd", SMALL) {
        let accounts = passwd
            .split(|&b| b == b'\n')
            .filter(|line| line.contains(&b':'));
        facts.insert("accounts".to_owned(), json!(accounts.count()));
    }
    Value::Object(facts)
}

fn linux_image(tree: &Tree) -> Fields {
    let release = ["/etc/os-release", "/usr/lib/os-release"]
        .iter()
        .find_map(|path| tree.read(path, SMALL).ok())
        .unwrap_or_default();
    let release = String::from_utf8_lossy(&release);
    let field = |name: &str| some(shell_value(&release, name));
    let mut kernels = tree.folders("/lib/modules");
    kernels.sort();
    vec![
        ("name", field("NAME")),
        ("version", field("VERSION_ID")),
        ("long_name", field("PRETTY_NAME")),
        ("id", field("ID")),
        ("kernels", (!kernels.is_empty()).then(|| json!(kernels))),
    ]
}

fn macos_image(tree: &Tree) -> Fields {
    let plist = read_text(tree, "/System/Library/CoreServices/SystemVersion.plist");
    let field = |name: &str| some(plist_value(&plist, name));
    vec![
        ("name", field("ProductName")),
        ("version", field("ProductVersion")),
        ("build", field("ProductBuildVersion")),
    ]
}

/// A small file as text; empty where it cannot be read.
pub(in crate::sources) fn read_text(tree: &Tree, path: &str) -> String {
    let bytes = tree.read(path, SMALL).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The value of `NAME="value"` in a file of shell variables.
pub(in crate::sources) fn shell_value(text: &str, name: &str) -> Option<String> {
    let of_name = |line: &str| {
        let value = line.trim().strip_prefix(name)?.strip_prefix('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (!value.is_empty()).then(|| value.to_owned())
    };
    text.lines().find_map(of_name)
}

/// The string after `<key>name</key>` in a property list that is written as XML.
pub(in crate::sources) fn plist_value(text: &str, name: &str) -> Option<String> {
    let after = text
        .split_once(&format!("<key>{name}</key>"))?
        .1
        .trim_start();
    let (value, _) = after.strip_prefix("<string>")?.split_once("</string>")?;
    (!value.is_empty()).then(|| value.to_owned())
}
