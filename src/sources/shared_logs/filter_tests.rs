//! Real lines of Aspera among made-up lines of everybody else.
use super::*;
use std::path::{Path, PathBuf};

/// Lines of other programs and other people, none of which may be kept. `{}` takes the head.
const FOREIGN: [(&str, &str, &str); 16] = [
    (
        "CRON",
        "4711",
        "(root) CMD (/usr/local/bin/report --to boss@acme-films.example)",
    ),
    (
        "sudo",
        "4712",
        "  mlopez : TTY=pts/0 ; PWD=/home/mlopez ; USER=root ; COMMAND=/bin/cat /etc/shadow",
    ),
    (
        "postfix/smtpd",
        "4713",
        "connect from mail.example[198.51.100.7]",
    ),
    (
        "postfix/qmgr",
        "4714",
        "4Abc: from=<ana@acme-films.example>, size=100, nrcpt=1 (queue active)",
    ),
    (
        "sshd",
        "4715",
        "Accepted password for mlopez from 198.51.100.8 port 50022 ssh2",
    ),
    (
        "sshd",
        "4715",
        "pam_unix(sshd:session): session opened for user mlopez(uid=1002) by (uid=0)",
    ),
    (
        "sshd",
        "4715",
        "Received disconnect from 198.51.100.8 port 50022:11: disconnected by user",
    ),
    ("sshd", "4715", "fatal: Timeout"),
    (
        "sshd",
        "4716",
        "Failed password for invalid user oracle from 198.51.100.9 port 50023 ssh2",
    ),
    (
        "sshd",
        "4717",
        "Connection closed by 198.51.100.9 port 50024 [preauth]",
    ),
    (
        "sshd-session",
        "4718",
        "Disconnected from user mlopez 198.51.100.8 port 50022",
    ),
    ("myapp", "4719", "ascp[1]: LOG this is a quotation"),
    (
        "logger",
        "4720",
        "Nov 22 05:20:16 xfer01 ascp[1]: LOG this is a quotation",
    ),
    ("systemd", "1", "Started Session 12 of user xferuser."),
    (
        "kernel",
        "0",
        "[12.3] Killed process 99 (mysqld) total-vm:1kB",
    ),
    ("systemd-logind", "900", "New session 12 of user mlopez."),
];

#[derive(Clone, Copy, Debug)]
enum Form {
    Traditional,
    Iso,
    Rfc5424,
}

fn foreign(form: Form, (program, pid, message): (&str, &str, &str)) -> String {
    match form {
        Form::Traditional => format!("Nov 22 05:20:16 xfer01 {program}[{pid}]: {message}"),
        Form::Iso => format!("2026-11-22T05:20:16.348530+00:00 xfer01 {program}[{pid}]: {message}"),
        Form::Rfc5424 => {
            let program = program.rsplit('/').next().unwrap();
            format!("<38>1 2026-11-22T05:20:16.348530+00:00 xfer01 {program} {pid} - -  {message}")
        }
    }
}

/// The samples in syslog form.
fn samples() -> Vec<(PathBuf, Form)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let mut found = Vec::new();
    for case in std::fs::read_dir(root).unwrap().flatten() {
        for (name, form) in [
            ("client.messages", Form::Traditional),
            ("server.messages", Form::Traditional),
            ("server-syslog-during-file-run.txt", Form::Traditional),
            ("client.iso.log", Form::Iso),
            ("server.iso.log", Form::Iso),
            ("client.rfc5424.log", Form::Rfc5424),
            ("server.rfc5424.log", Form::Rfc5424),
        ] {
            let path = case.path().join(name);
            if path.exists() {
                found.push((path, form));
            }
        }
    }
    assert!(found.len() > 40, "{} samples", found.len());
    found
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    text.split(|&b| b == b'\n').collect()
}

fn known() -> Parties {
    Parties {
        users: ["xferuser".to_owned()].into(),
        peers: BTreeSet::new(),
    }
}

fn show(line: &[u8]) -> String {
    String::from_utf8_lossy(line.get(..200).unwrap_or(line)).into_owned()
}

#[test]
fn all_lines_of_the_samples_are_kept_and_none_of_the_others() {
    for (path, form) in samples() {
        let text = std::fs::read(&path).unwrap();
        let mut learner = Learner::new(["xferuser".to_owned()]);
        learner.read(text.as_slice()).unwrap();
        let mut rule = SharedLogRule::new(learner.finish());
        for (at, line) in lines(&text).into_iter().enumerate() {
            assert!(
                rule.keep(line),
                "{}:{}: {}",
                path.display(),
                at + 1,
                show(line)
            );
            let other = foreign(form, FOREIGN[at % FOREIGN.len()]);
            assert!(!rule.keep(other.as_bytes()), "{}: {other}", path.display());
        }
    }
}

#[test]
fn one_log_of_all_samples_needs_nobody_to_name_the_users() {
    let mut all = Vec::new();
    let of_server = |path: &Path| {
        path.file_name()
            .is_some_and(|name| name == "server.messages")
    };
    for (path, _) in samples().iter().filter(|(path, _)| of_server(path)) {
        all.extend(std::fs::read(path).unwrap());
    }
    assert_eq!(transfer_users(all.as_slice()).unwrap(), known().users);
    let mut learner = Learner::default();
    learner.read(all.as_slice()).unwrap();
    let parties = learner.finish();
    assert!(parties.peers.contains(&"10.77.0.21".parse().unwrap()));
    let mut rule = SharedLogRule::new(parties);
    for line in lines(&all) {
        assert!(rule.keep(line), "{}", show(line));
    }
}

#[test]
fn without_users_no_login_is_kept_but_ascp_is() {
    let mut rule = SharedLogRule::new(Parties::default());
    assert!(!rule.keep(b"Nov 22 05:20:15 xfer01 sshd[1]: Accepted publickey for xferuser from 10.77.0.21 port 4 ssh2"));
    assert!(rule.keep(b"Nov 22 05:20:16 xfer01 ascp[2]: LOG x"));
    assert!(rule.keep(b"Nov 22 05:20:16 xfer01 sshd[3]: Server listening on 0.0.0.0 port 33001."));
}

#[test]
fn a_session_keeps_its_lines_until_its_number_is_given_to_somebody_else() {
    let mut rule = SharedLogRule::new(known());
    for (message, kept) in [
        ("sshd[100]: fatal: nobody is known yet", false),
        (
            "sshd[100]: Accepted publickey for xferuser from 10.0.0.1 port 4 ssh2",
            true,
        ),
        (
            "sshd[100]: pam_unix(sshd:session): session opened for user xferuser by (uid=0)",
            true,
        ),
        ("sshd[100]: User child is on pid 140", true),
        (
            "sshd[140]: Received disconnect from 10.0.0.1 port 4:11: done",
            true,
        ),
        ("sshd[103]: fatal: a child beside it", true),
        ("sshd[300]: fatal: too far away", false),
        (
            "sshd[101]: Accepted password for ana from 10.0.0.2 port 5 ssh2",
            false,
        ),
        ("sshd[103]: fatal: now nearer to somebody else", false),
        (
            "sshd[100]: Failed password for ana from 10.0.0.2 port 5 ssh2",
            false,
        ),
        (
            "sshd[100]: Received disconnect from 10.0.0.2 port 5:11: done",
            false,
        ),
        (
            "sshd: Accepted publickey for xferuser from 10.0.0.1 port 4",
            true,
        ),
        ("sshd: fatal: no number", false),
    ] {
        let line = format!("Nov 22 05:20:16 h {message}");
        assert_eq!(rule.keep(line.as_bytes()), kept, "{message}");
    }
}

#[test]
fn lines_without_a_login_are_kept_by_the_address_of_a_transfer() {
    let text =
        b"Nov 22 05:20:15 h sshd[1]: Connection from 10.0.0.1 port 4 on 10.0.0.9 port 33001\n\
        Nov 22 05:20:15 h sshd[2]: Connection from 10.0.0.2 port 4 on 10.0.0.9 port 33001\n\
        Nov 22 05:20:15 h sshd[3]: Connection closed by fd77::21 port 4 [preauth]\n\
        Nov 22 05:20:16 h ascp[4]: LOG FASP Session Start peer=10.0.0.1:33001 user=\"x\"\n\
        Nov 22 05:20:16 h ascp[4]: LOG FASP Session Start peer=[fd77::21]:33001 user=\"-\"\n\
        Nov 22 05:20:16 h ascp[4]: LOG FASP Session Start peer=0.0.0.0:0 user=\"x\"\n";
    let mut learner = Learner::default();
    learner.read(&text[..]).unwrap();
    let parties = learner.finish();
    assert_eq!(parties.users, ["x".to_owned()].into());
    assert_eq!(parties.peers.len(), 2);
    let mut rule = SharedLogRule::new(parties);
    let kept: Vec<bool> = lines(text)
        .into_iter()
        .map(|line| rule.keep(line))
        .collect();
    assert_eq!(kept, [true, false, true, true, true, true]);
}

#[test]
fn a_line_without_a_head_goes_with_the_line_before() {
    let mut rule = SharedLogRule::new(known());
    for (line, kept) in [
        ("  before everything", false),
        ("Nov 22 05:20:16 h ascp[1]: LOG a", true),
        ("        wrapped", true),
        ("Nov 22 05:20:17 h last message repeated 3 times", true),
        ("", true),
        ("Nov 22 05:20:17 h cron[2]: b", false),
        ("        wrapped: ascp[1]: LOG x", false),
        ("Nov 22 05:20:17 h last message repeated 3 times", false),
        ("-- Boot 0123456789abcdef --", false),
        ("Nov 22 05:20:18 h words without a program", false),
        (
            "Nov 22 05:20:18 h asperanoded[7]: message repeated 2 times: [ LOG a]",
            true,
        ),
    ] {
        assert_eq!(rule.keep(line.as_bytes()), kept, "{line}");
    }
}

#[test]
fn what_the_system_says_about_aspera_is_kept() {
    let mut rule = SharedLogRule::new(Parties::default());
    for (message, kept) in [
        (
            "kernel: [12.3] ascp[123]: segfault at 0 ip 0 sp 0 error 4",
            true,
        ),
        (
            "kernel: Out of memory: Killed process 99 (asperanoded) total-vm:1kB",
            true,
        ),
        (
            "systemd[1]: asperanoded.service: Main process exited, code=killed",
            true,
        ),
        (
            "systemd[1]: mysql.service: Main process exited, code=killed",
            false,
        ),
        (
            "systemd-coredump[9]: Process 123 (ascp) of user 0 dumped core.",
            true,
        ),
        (
            "com.apple.xpc.launchd[1] (com.aspera.asperanoded[77]): Service exited",
            true,
        ),
        (
            "com.apple.xpc.launchd[1] (com.apple.mdworker[78]): Service exited",
            false,
        ),
        ("/opt/aspera/bin/ascp[12]: LOG x", true),
    ] {
        let line = format!("Nov 22 05:20:16 h {message}");
        assert_eq!(rule.keep(line.as_bytes()), kept, "{message}");
    }
}

#[test]
fn a_client_without_a_login_names_no_user() {
    let line = "Nov 21 21:21:55 ws7 ascp[7]: LOG Configuration: using v2 configuration file \"/home/m/.aspera/cli/etc/aspera.conf\", user -\n";
    assert!(transfer_users(line.as_bytes()).unwrap().is_empty());
    let line = "Nov 22 05:20:16 xfer01 ascp[7]: LOG Configuration: using v2 configuration file \"/opt/aspera/etc/aspera.conf\", user xferuser\r\n";
    assert_eq!(transfer_users(line.as_bytes()).unwrap(), known().users);
    // Somebody else's program cannot make a user.
    let line = "Nov 22 05:20:16 xfer01 myapp[7]: ascp[1]: LOG FASP Session Params user=\"root\"\n";
    assert!(transfer_users(line.as_bytes()).unwrap().is_empty());
}

#[test]
fn memory_is_bounded_by_neither_lines_nor_sessions() {
    let mut long = b"Nov 22 05:20:16 h ascp[1]: LOG user=\"a\" ".to_vec();
    long.resize(3 << 20, b'x');
    long.extend(b"\nNov 22 05:20:16 h ascp[1]: LOG a user=\"b\"\n");
    let users = transfer_users(io::BufReader::with_capacity(1000, long.as_slice())).unwrap();
    assert_eq!(users, ["a".to_owned(), "b".to_owned()].into());

    let mut rule = SharedLogRule::new(known());
    for pid in 0..20_000 {
        let line = format!(
            "Nov 22 05:20:16 h sshd[{pid}]: Accepted password for ana from 10.0.0.2 port 5"
        );
        assert!(!rule.keep(line.as_bytes()));
    }
    assert!(rule.sessions.len() <= SESSIONS && rule.order.len() <= SESSIONS);
}
