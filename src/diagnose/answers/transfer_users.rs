//! The users that transfers run as, from an `aspera.conf`: which of them demand a token, and which have a restriction of
//! file access. The result is a JSON document that rows of the catalogue have conditions on.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::aspera_conf::{ConfPart, read};

/// Most users that are read.
const MOST_USERS: usize = 1000;

/// Elements below a user or below `/conf/default` that decide who may transfer.
const IN: &str = "authorization/transfer/in/value";
const OUT: &str = "authorization/transfer/out/value";
const RESTRICTIONS: [&str; 2] = [
    "file_system/access/paths/path/restrictions/restriction",
    "file_system/file_restriction",
];
const USER: &str = "/conf/aaa/realms/realm/users/user";
const DEFAULT: &str = "/conf/default";
/// A group can set it for its users; the file does not say who is in a group.
const GROUPS: &str = "/conf/aaa/realms/realm/groups/group/authorization/transfer/";

/// Values of one user, or the defaults, by path.
#[derive(Default)]
struct UserSettings {
    line: u64,
    values: BTreeMap<String, String>,
}

#[derive(Default)]
struct Conf {
    default: UserSettings,
    users: Vec<UserSettings>,
    /// A group sets it.
    groups: bool,
}

/// `{"users":[{"name":…,"restricted":…,"demands":…,"in":…,"out":…,"line":…}]}`; `None` for a text that is no well-formed
/// XML.
pub(in crate::diagnose) fn document(text: &str) -> Option<Value> {
    let mut conf = Conf::default();
    read(text, &mut |part| conf.add(part)).ok()?;
    let user = |user: &UserSettings| {
        let value = |path: &str| {
            let own = user
                .values
                .get(path)
                .or_else(|| conf.default.values.get(path));
            // Without a setting, transfers are allowed.
            let own = own.map(|v| v.to_ascii_lowercase());
            own.unwrap_or_else(|| if conf.groups { "unknown" } else { "allow" }.to_owned())
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

impl Conf {
    fn add(&mut self, part: ConfPart<'_>) {
        match part {
            ConfPart::Open { path: USER, line } if self.users.len() < MOST_USERS => {
                self.users.push(UserSettings {
                    line,
                    ..UserSettings::default()
                });
            }
            ConfPart::Close { path, text } if !text.is_empty() => self.value(path, text),
            _ => {}
        }
    }

    fn value(&mut self, path: &str, value: &str) {
        self.groups |= path.starts_with(GROUPS);
        let below = |root: &str| path.strip_prefix(root)?.strip_prefix('/');
        let (settings, rest) = if let Some(rest) = below(USER) {
            (self.users.last_mut(), rest)
        } else if let Some(rest) = below(DEFAULT) {
            (Some(&mut self.default), rest)
        } else {
            return;
        };
        let wanted = rest == "name" || rest == IN || rest == OUT || RESTRICTIONS.contains(&rest);
        if let Some(settings) = settings.filter(|_| wanted) {
            let known = settings.values.entry(rest.to_owned());
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
    fn users_have_their_own_settings_or_the_defaults() {
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
    fn an_incomplete_file_and_other_texts_name_no_user() {
        let whole = conf("", RESTRICTED);
        for end in 0..whole.trim_end().len() {
            let cut = document(&whole[..end]);
            assert!(cut.is_none_or(|c| c["users"] == json!([])), "{end}");
        }
        for text in ["", "plain", "</CONF>", "{}", "<a><b></a>"] {
            let found = document(text);
            assert!(found.is_none_or(|c| c["users"] == json!([])), "{text}");
        }
    }
}
