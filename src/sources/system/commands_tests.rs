//! The table, and how a program is found and run.
use super::*;
use std::collections::BTreeSet;

fn spec(program: &str, args: &[&str]) -> CommandSpec {
    CommandSpec {
        id: "test".to_owned(),
        program: program.to_owned(),
        args: args.iter().map(|&arg| arg.to_owned()).collect(),
        os: vec![Os::Linux],
        group: "system".to_owned(),
        product: "test".to_owned(),
        role: None,
        what: "test".to_owned(),
        timeout_s: 5,
        answers: Vec::new(),
        unless_exists: Vec::new(),
        lines: None,
    }
}

fn env(vars: &[(&str, &str)]) -> CommandEnv {
    CommandEnv::from_vars(vars.iter().map(|&(n, v)| (n.into(), v.into())))
}

fn system_env() -> CommandEnv {
    env(&[("PATH", "/usr/bin:/bin")])
}

#[test]
fn the_table_is_well_formed() {
    let toml = TABLE.as_ref().expect("commands.toml parses");
    for os in Os::ALL {
        let rows = table(os);
        assert!(rows.len() >= 10, "{os:?} has {} commands", rows.len());
        let ids: BTreeSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(ids.len(), rows.len(), "an id stands twice for {os:?}");
        for row in rows {
            let folders = toml
                .folders
                .get(&row.group)
                .and_then(|group| group.get(&os));
            assert!(folders.is_some(), "{} has no folders on {os:?}", row.id);
        }
    }
    for row in &toml.command {
        assert!((1..=30).contains(&row.timeout_s), "{}: time limit", row.id);
        assert!(
            !row.what.is_empty() && !row.product.is_empty(),
            "{}",
            row.id
        );
        assert!(
            !row.answers.contains(&0),
            "{}: 0 always is an answer",
            row.id
        );
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        assert!(row.id.bytes().all(plain), "{}: is a file name", row.id);
        assert!(
            !row.program.contains(['/', '\\']),
            "{}: is looked for",
            row.id
        );
    }
}

#[test]
fn no_command_takes_a_password_or_changes_anything() {
    let verbs = "-p --password -W --pass start stop restart enable disable --add -a set_ add del";
    let verbs: Vec<&str> = verbs.split(' ').collect();
    for row in &TABLE.as_ref().unwrap().command {
        for arg in &row.args {
            // `asuserdata -a` shows; everywhere else `-a` adds.
            let shows = row.program == "asuserdata" && arg == "-a";
            assert!(shows || !verbs.contains(&arg.as_str()), "{}: {arg}", row.id);
            assert!(!arg.starts_with("set_"), "{}: {arg}", row.id);
        }
    }
}

#[test]
fn the_commands_of_the_must_gather_are_there() {
    for line in [
        "ascp -A",
        "asnodeadmin -l",
        "asuserdata -v",
        "aswatchadmin query-daemons",
        "aswatchfolderadmin query-daemons",
        "asctl all:status",
        "asctl all:version",
        "asctl all:info",
    ] {
        let has = |row: &&CommandSpec| row.line() == line;
        assert!(table(Os::Linux).iter().any(has), "{line}");
    }
}

#[test]
fn a_line_is_shown_as_a_person_would_type_it() {
    assert_eq!(spec("ascp", &["-A"]).line(), "ascp -A");
    assert_eq!(
        spec("ss", &["-l", "( a or b )"]).line(),
        "ss -l '( a or b )'"
    );
    assert_eq!(spec("sh", &["it's"]).line(), "sh 'it'\\''s'");
    assert_eq!(spec("sh", &[""]).line(), "sh ''");
}

#[test]
fn folders_take_the_home_of_the_person() {
    let ascp = *table(Os::Linux).first().unwrap();
    let folders = ascp.folders(Os::Linux, Some(Path::new("/home/ana")));
    assert!(folders.contains(&PathBuf::from("/opt/aspera/bin")));
    assert!(folders.contains(&PathBuf::from("/home/ana/.aspera/connect/bin")));
    let folders = ascp.folders(Os::Linux, None);
    assert!(folders.iter().all(|folder| folder.is_absolute()));
}

#[test]
fn only_harmless_variables_are_passed_on() {
    let env = env(&[
        ("HOME", "/home/ana"),
        ("PATH", "/usr/bin:.:relative::/bin"),
        ("ASPERA_SCP_PASS", "x"),
        ("AOC_BUNDLE_TOKEN", "x"),
        ("LD_PRELOAD", "/tmp/x.so"),
        ("LANG", "de_DE.UTF-8"),
    ]);
    let names: Vec<_> = env
        .vars
        .iter()
        .map(|(name, _)| name.to_str().unwrap())
        .collect();
    assert_eq!(names, ["HOME", "PATH", "LANG", "LC_ALL", "TERM"]);
    assert_eq!(env.vars[1].1, "/usr/bin:/bin");
    assert_eq!(env.vars[2].1, "C");
    assert_eq!(env.home(), Some(Path::new("/home/ana")));
}

#[test]
fn a_missing_program_is_an_ordinary_skip() {
    let outcome = run(
        &spec("asnodeadmin-that-is-not-there", &[]),
        &system_env(),
        &Limits::default(),
    );
    assert!(matches!(outcome, CommandOutcome::NotFound));
}

#[test]
fn a_command_runs_and_its_exit_code_is_read_by_its_row() {
    let mut row = spec("sh", &["-c", "echo hello; exit 3"]);
    let outcome = run(&row, &system_env(), &Limits::default());
    let CommandOutcome::Ran { program, run } = outcome else {
        panic!("{outcome:?}");
    };
    assert!(program.ends_with("sh"));
    assert_eq!(run.output, b"hello\n");
    assert!(!row.is_answer(run.exit));
    row.answers = vec![3];
    assert!(row.is_answer(run.exit));
    assert!(row.is_answer(Some(0)));
    assert!(!row.is_answer(None));
}

#[test]
fn the_shorter_time_limit_counts() {
    let mut row = spec("sleep", &["60"]);
    row.timeout_s = 1;
    let outcome = run(&row, &system_env(), &Limits::default());
    assert!(matches!(outcome, CommandOutcome::Ran { run, .. } if run.timed_out));
    let limits = Limits {
        time: Duration::from_millis(100),
        ..Limits::default()
    };
    let outcome = run(&spec("sleep", &["60"]), &system_env(), &limits);
    assert!(matches!(outcome, CommandOutcome::Ran { run, .. } if run.timed_out));
}

#[test]
fn a_covered_command_does_not_run() {
    let mut row = spec("sh", &["-c", "echo ran"]);
    row.unless_exists = vec!["/nonexistent/messages".to_owned()];
    assert!(matches!(
        run(&row, &system_env(), &Limits::default()),
        CommandOutcome::Ran { .. }
    ));
    row.unless_exists.push("/".to_owned());
    assert!(matches!(
        run(&row, &system_env(), &Limits::default()),
        CommandOutcome::Covered
    ));
}

#[test]
fn names_of_programs_follow_the_system() {
    assert_eq!(file_names("ascp", Os::Linux), ["ascp"]);
    assert_eq!(file_names("ascp", Os::Windows), ["ascp.exe", "ascp.bat"]);
    assert_eq!(file_names("sc.exe", Os::Windows), ["sc.exe"]);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test makes programs")]
fn root_runs_nothing_that_others_could_have_put_there() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let program = dir.path().join("ascp");
    std::fs::write(&program, "#!/bin/sh\necho hello\n").unwrap();
    let env = env(&[("PATH", dir.path().to_str().unwrap())]);

    // Not yet a program: it may not be executed.
    let mut row = spec("ascp", &[]);
    row.group = "none".to_owned();
    assert_eq!(find(&row, Os::Linux, &env), Found::Nowhere);

    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let outcome = run(&row, &env, &Limits::default());
    if rustix::process::geteuid().is_root() {
        let CommandOutcome::Failed { reason, remedy } = outcome else {
            panic!("{outcome:?}");
        };
        assert!(reason.contains("root"), "{reason}");
        assert!(remedy.contains("`ascp`"), "{remedy}");
    } else {
        assert!(matches!(outcome, CommandOutcome::Ran { .. }));
    }
}

#[test]
fn errors_of_starting_are_sentences_with_a_remedy() {
    let row = spec("ascp", &["-A"]);
    for kind in [io::ErrorKind::PermissionDenied, io::ErrorKind::Other] {
        let outcome = not_started(&row, &kind.into());
        let CommandOutcome::Failed { reason, remedy } = outcome else {
            panic!("{outcome:?}");
        };
        assert!(
            reason.ends_with('.') && remedy.contains("`ascp -A`"),
            "{reason} {remedy}"
        );
    }
    let gone = not_started(&row, &io::ErrorKind::NotFound.into());
    assert!(matches!(gone, CommandOutcome::NotFound));
}
