//! `aoc-bundle paths`: lists the known log paths of a system, and which of them exist.
use anyhow::Result;
use serde_json::json;

use crate::cli::args::{OsArg, PathsArgs};
use crate::cli::exit::{Exit, Usage};
use crate::cli::options::sizes;
use crate::cli::output::{print, say};
use crate::sources::find::discovery::{KnownPath, PathState, Search, known_paths};
use crate::sources::item::Role;
use crate::sources::paths::catalogue::Os;
use crate::sources::paths::places::Places;

pub(in crate::cli) fn run(args: &PathsArgs) -> Result<Exit> {
    let os = OsArg::os(args.os);
    let places = match &args.root {
        Some(root) if !root.is_dir() => {
            return Err(Usage("the folder of --root does not exist".to_owned()).into());
        }
        Some(root) => Places::of_image(os, root),
        None => Places::of_this_machine(os),
    };
    let search = Search {
        os,
        root: args.root.clone(),
        role: args.role.role(),
        logs: Vec::new(),
    };
    // Another system's table is shown as it is: nothing of it can be found here.
    let all = args.all || (args.root.is_none() && os != Os::current());
    let paths: Vec<KnownPath> = known_paths(&search, &places)
        .into_iter()
        .filter(|p| all || !matches!(p.state, PathState::Missing))
        .collect();
    if args.json {
        let rows: Vec<_> = paths.iter().map(row).collect();
        print(&json!({ "os": os.to_string(), "paths": rows }).to_string());
        return Ok(Exit::Complete);
    }
    for path in &paths {
        print(&line(path));
    }
    if paths.is_empty() {
        say(
            "No known path of an Aspera product is here; `aoc-bundle paths --all` lists where was looked.",
        );
    }
    Ok(Exit::Complete)
}

fn side(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Client) => "client",
        Some(Role::Server) => "server",
        None => "host",
    }
}

fn row(path: &KnownPath) -> serde_json::Value {
    let (state, size, reason, remedy) = match &path.state {
        PathState::Found { size, .. } => ("found", Some(*size), None, None),
        PathState::Sealed { size, .. } => ("sealed", Some(*size), None, None),
        PathState::Missing => ("missing", None, None, None),
        PathState::Unreadable { reason, remedy } => {
            ("unreadable", None, Some(reason), Some(remedy))
        }
    };
    json!({
        "path": path.native, "row": path.row, "product": path.product, "role": side(path.role), "kind": path.kind,
        "state": state, "size": size, "what": path.what, "confidence": path.confidence, "reason": reason, "remedy": remedy,
    })
}

fn line(path: &KnownPath) -> String {
    let (state, size) = match &path.state {
        PathState::Found { size, .. } => ("found", sizes::human(*size)),
        PathState::Sealed { size, .. } => ("sealed", sizes::human(*size)),
        PathState::Missing => ("missing", String::new()),
        PathState::Unreadable { .. } => ("unreadable", String::new()),
    };
    let mut out = format!(
        "{state:<10} {size:>9}  {:<6} {:<28} {}",
        side(path.role),
        path.product,
        path.native
    );
    if let PathState::Unreadable { reason, remedy } = &path.state {
        out.push_str("\n           ");
        out.push_str(reason);
        out.push(' ');
        out.push_str(remedy);
    }
    out
}
