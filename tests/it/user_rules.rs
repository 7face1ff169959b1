//! Rules of the person's own in the settings file: checked before anything is read, at work in every
//! command, told in the manifest without their words.
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::kit::{Run, TRANSFER, Tree, line, lines, names_in};

const RULES: &str = r#"
keep = ["10.9.8.7"]

[[rule]]
id = "codename"
kind = "secret.codename"
literal = "Red Nightfall"
catch = ["mail about «red nightfall» sent"]
leave = ["nightfall was at six"]

[[rule]]
id = "crew"
kind = "person"
words-file = "crew.txt"

[[rule]]
id = "badge"
kind = "account"
regex = 'badge (?P<v>[A-Z]{2}[0-9]{6})'

[[rule]]
id = "deck"
kind = "secret.deck"
field = ["deck_number", "*_handle"]
"#;

/// A settings file beside its list of words.
fn config(rules: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("crew.txt"),
        "# the crew\n\nAda Byron\nkestrel\n",
    )
    .unwrap();
    let file = folder.path().join("settings.toml");
    fs::write(&file, rules).unwrap();
    (folder, file)
}

fn log() -> String {
    let base64 = data_encoding::BASE64.encode(b"note: the Red Nightfall is near, tell nobody");
    lines(3)
        + &line(
            "2026-11-21 09:00:00",
            "file RED NIGHTFALL and Red%20Nightfall by Ada Byron",
        )
        + &line(
            "2026-11-21 09:01:00",
            "badge QX123456 deckNumber=77-Q at 10.9.8.7, Kestrel",
        )
        + &line("2026-11-21 09:02:00", &format!("copy {base64} end"))
}

#[test]
fn what_they_find_is_gone_and_counted_under_their_ids() {
    let (_folder, config) = config(RULES);
    let tree = Tree::new();
    tree.client_log(log());
    let bundle = tree.bundle(0, ["--config", config.to_str().unwrap()]);
    let leaks = bundle.leaks([
        "Red Nightfall",
        "Red%20Nightfall",
        "Ada Byron",
        "kestrel",
        "QX123456",
        "77-Q",
    ]);
    assert!(leaks.is_empty(), "{leaks:#?}");
    let (_, text) = bundle.ending(TRANSFER);
    let text = String::from_utf8_lossy(text).into_owned();
    assert_eq!(text.lines().count(), 6);
    assert!(
        text.contains("10.9.8.7") && text.contains("badge ~account."),
        "{text}"
    );
    let pseudonym = text
        .split('~')
        .find(|p| p.starts_with("secret.codename."))
        .unwrap();
    assert!(
        text.matches(pseudonym).count() >= 3,
        "one word, one pseudonym: {text}"
    );
    let manifest = bundle.manifest();
    for id in ["codename", "crew", "badge", "deck"] {
        let counts = manifest["rules"].as_array().unwrap();
        assert!(counts.iter().any(|c| c["rule"] == id), "{id}: {counts:?}");
    }
    let version = manifest["rule_set"].as_str().unwrap();
    assert!(version.contains("+user."), "{version}");
    // A stranger finds nothing, and somebody who knows the words does not either.
    Run::new("verify").args([&bundle.path]).end().exits(0);
    Run::new("verify")
        .args([&bundle.path])
        .path("--config", &config)
        .end()
        .exits(0);
}

#[test]
fn a_word_that_is_left_is_found_by_the_verifier() {
    let (_folder, config) = config(RULES);
    let tree = Tree::new();
    tree.client_log(log());
    let bundle = tree.bundle(0, []);
    Run::new("verify").args([&bundle.path]).end().exits(0);
    let end = Run::new("verify")
        .args([&bundle.path])
        .path("--config", &config)
        .end();
    end.exits(4);
    assert!(
        !end.stderr.to_lowercase().contains("nightfall"),
        "{}",
        end.stderr
    );
}

#[test]
fn the_filter_knows_them_too() {
    let (_folder, config) = config(RULES);
    let end = Run::new("redact")
        .path("--config", &config)
        .stdin("a Red Nightfall by kestrels\n")
        .end();
    end.exits(0);
    assert!(
        end.text().starts_with("a ~secret.codename.") && end.text().ends_with(" by kestrels\n")
    );
}

#[test]
fn what_is_wrong_is_told_before_anything_is_read_and_names_no_word() {
    let rule = |rest: &str| format!("[[rule]]\nid = \"mine\"\n{rest}\n");
    for (rules, wanted) in [
        (
            rule("kind = \"user\"\nregex = 'nightfall(['"),
            "does not compile",
        ),
        (
            rule("kind = \"user\"\nregex = '(nightfall){900}{900}'"),
            "too large",
        ),
        (
            rule("kind = \"user\"\nregex = '(nightfall)*'"),
            "matches the empty text",
        ),
        (rule("kind = \"user\"\nregex = '[a-z]+'"), "ordinary text"),
        (
            rule("kind = \"nonsense\"\nliteral = \"nightfall\""),
            "`kind` is not known",
        ),
        (rule("kind = \"user\"\nliteral = \"nig\""), "fewer than 4"),
        (
            rule("kind = \"user\"\nliteral = \"session\""),
            "ordinary words",
        ),
        (
            rule("kind = \"user\"\nwords = [\"nightfall\", \"a\"]"),
            "value 2",
        ),
        (
            rule("kind = \"user\"\nwords-file = \"nightfall.txt\""),
            "does not exist",
        ),
        (
            rule("kind = \"user\"\nliteral = \"nightfall\"\nregex = 'nightfall'"),
            "exactly one of",
        ),
        (
            rule("kind = \"user\"\nfield = \"password\""),
            "cuts it as a secret",
        ),
        (rule("kind = \"user\"\nliteral = [\"nightfall\"]"), "line 4"),
        (rule("kind = \"user\"\nliterally = 1"), "line 4"),
        (
            rule("kind = \"user\"\nliteral = \"nightfall\"\ncatch = [\"the «nightfly»\"]"),
            "line 1 of `catch`",
        ),
        (
            rule("kind = \"user\"\nliteral = \"nightfall\"\nleave = [\"a nightfall\"]"),
            "line 1 of `leave`",
        ),
        (
            "[[rule]]\nid = \"ip4\"\nkind = \"user\"\nliteral = \"nightfall\"\n".into(),
            "has this `id` already",
        ),
        (
            "[[rule]]\nid = \"the-nightfall\"\nkind = \"user\"\nliteral = \"nightfall\"\n".into(),
            "stand in the manifest",
        ),
    ] {
        let (_folder, file) = config(&rules);
        let tree = Tree::new();
        tree.client_log(log());
        let out = tempfile::tempdir().unwrap();
        let end = tree.collect(out.path()).path("--config", &file).end();
        end.exits(2).says(["--config", "line", wanted]);
        assert!(
            !end.stderr.to_lowercase().contains("nightfall"),
            "{}",
            end.stderr
        );
        assert!(names_in(out.path()).is_empty());
    }
}

#[test]
fn a_word_of_a_list_is_named_by_its_line() {
    let (folder, file) =
        config("[[rule]]\nid = \"crew\"\nkind = \"person\"\nwords-file = \"crew.txt\"\n");
    fs::write(folder.path().join("crew.txt"), "# crew\nAda Byron\n\nxy\n").unwrap();
    let end = Run::new("redact").path("--config", &file).stdin("x").end();
    end.exits(2)
        .says(["rule 1 in line 2", "words-file", "value 4"]);
}

#[cfg(unix)]
#[test]
fn a_settings_file_or_list_without_end_is_refused() {
    let endless = "[[rule]]\nid = \"crew\"\nkind = \"person\"\nwords-file = \"/dev/zero\"\n";
    let (_folder, file) = config(endless);
    let run = |file: &Path| Run::new("redact").path("--config", file).stdin("x").end();
    run(&file)
        .exits(2)
        .says(["rule 1 in line 2", "words-file", "larger than 8 MiB"]);
    run(Path::new("/dev/zero"))
        .exits(2)
        .says(["--config", "larger than 8 MiB"]);
}
