//! `--offline` opens no connection: seen from outside, by the system calls of the program.
#![cfg(target_os = "linux")]
use std::path::Path;
use std::process::{Command, Stdio};

use crate::api::{Cloud, tree};
use crate::kit::{Run, tool};

/// Fails the test where a program cannot be traced or kept off the network in this way.
#[track_caller]
fn needs(program: &str, package: &str, args: &[&str]) {
    let run = tool(program, package)
        .args(args)
        .stdin(Stdio::null())
        .output();
    let out = run.unwrap();
    assert!(
        out.status.success(),
        "`{program}` does not work here: {out:?}"
    );
}

fn collect(cloud: &Cloud, tree: &Path, out: &Path) -> Run {
    let run = cloud.run("collect");
    cloud
        .with_node(cloud.with_key(run))
        .path("--root", tree)
        .args(["--os", "linux", "--package-id", "bYA_ilq73g"])
        .path("-o", out)
}

/// Runs it under another program; says how it ended.
fn under(program: &str, args: &[&str], run: Run) -> Option<i32> {
    let inner = run.into_command();
    let mut command = Command::new(program);
    command
        .args(args)
        .arg(inner.get_program())
        .args(inner.get_args());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let output = command.stdin(Stdio::null()).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    eprintln!("{told}");
    output.status.code()
}

/// System calls that reach for the internet or for a name server.
fn calls(trace: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(trace).unwrap();
    let reaches = |line: &&str| {
        let inet = line.contains("AF_INET");
        inet && (line.contains("socket(") || line.contains("connect(") || line.contains("sendto("))
    };
    text.lines().filter(reaches).map(str::to_owned).collect()
}

#[test]
fn no_socket_of_the_internet_is_opened() {
    needs("strace", "strace", &["-o", "/dev/null", "true"]);
    let cloud = Cloud::new();
    let tree = tree();
    let traced = |more: &[&str]| {
        let out = tempfile::tempdir().unwrap();
        let trace = out.path().with_extension("trace");
        let args = [
            "-f",
            "-qq",
            "-e",
            "trace=network",
            "-o",
            trace.to_str().unwrap(),
        ];
        let code = under(
            "strace",
            &args,
            collect(&cloud, tree.path(), out.path()).args(more),
        );
        let seen = calls(&trace);
        std::fs::remove_file(&trace).unwrap();
        (code, seen)
    };
    let (code, seen) = traced(&["--offline"]);
    assert_eq!((code, seen), (Some(0), Vec::new()));
    assert_eq!(cloud.fake.connections(), 0);
    let (code, seen) = traced(&[]);
    assert_eq!(code, Some(0));
    assert!(!seen.is_empty(), "the tracer sees what an online run opens");
    assert!(cloud.fake.connections() > 0);
}

#[test]
fn it_works_where_there_is_no_network_at_all() {
    needs("unshare", "util-linux", &["-r", "-n", "true"]);
    let cloud = Cloud::new();
    let tree = tree();
    let out = tempfile::tempdir().unwrap();
    let run = collect(&cloud, tree.path(), out.path()).args(["--offline"]);
    assert_eq!(under("unshare", &["-r", "-n"], run), Some(0));
}
