//! A value found in a place that makes it secret is cut wherever else it stands: earlier, later, in
//! another file, in another encoding; by repair, not by leaving whole logs out.
use crate::kit::{CONNECT, Run, SERVER, TRANSFER, Tree, line, lines};

/// A tree in which a client's log tells that `secret` is one, and others mention it.
fn tree(secret: &str, mention: &str) -> Tree {
    let tree = Tree::new();
    let said = line("2026-11-21 08:00:00", mention);
    let told = line(
        "2026-11-21 09:00:00",
        &format!("config password=\"{secret}\" read"),
    );
    tree.file(
        &format!("{CONNECT}/aspera-scp-transfer.1.log"),
        lines(3) + &said,
    );
    tree.client_log(said.clone() + &told + &said);
    tree.file(&format!("{SERVER}/{TRANSFER}"), lines(2) + &said);
    tree.file(&format!("{SERVER}/asperanoded.log"), said);
    tree
}

#[track_caller]
fn is_cut_everywhere(secret: &str, mention: &str) {
    let bundle = tree(secret, mention).bundle(0, []);
    let leaks = bundle.leaks([secret]);
    assert!(leaks.is_empty(), "{leaks:#?}");
    for (name, count) in [
        ("connect/aspera-scp-transfer.1.log", 4),
        ("connect/aspera-scp-transfer.log", 3),
        ("hsts/aspera-scp-transfer.log", 3),
    ] {
        let (_, bytes) = bundle.ending(name);
        let text = String::from_utf8_lossy(bytes);
        assert_eq!(text.lines().count(), count, "{name}");
        assert!(
            text.contains("peer said"),
            "the rest of the line stays: {text}"
        );
        assert!(text.contains("~secret."), "{text}");
    }
    assert!(bundle.manifest()["verifier"]["repaired"].as_u64() > Some(0));
}

#[test]
fn plain_in_other_files_and_lines() {
    is_cut_everywhere("Zk81mQpLtR29xYwVb7", "peer said Zk81mQpLtR29xYwVb7 twice");
}

#[test]
fn in_hex_and_base64_in_other_files() {
    // The secret as ascp writes arguments in debug logs, and as a header would carry it.
    is_cut_everywhere(
        "Zk81mQpLtR29xYwVb7",
        "peer said 5A6B38316D51704C74523239785977566237 to us",
    );
    is_cut_everywhere(
        "Zk81mQpLtR29xYwVb7",
        "peer said Wms4MW1RcEx0UjI5eFl3VmI3 to us",
    );
}

#[test]
fn secrets_that_are_words_are_cut_as_well() {
    is_cut_everywhere("Marble-Finch-208", "peer said Marble-Finch-208 twice");
}

#[test]
fn one_secret_has_one_pseudonym() {
    let secret = "Zk81mQpLtR29xYwVb7";
    let bundle = tree(secret, &format!("peer said {secret} twice")).bundle(0, []);
    let mut found: Vec<String> = Vec::new();
    for (_, bytes) in bundle
        .entries
        .iter()
        .filter(|(n, _)| n.starts_with("logs/"))
    {
        let text = String::from_utf8_lossy(bytes).into_owned();
        found.extend(
            text.match_indices("~secret.")
                .map(|(at, _)| text[at..].split('~').nth(1).unwrap().to_owned()),
        );
    }
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn words_of_a_secret_stay_where_they_are_words() {
    let secret = "my-database-password";
    let tree = tree(secret, &format!("peer said {secret} for the database"));
    let bundle = tree.bundle(0, []);
    assert!(bundle.leaks([secret]).is_empty());
    let (_, bytes) = bundle.ending("connect/aspera-scp-transfer.1.log");
    let text = String::from_utf8_lossy(bytes);
    assert!(
        text.contains("peer said ~secret.") && text.contains("for the database"),
        "{text}"
    );
}

#[test]
fn in_the_name_of_a_file() {
    // It stands in the manifest as well: both are made again when the secret is known.
    let secret = "Zk81mQpLtR29xYwVb7";
    let tree = tree(secret, "peer said nothing");
    tree.file(&format!("{SERVER}/asperanoded.{secret}.log"), lines(2));
    let bundle = tree.bundle(0, []);
    let leaks = bundle.leaks([secret]);
    assert!(leaks.is_empty(), "{leaks:#?}");
    let named = |(name, _): &&(String, Vec<u8>)| name.contains("asperanoded.~secret.");
    assert!(bundle.entries.iter().any(|e| named(&e)), "the log is there");
}

/// What tells names, and what only mentions them.
const TELLS: &str = "remote_host=edit-ws7 system_user=mlopez full_name=\"Maria Lopez\" read";
const MENTIONS: &str =
    "peer said edit-ws7 of Maria Lopez in /data/mlopez failed; the transfer upload stays";

#[test]
fn names_are_cut_in_other_files_whichever_comes_first() {
    let orders = [
        ("aspera-scp-transfer.1.log", TRANSFER),
        (TRANSFER, "aspera-scp-transfer.1.log"),
    ];
    for (telling, mentioning) in orders {
        let tree = Tree::new();
        tree.file(
            &format!("{CONNECT}/{telling}"),
            line("2026-11-21 08:00:00", TELLS),
        );
        tree.file(
            &format!("{CONNECT}/{mentioning}"),
            line("2026-11-21 09:00:00", MENTIONS),
        );
        let bundle = tree.bundle(0, []);
        let leaks = bundle.leaks(["edit-ws7", "Maria Lopez", "mlopez"]);
        assert!(leaks.is_empty(), "{leaks:#?}");
        let (_, bytes) = bundle.ending(&format!("connect/{mentioning}"));
        let text = String::from_utf8_lossy(bytes);
        assert!(text.starts_with("2026-11-21 09:00:00.123 [7410-80299740] LOG peer said ~host."));
        assert!(
            text.contains(" of ~person.") && text.contains(" in /data/~user."),
            "{text}"
        );
        assert!(text.contains("failed; the transfer upload stays"), "{text}");
    }
}

#[test]
fn learned_names_do_not_depend_on_the_number_of_threads() {
    let tree = Tree::new();
    let named = |n: usize| {
        let tells = TELLS.replace("ws7", &format!("ws{n}"));
        line("2026-11-21 08:00:00", &tells) + &line("2026-11-21 09:00:00", MENTIONS)
    };
    for n in 1..7 {
        tree.file(&format!("{CONNECT}/aspera-scp-transfer.{n}.log"), named(n));
    }
    let key = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(key.path(), [7; 64]).unwrap();
    let key = key.path().to_str().unwrap();
    let texts = |jobs: &str| {
        let bundle = tree.bundle(0, ["--jobs", jobs, "--key-file", key]);
        let logs = bundle
            .entries
            .into_iter()
            .filter(|(n, _)| n.contains("logs/"));
        logs.map(|(_, bytes)| bytes).collect::<Vec<_>>()
    };
    assert_eq!(texts("1"), texts("4"));
}

#[test]
fn names_of_files_hold_no_learned_name() {
    let tree = Tree::new();
    tree.client_log(line("2026-11-21 08:00:00", TELLS));
    tree.file(&format!("{SERVER}/asperanoded.edit-ws7.log"), lines(2));
    let bundle = tree.bundle(0, []);
    let leaks = bundle.leaks(["edit-ws7"]);
    assert!(leaks.is_empty(), "{leaks:#?}");
}

#[test]
fn what_the_person_keeps_stays_though_it_was_learned() {
    let tree = Tree::new();
    tree.client_log(line("2026-11-21 08:00:00", TELLS) + &line("2026-11-21 09:00:00", MENTIONS));
    let bundle = tree.bundle(0, ["--keep", "edit-ws7"]);
    let (_, bytes) = bundle.ending("connect/aspera-scp-transfer.log");
    let text = String::from_utf8_lossy(bytes);
    assert!(text.contains("peer said edit-ws7 of ~person."), "{text}");
}

#[test]
fn a_file_is_read_twice_and_standard_input_once() {
    let text = format!("{MENTIONS} Zk81mQpLtR29x!y\n{TELLS} password=Zk81mQpLtR29x!y\n");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.log");
    std::fs::write(&file, &text).unwrap();
    let end = Run::new("redact").args([&file]).end();
    let out = String::from_utf8_lossy(&end.exits(0).stdout).into_owned();
    for value in ["edit-ws7", "Maria Lopez", "mlopez", "Zk81mQpLtR29x"] {
        assert!(!out.contains(value), "{out}");
    }
    assert!(out.contains("the transfer upload stays"), "{out}");
    let end = Run::new("redact").stdin(&text).end();
    let out = String::from_utf8_lossy(&end.exits(0).stdout).into_owned();
    assert!(out.contains("said edit-ws7 of"), "{out}");
}
