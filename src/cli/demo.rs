//! `aoc-bundle demo`: the whole job on evidence inside the program.
use anyhow::{Context, Result};

use super::args::{CaseArgs, CollectArgs, DemoArgs, OsArg};
use super::exit::Exit;
use super::output::say;
use super::{collect, settle};
use crate::sources::demo;

pub(super) fn run(args: &DemoArgs) -> Result<Exit> {
    let tree = tempfile::tempdir().context("cannot make a folder for the demo's evidence")?;
    demo::build(tree.path()).context("cannot lay out the demo's evidence")?;
    let case = demo::case();
    let typed = CollectArgs {
        case: CaseArgs {
            package_id: Some(case.package_id.to_owned()),
            package_name: Some(case.package_name.to_owned()),
            user_id: Some(case.user_id.to_owned()),
            user_name: Some(case.user_name.to_owned()),
            org: Some(case.org.to_owned()),
            problem: Some(case.problem.to_owned()),
            ..CaseArgs::default()
        },
        har: vec![tree.path().join(case.har)],
        root: Some(tree.path().to_path_buf()),
        os: Some(OsArg::Linux),
        output: args.output.clone(),
        offline: true,
        ..CollectArgs::default()
    };
    if !args.output.quiet && !args.output.json {
        say(
            "This is a demo on made-up evidence: a node, a client and a browser trace of one failed transfer.",
        );
    }
    let mut request = settle::request(&typed)?;
    request.map = settle::map(&args.map, !args.output.yes)?;
    collect::job(request, &args.output)
}
