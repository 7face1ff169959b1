//! Homes and folders of systems and people, and the patterns that rows become there.
use super::super::catalogue::Catalogue;
use super::*;

fn globs(os: Os, row: &str, places: &Places) -> Vec<(String, Option<String>)> {
    let catalogue = Catalogue::load(os).expect("the table");
    let row = catalogue.row(row).expect("the row");
    resolve(os, row, places)
        .into_iter()
        .map(|probe| (probe.native_glob, probe.home_user))
        .collect()
}

#[test]
fn a_row_is_looked_for_once_in_every_home() {
    let places = Places {
        homes: vec![Home::new("ann", "/home/ann"), Home::new("bob", "/srv/bob/")],
        vars: BTreeMap::new(),
    };
    assert_eq!(
        globs(Os::Linux, "connect-log", &places),
        [
            (
                "/home/ann/.aspera/connect/var/log/**/*".to_owned(),
                Some("ann".to_owned())
            ),
            (
                "/srv/bob/.aspera/connect/var/log/**/*".to_owned(),
                Some("bob".to_owned())
            ),
        ]
    );
    assert_eq!(
        globs(Os::Linux, "aspera-conf", &places),
        [("/opt/aspera/etc/aspera.conf".to_owned(), None)]
    );
}

#[test]
fn windows_folders_follow_the_home_unless_the_environment_says_otherwise() {
    let mut places = Places::sample(Os::Windows);
    places.homes.push(Home {
        localappdata: Some(r"E:\Profiles\bob\Local".to_owned()),
        ..Home::new("bob", r"C:\Users\bob")
    });
    assert_eq!(
        globs(Os::Windows, "connect-log", &places),
        [
            (
                r"C:\Users\ann\AppData\Local\Aspera\Aspera Connect\var\log\**\*".to_owned(),
                Some("ann".to_owned())
            ),
            (
                r"E:\Profiles\bob\Local\Aspera\Aspera Connect\var\log\**\*".to_owned(),
                Some("bob".to_owned())
            ),
        ]
    );
    let cargo = globs(Os::Windows, "cargo-log", &places);
    assert!(cargo.contains(&(
        r"C:\Program Files (x86)\Aspera\Aspera Cargo\var\log\**\*".to_owned(),
        None
    )));
    places
        .vars
        .insert("programfiles_x86".to_owned(), r"D:\Apps\".to_owned());
    let cargo = globs(Os::Windows, "cargo-log", &places);
    assert!(cargo.contains(&(r"D:\Apps\Aspera\Aspera Cargo\var\log\**\*".to_owned(), None)));
}

#[test]
fn a_name_with_signs_of_patterns_means_itself() {
    let places = Places {
        homes: vec![Home::new("a*b", "/home/a*b[1]")],
        vars: BTreeMap::new(),
    };
    let (glob, _) = globs(Os::Linux, "connect-log", &places).remove(0);
    let pattern = super::super::pattern::PathPattern::parse(Os::Linux, &glob).expect("a pattern");
    assert!(pattern.fits("/home/a*b[1]/.aspera/connect/var/log/x", false));
    assert!(!pattern.fits("/home/aXb1/.aspera/connect/var/log/x", false));
}

#[test]
fn an_unknown_variable_gives_no_probe() {
    let places = Places {
        homes: Vec::new(),
        vars: BTreeMap::new(),
    };
    assert!(globs(Os::Linux, "conf-log-folder", &places).is_empty());
    assert!(globs(Os::Linux, "connect-log", &places).is_empty());
    assert!(globs(Os::Windows, "cargo-log", &places).is_empty());
}

#[test]
fn passwd_gives_homes_of_people_and_services() {
    let passwd = "root:x:0:0:root:/root:/bin/bash\n\
                  bin:x:1:1:bin:/bin:/sbin/nologin\n\
                  # comment:x:1:1::/home/c:/x\n\
                  xfer:x:990:990:Aspera:/srv/xfer/:/bin/aspshell\n\
                  broken line\n\
                  nohome:x:5:5:::/bin/sh\n\
                  mlopez:x:1001:1001:Maria:/home/mlopez:/bin/bash";
    assert_eq!(
        passwd_homes(passwd),
        [
            ("root".to_owned(), "/root".to_owned()),
            ("xfer".to_owned(), "/srv/xfer".to_owned()),
            ("mlopez".to_owned(), "/home/mlopez".to_owned()),
        ]
    );
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the test makes an image to look into"
)]
fn the_homes_of_an_image_are_found_on_all_three_systems() {
    let image = tempfile::tempdir().expect("a folder");
    let root = image.path();
    for folder in [
        "home/mlopez",
        "srv/xfer",
        "root",
        "Users/kim",
        "Users/Shared",
        "Users/Default",
        "var/root",
        "etc",
    ] {
        std::fs::create_dir_all(root.join(folder)).expect("a folder");
    }
    std::fs::write(
        root.join("etc/passwd"),
        "xfer:x:1:1::/srv/xfer:/x\ngone:x:2:2::/srv/gone:/x\n",
    )
    .expect("a file");
    std::fs::write(root.join("home/file"), "").expect("a file");
    let users = |os| -> Vec<String> {
        Places::of_image(os, root)
            .homes
            .into_iter()
            .map(|home| format!("{} {}", home.user, home.path))
            .collect()
    };
    assert_eq!(
        users(Os::Linux),
        ["mlopez /home/mlopez", "root /root", "xfer /srv/xfer"]
    );
    assert_eq!(
        users(Os::Macos),
        ["Default /Users/Default", "kim /Users/kim", "root /var/root"]
    );
    assert_eq!(
        users(Os::Windows),
        [r"Shared C:\Users\Shared", r"kim C:\Users\kim"]
    );
}

#[test]
fn this_machine_has_the_home_of_whoever_runs_the_test() {
    let places = Places::of_this_machine(Os::current());
    if let Some(own) = own_home(Os::current()) {
        assert!(places.homes.iter().any(|home| home.path == own.path));
    }
}
