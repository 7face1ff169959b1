//! Offers the network traces found in the folders where browsers save files.
use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;
use std::time::SystemTime;

use crate::cli::args::CollectArgs;
use crate::cli::options::sizes;
use crate::cli::output::say;
use crate::sources::har::discovery;
use crate::sources::har::discovery::FoundHar;
use crate::sources::paths::catalogue::Os;
use crate::sources::paths::places::own_home;

/// Most traces that are offered: more were not recorded for one case.
const MOST: usize = 5;

/// The traces that the user chose. None without a terminal, nor where traces or a mounted image were given: a trace is not
/// taken without consent.
pub(in crate::cli) fn offered(args: &CollectArgs) -> Vec<PathBuf> {
    let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    if !terminal || !args.har.is_empty() || args.root.is_some() {
        return Vec::new();
    }
    let home = own_home(Os::current()).map(|home| PathBuf::from(home.path));
    let here = std::env::current_dir().ok();
    let folders = discovery::folders(home.as_deref(), here.as_deref());
    let mut found = discovery::find(&folders, SystemTime::now());
    found.truncate(MOST);
    if found.is_empty() || !(args.output.yes || ask(&found, &mut std::io::stdin().lock())) {
        return Vec::new();
    }
    found.into_iter().map(|har| har.path).collect()
}

/// Shows the traces and asks; Enter takes them.
fn ask(found: &[FoundHar], answers: &mut impl BufRead) -> bool {
    say("Recent network traces of Aspera on Cloud were found:");
    for har in found {
        say(&format!("  {}", line(har)));
    }
    loop {
        say("Take them into the bundle, redacted? [Y/n] ");
        let mut answer = String::new();
        match answers.read_line(&mut answer) {
            // No answer is no consent.
            Ok(0) | Err(_) => return false,
            Ok(_) => {}
        }
        if let Some(taken) = is_yes(&answer) {
            return taken;
        }
    }
}

/// What an answer means, if it means anything.
fn is_yes(answer: &str) -> Option<bool> {
    match answer.trim().to_lowercase().as_str() {
        "" | "y" | "yes" => Some(true),
        "n" | "no" | "none" => Some(false),
        _ => None,
    }
}

/// A trace as a line of the question: name, size, requests by kind of host.
fn line(har: &FoundHar) -> String {
    let name = har.path.file_name().unwrap_or_default().to_string_lossy();
    // A name may hold what a terminal would obey.
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let hosts = har
        .hosts
        .iter()
        .map(|(kind, count)| format!("{count} {kind}"));
    let hosts = hosts.collect::<Vec<_>>().join(", ");
    format!("{name} ({}, requests: {hosts})", sizes::human(har.size))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn trace() -> FoundHar {
        FoundHar {
            path: PathBuf::from("/home/x/Downloads/a\u{1b}[2J.har"),
            size: 2048,
            modified: SystemTime::UNIX_EPOCH,
            hosts: BTreeMap::from([("api", 12), ("node", 3)]),
        }
    }

    #[test]
    fn enter_takes_them_and_no_answer_does_not() {
        for (typed, taken) in [
            ("\n", true),
            ("Y\r\n", true),
            ("n\n", false),
            ("none\n", false),
            ("what?\nyes\n", true),
            ("what?\n", false),
            ("", false),
        ] {
            assert_eq!(ask(&[trace()], &mut typed.as_bytes()), taken, "{typed:?}");
        }
    }

    #[test]
    fn a_trace_is_shown_without_signs_for_the_terminal() {
        let line = line(&trace());
        assert!(line.starts_with("a[2J.har ("), "{line}");
        assert!(line.ends_with("requests: 12 api, 3 node)"), "{line}");
    }
}
