//! Tables in blocks of every size.
use super::*;
use crate::redact::rules::rules_tests::{redactor, unmark};
use crate::redact::{Dialect, Surroundings, Tally};

/// The text redacted in blocks that end behind every `lines` lines.
fn in_blocks(text: &str, lines: usize) -> String {
    let redactor = redactor(Level::Standard);
    let all: Vec<&str> = text.split_inclusive('\n').collect();
    let mut tables = Tables::default();
    let blocks: Vec<(String, Option<Rows>)> = all
        .chunks(lines)
        .map(|c| c.concat())
        .map(|block| {
            let rows = tables.rows(&redactor, block.as_bytes());
            (block, rows)
        })
        .collect();
    // Later blocks first: their order does not matter once each has its rows.
    let mut out: Vec<String> = blocks
        .iter()
        .rev()
        .map(|(block, rows)| {
            let mut tally = Tally::default();
            let clean = redactor.piece(
                block.as_bytes(),
                Surroundings {
                    rows: rows.as_ref(),
                    ..Surroundings::default()
                },
                Dialect::Log,
                &mut tally,
            );
            String::from_utf8_lossy(clean.as_bytes()).into_owned()
        })
        .collect();
    out.reverse();
    out.concat()
}

const TABLES: &[&str] = &[
    "id,user,password,rate\n1,«mlopez»,«Marble-Finch»,100\n2,root,«x\"\"9»,5\n3,«chidi»,,7\n",
    "id,user,password,rate\n1,x,\"«Marble»\n«Finch,208»\n«tail»\",5\n2,«mlopez»,«Quartz-Fern»,7\n",
    "name;email\n«Maria Lopez»;m@x.example\n",
    "id,note,user\n1,\"«stray»\n2,b,«mlopez»\n3,c,«chidi»\n",
    "\"Id\";\"User Name\";\"Access Token\"\r\n\"1\";\"«m lopez»\";\"«Zk81;mQ»\"\r\n\"2\";\"\";\"null\"\r\n",
    "email\thost\tsize\n«maria at acme»\t«xfer01»\t5\n-\tlocalhost\t6\n",
    "#Software: x\n#Fields: date cs-username cs(Cookie) sc-status\n2026-11-22 «mlopez» «sid9=x» 200\n2026-11-22 - - 304\n#Fields: time cs-uri sc-status\n05:23 /x 200\n",
];

#[test]
fn cells_under_sensitive_names_go_in_every_block_of_the_file() {
    for table in TABLES {
        let (values, text) = unmark(table);
        let whole = in_blocks(&text, 1000);
        for value in &values {
            assert!(!whole.contains(value.as_str()), "{value}: {whole}");
        }
        for lines in 1..4 {
            assert_eq!(in_blocks(&text, lines), whole, "{lines} lines a block");
        }
        assert_eq!(in_blocks(&whole, 2), whole, "not idempotent");
        assert_eq!(whole.lines().count(), text.lines().count());
        assert_eq!(
            whole.lines().next(),
            text.lines().next(),
            "the header stays"
        );
    }
}

#[test]
fn directives_of_settings_need_no_sign() {
    let redactor = redactor(Level::Standard);
    let text = "machine xfer01\n  login mlopez\n  password Marble-Finch\npassword requisite pam_x.so\nuser nginx;\n";
    let redact = |dialect| {
        let clean = redactor.block(text.as_bytes(), dialect, &mut Tally::default());
        String::from_utf8_lossy(clean.as_bytes()).into_owned()
    };
    let clean = redact(Dialect::Config);
    for value in ["xfer01", "mlopez", "Marble"] {
        assert!(!clean.contains(value), "{value}: {clean}");
    }
    assert!(
        clean.ends_with("password requisite pam_x.so\nuser nginx;\n"),
        "{clean}"
    );
    assert_eq!(redact(Dialect::Log), text);
}

#[test]
fn other_texts_are_no_tables() {
    for text in [
        "id,rate\n1,2\n",
        "user logged, password ok\nx, y\n",
        "2026-11-22,user,password\n1,2,3\n",
        "# comment\nuser,token\n",
        "one line",
        "",
        "user,password\none two three\n",
        "user,password\r\none two three\r\n",
    ] {
        assert!(
            Tables::default()
                .rows(&redactor(Level::Standard), text.as_bytes())
                .is_none(),
            "{text}"
        );
    }
}
