//! Places that other settings than an `aspera.conf` send Aspera's lines to: the syslog rules of the
//! system and the settings of the Transfer SDK's daemon. Pure: text in, places out.
use serde_json::Value;

/// A file that a syslog rule writes Aspera's lines to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyslogFile {
    /// The file as written.
    pub path: String,
    /// True where lines of other programs go there too.
    pub shared: bool,
}

/// Facility that Aspera logs with, unless it was told otherwise.
const FACILITY: &str = "local2";
/// How the names of Aspera's programs begin in syslog rules.
const PROGRAMS: [&str; 9] = [
    "aspera",
    "ascp",
    "async",
    "aejd",
    "http-gateway",
    "faspio",
    "ascli",
    "trapd",
    "transferd",
];

/// The files that syslog rules (traditional, or rsyslog's own language) send Aspera's lines to.
#[must_use]
pub fn syslog_files(rules: &str) -> Vec<SyslogFile> {
    let joined = rules.replace("\\\r\n", " ").replace("\\\n", " ");
    let mut found: Vec<SyslogFile> = Vec::new();
    // A rule about Aspera whose `{` is still open: its actions stand on the next lines.
    let mut open = false;
    for line in joined.lines() {
        let rule = line.trim();
        if rule.is_empty() || rule.starts_with('#') {
            continue;
        }
        let about = about_aspera(rule);
        if let (Some(shared), Some(path)) = (about.or(open.then_some(false)), target(rule)) {
            let file = SyslogFile { path, shared };
            if !found.contains(&file) {
                found.push(file);
            }
        }
        if about.is_some() && rule.contains('{') {
            open = true;
        }
        if rule.contains('}') {
            open = false;
        }
    }
    found
}

/// `Some(false)` for a rule about Aspera alone, `Some(true)` for one about others as well.
fn about_aspera(rule: &str) -> Option<bool> {
    let lower = rule.to_ascii_lowercase();
    let is_condition = lower.starts_with("if ") || lower.starts_with(":") || lower.starts_with('!');
    if is_condition {
        let named = PROGRAMS.iter().any(|program| lower.contains(program));
        return (named || lower.contains(FACILITY)).then_some(false);
    }
    let selectors = lower.split_whitespace().next()?;
    let mut takes = false;
    let mut others = false;
    for selector in selectors.split(';') {
        let Some((facilities, priority)) = selector.rsplit_once('.') else {
            continue;
        };
        let none = priority.trim_start_matches(['=', '!']) == "none";
        for facility in facilities.split(',') {
            if facility == FACILITY {
                takes = !none;
            } else if !none {
                others = true;
                takes |= facility == "*";
            }
        }
    }
    takes.then_some(others)
}

/// The file that a rule writes to: `-/var/log/x`, `/var/log/x;Template`, `file="/var/log/x"`.
fn target(rule: &str) -> Option<String> {
    let quoted = rule.find("file=\"").or_else(|| rule.find("File=\""));
    if let Some(at) = quoted {
        let path = rule.get(at + 6..)?.split('"').next()?;
        return is_file(path).then(|| path.to_owned());
    }
    rule.split_whitespace()
        .skip(1)
        .map(|word| {
            word.trim_start_matches('-')
                .split(';')
                .next()
                .unwrap_or_default()
        })
        .find(|word| is_file(word))
        .map(str::to_owned)
}

fn is_file(path: &str) -> bool {
    path.starts_with('/') && path.len() > 1 && !path.starts_with("/dev/")
}

/// The log folders in the settings of the Transfer SDK's daemon: its own and that of its transfers.
#[must_use]
pub fn transferd_folders(json: &[u8]) -> Vec<String> {
    let Ok(settings) = serde_json::from_slice::<Value>(json) else {
        return Vec::new();
    };
    ["/log_directory", "/fasp_runtime/log/dir"]
        .into_iter()
        .filter_map(|place| settings.pointer(place)?.as_str())
        .filter(|folder| !folder.trim().is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(rules: &str) -> Vec<(String, bool)> {
        syslog_files(rules)
            .into_iter()
            .map(|file| (file.path, file.shared))
            .collect()
    }

    #[test]
    fn rules_about_aspera_give_their_files() {
        let cases = [
            (
                "local2.* -/srv/log/aspera.log",
                "/srv/log/aspera.log",
                false,
            ),
            (
                "local2.info\t\t/srv/a.log;RSYSLOG_FileFormat",
                "/srv/a.log",
                false,
            ),
            ("local2.=debug;local2.info /srv/a.log", "/srv/a.log", false),
            (
                "*.info;mail.none;local2.* /srv/all.log",
                "/srv/all.log",
                true,
            ),
            ("*.*;auth,authpriv.none -/srv/syslog", "/srv/syslog", true),
            ("local1,local2.notice /srv/both.log", "/srv/both.log", true),
            (
                "if $programname == 'asperanoded' then /srv/n.log",
                "/srv/n.log",
                false,
            ),
            (
                ":programname, isequal, \"ascp\" -/srv/ascp.log",
                "/srv/ascp.log",
                false,
            ),
            (
                "if $programname == 'ascp' then {\n  action(type=\"omfile\" file=\"/srv/x.log\")\n  stop\n}",
                "/srv/x.log",
                false,
            ),
            ("local2.* \\\n  /srv/joined.log", "/srv/joined.log", false),
            (
                "local2.* action(type=\"omfile\" file=\"/srv/act.log\")",
                "/srv/act.log",
                false,
            ),
        ];
        for (rules, path, shared) in cases {
            assert_eq!(told(rules), [(path.to_owned(), shared)], "{rules}");
        }
    }

    #[test]
    fn other_rules_give_nothing() {
        for rules in [
            "# local2.* /srv/off.log",
            "*.info;mail.none;local2.none /var/log/messages",
            "local20.* /srv/x.log",
            "mail.* -/var/log/maillog",
            "local2.* @@loghost:514",
            "local2.* ?DynamicFile",
            "local2.* /dev/console",
            "local2.* ~",
            "if $programname == 'postfix' then /srv/p.log",
            "if $programname == 'ascp' then {\n stop\n}\nmail.* /srv/mail.log",
            "module(load=\"imuxsock\")",
            "local2.*",
            "\u{e9}",
        ] {
            assert!(told(rules).is_empty(), "{rules}: {:?}", told(rules));
        }
    }

    #[test]
    fn folders_of_the_transfer_daemon_are_read() {
        let json =
            br#"{"log_directory":"/srv/t","fasp_runtime":{"log":{"dir":"/srv/ascp","level":2}}}"#;
        assert_eq!(transferd_folders(json), ["/srv/t", "/srv/ascp"]);
        for other in [
            "",
            "{",
            "[]",
            r#"{"log_directory":7}"#,
            r#"{"log_directory":" "}"#,
        ] {
            assert!(transferd_folders(other.as_bytes()).is_empty(), "{other}");
        }
    }
}
