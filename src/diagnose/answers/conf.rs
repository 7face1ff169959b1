//! What an `aspera.conf` says of the users that transfers run as, as a document that rows of the catalogue look at.
use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};

/// Nesting beyond which nothing is read, and most users.
const DEEPEST: usize = 64;
const MOST_USERS: usize = 1000;

/// Where the words stand that decide, below a user or below `default`.
const IN: &str = "authorization/transfer/in/value";
const OUT: &str = "authorization/transfer/out/value";
const RESTRICTIONS: [&str; 2] = [
    "file_system/access/paths/path/restrictions/restriction",
    "file_system/file_restriction",
];
const USER: &str = "conf/aaa/realms/realm/users/user/";
const DEFAULT: &str = "conf/default/";
/// Groups may say it for their users; who is in them the file does not tell.
const GROUPS: &str = "conf/aaa/realms/realm/groups/group/authorization/transfer/";

/// True for the name of such a file.
#[must_use]
pub fn is_conf(entry: &str) -> bool {
    entry.rsplit('/').next() == Some("aspera.conf")
}

/// Values of one user, or of all of them, by path.
#[derive(Default)]
struct Said {
    line: u64,
    values: BTreeMap<String, String>,
}

#[derive(Default)]
struct Conf {
    default: Said,
    users: Vec<Said>,
    groups: bool,
}

/// `{"users":[{"name":…,"restricted":…,"demands":…,"in":…,"out":…,"line":…}]}`; `None` for a text that is no such file, or is cut.
pub(in crate::diagnose) fn document(text: &str) -> Option<Value> {
    let conf = read(text)?;
    let user = |user: &Said| {
        let value = |path: &str| {
            let own = user
                .values
                .get(path)
                .or_else(|| conf.default.values.get(path));
            // What nobody sets lets everybody in.
            let told = own.map(|v| v.to_ascii_lowercase());
            told.unwrap_or_else(|| if conf.groups { "unknown" } else { "allow" }.to_owned())
        };
        let restricted = RESTRICTIONS
            .iter()
            .any(|path| user.values.contains_key(*path));
        let (into, out) = (value(IN), value(OUT));
        json!({
            "name": user.values.get("name"),
            "restricted": restricted,
            "demands": into == "token" && out == "token",
            "in": into,
            "out": out,
            "line": user.line,
        })
    };
    let users: Vec<Value> = conf.users.iter().map(user).collect();
    Some(json!({ "users": users }))
}

fn read(text: &str) -> Option<Conf> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    let mut conf = Conf::default();
    let mut path = String::new();
    let mut depth = 0;
    let (mut line, mut counted) = (1, 0);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) if depth < DEEPEST => {
                depth += 1;
                let name = tag.local_name();
                path.push_str(&name.as_ref().to_ascii_lowercase());
                path.push('/');
                if path == USER && conf.users.len() < MOST_USERS {
                    let at = usize::try_from(reader.buffer_position()).ok()?;
                    let between = text.as_bytes().get(counted..at)?;
                    line += memchr::memchr_iter(b'\n', between).count() as u64;
                    counted = at;
                    conf.users.push(Said {
                        line,
                        ..Said::default()
                    });
                }
            }
            Event::Text(part) => conf.value(&path, part.xml10_content().trim()),
            Event::End(_) => {
                depth -= 1;
                let whole = path.strip_suffix('/')?;
                let above = whole.rfind('/').map_or(0, |at| at + 1);
                path.truncate(above);
            }
            Event::Eof => return (depth == 0 && !path.starts_with('/')).then_some(conf),
            Event::Start(_) => return None,
            _ => {}
        }
    }
}

impl Conf {
    fn value(&mut self, path: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        self.groups |= path.starts_with(GROUPS);
        let (said, rest) = if let Some(rest) = path.strip_prefix(USER) {
            (self.users.last_mut(), rest)
        } else if let Some(rest) = path.strip_prefix(DEFAULT) {
            (Some(&mut self.default), rest)
        } else {
            return;
        };
        let rest = rest.trim_end_matches('/');
        let telling = rest == "name" || rest == IN || rest == OUT || RESTRICTIONS.contains(&rest);
        if let Some(said) = said.filter(|_| telling) {
            let known = said.values.entry(rest.to_owned());
            known.or_insert_with(|| value.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conf(default: &str, user: &str) -> String {
        format!(
            "<?xml version='1.0'?>\n<CONF version=\"2\">\n<default>{default}</default>\n<aaa><realms><realm><users>\n<user><name>xfer</name>{user}</user>\n</users></realm></realms></aaa></CONF>\n"
        )
    }

    const RESTRICTED: &str = "<file_system><access><paths><path><restrictions><restriction>file:///*</restriction></restrictions></path></paths></access></file_system>";
    const TOKENS: &str = "<authorization><transfer><in><value>token</value></in><out><value>Token</value></out></transfer></authorization>";

    #[test]
    fn users_say_what_they_are_told_or_what_all_are_told() {
        let one = |default: &str, user: &str| {
            let text = conf(default, user);
            document(&text).unwrap()["users"][0].clone()
        };
        let own = one("", &format!("{RESTRICTED}{TOKENS}"));
        assert_eq!(
            own,
            json!({"name": "xfer", "restricted": true, "demands": true, "in": "token", "out": "token", "line": 5})
        );
        let of_all = one(TOKENS, RESTRICTED);
        assert_eq!(
            (&of_all["in"], &of_all["out"]),
            (&json!("token"), &json!("token"))
        );
        let nobody = one("", RESTRICTED);
        assert_eq!(
            (&nobody["in"], &nobody["out"]),
            (&json!("allow"), &json!("allow"))
        );
        let half = one(
            "",
            "<authorization><transfer><in><value>token</value></in></transfer></authorization>",
        );
        assert_eq!(half["out"], json!("allow"));
        assert_eq!(half["restricted"], json!(false));
        let groups = conf("", RESTRICTED).replace(
            "</users>",
            &format!("</users><groups><group>{TOKENS}</group></groups>"),
        );
        assert_eq!(
            document(&groups).unwrap()["users"][0]["in"],
            json!("unknown")
        );
    }

    #[test]
    fn what_is_cut_or_no_xml_tells_nothing() {
        let whole = conf("", RESTRICTED);
        for end in 0..whole.trim_end().len() {
            let cut = document(&whole[..end]);
            assert!(cut.is_none_or(|c| c["users"] == json!([])), "{end}");
        }
        for text in ["", "plain", "</CONF>", "{}", "<a><b></a>"] {
            let told = document(text);
            assert!(told.is_none_or(|c| c["users"] == json!([])), "{text}");
        }
    }
}
