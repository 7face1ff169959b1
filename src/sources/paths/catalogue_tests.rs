//! The tables of known files: each row matches its examples, and what is secret is sealed.
use super::super::pattern::PathPattern;
use super::super::places::{Places, resolve};
use super::*;

fn patterns(os: Os, row: &Row) -> Vec<PathPattern> {
    resolve(os, row, &Places::sample(os))
        .into_iter()
        .map(|probe| PathPattern::parse(os, &probe.native_glob).expect("a pattern"))
        .collect()
}

#[test]
fn every_row_matches_its_examples_and_none_of_its_near_misses() {
    for os in Os::ALL {
        let catalogue = Catalogue::load(os).expect("the table");
        for row in &catalogue.rows {
            let patterns = patterns(os, row);
            assert!(
                patterns.len() >= row.globs.len(),
                "{os} {}: an unknown variable",
                row.id
            );
            let fits = |path: &String| patterns.iter().any(|p| p.fits(path, row.kind.rotates()));
            for path in &row.examples {
                assert!(fits(path), "{os} {}: {path} must match", row.id);
            }
            for path in &row.near {
                assert!(!fits(path), "{os} {}: {path} must not match", row.id);
            }
        }
    }
}

#[test]
fn rows_are_well_formed() {
    for os in Os::ALL {
        for row in Catalogue::load(os).expect("the table").rows {
            let kebab = |text: &str| {
                !text.is_empty()
                    && text
                        .chars()
                        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            };
            assert!(kebab(&row.id) && kebab(&row.slug), "{os} {}", row.id);
            assert!(
                row.what.ends_with('.') && row.what.len() > 15,
                "{os} {}: what",
                row.id
            );
            let per_user = |glob: &String| {
                ["${home}", "${userprofile}", "${localappdata}", "${appdata}"]
                    .iter()
                    .any(|variable| glob.starts_with(variable))
            };
            for glob in &row.globs {
                assert_eq!(
                    row.scope == Scope::User,
                    per_user(glob),
                    "{os} {}: {glob}",
                    row.id
                );
                assert!(
                    !glob.contains('\\'),
                    "{os} {}: {glob} has a backslash",
                    row.id
                );
            }
        }
    }
}

#[test]
fn every_product_of_the_reference_has_a_row_on_every_system_it_exists_on() {
    let everywhere = [
        "connect",
        "desktop",
        "desktop-client",
        "p2p",
        "cli",
        "drive",
        "cargo",
        "ascp",
        "sdk",
        "ascli",
        "hsts",
        "watch",
        "sync",
        "aejd",
        "proxy",
        "http-gateway",
    ];
    let web = ["faspex", "console", "shares", "web-common"];
    for os in Os::ALL {
        let rows = Catalogue::load(os).expect("the table").rows;
        let has =
            |slug: &str, kind: RowKind| rows.iter().any(|row| row.slug == slug && row.kind == kind);
        for slug in everywhere {
            assert!(has(slug, RowKind::Log), "{os}: no log row for {slug}");
        }
        if os != Os::Macos {
            for slug in web {
                assert!(
                    has(slug, RowKind::Log) && has(slug, RowKind::Config),
                    "{os}: {slug}"
                );
            }
        }
        assert!(rows.len() >= 50, "{os} has {} rows", rows.len());
    }
}

#[test]
fn what_holds_secrets_is_sealed_by_some_row() {
    let cases = [
        (Os::Linux, "/opt/aspera/etc/aejd.json"),
        (Os::Linux, "/opt/aspera/etc/rootkeystore.db"),
        (Os::Linux, "/opt/aspera/etc/aspera-license"),
        (Os::Linux, "/opt/aspera/var/aspera_tokenauth_id_rsa"),
        (Os::Linux, "/opt/aspera/console/config/secret.yml"),
        (
            Os::Linux,
            "/opt/aspera/shares/u/shares/config/aspera/secret.rb",
        ),
        (Os::Linux, "/home/ann/.aspera/ascli/config.yaml"),
        (Os::Linux, "/home/ann/.aspera/ascli/persist_store/x"),
        (
            Os::Linux,
            "/home/ann/.aspera/connect/var/asperaconnect.data",
        ),
        (Os::Linux, "/home/ann/.aspera/localkeystore.db"),
        (Os::Macos, "/Library/Aspera/etc/aejd.json"),
        (Os::Macos, "/Users/ann/.aspera/ascli/config.yaml"),
        (
            Os::Windows,
            r"C:\Program Files\Aspera\Enterprise Server\etc\aejd.json",
        ),
        (Os::Windows, r"C:\Users\ann\.aspera\ascli\config.yaml"),
        (
            Os::Windows,
            r"C:\Users\ann\AppData\Local\Aspera\Aspera Connect\txfrpaths\1-2.json",
        ),
    ];
    for (os, path) in cases {
        let catalogue = Catalogue::load(os).expect("the table");
        let sealed = catalogue
            .rows
            .iter()
            .filter(|row| row.kind == RowKind::Sealed)
            .any(|row| patterns(os, row).iter().any(|p| p.fits(path, false)));
        assert!(sealed, "{os}: {path}");
    }
}

#[test]
fn names_that_are_never_opened_prove_themselves() {
    let catalogue = Catalogue::load(Os::Linux).expect("the table");
    assert!(!catalogue.never.is_empty());
    for row in &catalogue.never {
        assert!(
            !row.examples.is_empty() && !row.near.is_empty(),
            "{}",
            row.what
        );
        for name in &row.examples {
            assert_eq!(
                catalogue.never_opened(name),
                Some(row.what.as_str()),
                "{name}"
            );
        }
        for name in &row.near {
            assert_eq!(catalogue.never_opened(name), None, "{name}");
        }
    }
}

#[test]
fn systems_are_read_and_written() {
    for os in Os::ALL {
        assert_eq!(os.to_string().parse::<Os>().expect("a system"), os);
    }
    assert_eq!("Darwin".parse::<Os>().expect("a system"), Os::Macos);
    let error = "beos".parse::<Os>().expect_err("no system").to_string();
    assert!(error.contains("linux, macos or windows") && !error.contains("beos"));
}

#[test]
fn a_broken_table_is_told_with_its_name() {
    let error = parse::<Table>("linux.toml", "[[row]]\nid = 1").expect_err("broken");
    assert!(error.to_string().contains("linux.toml"));
}
