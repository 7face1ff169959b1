//! Names, people and zone of images of all three systems.
#![expect(clippy::disallowed_methods, reason = "the tests make trees")]
use super::*;
use std::fs;
use std::path::Path;

fn put_file(root: &Path, path: &str, content: impl AsRef<[u8]>) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn image(os: Os, files: &[(&str, &str)]) -> (tempfile::TempDir, Tree) {
    let dir = tempfile::tempdir().unwrap();
    for (path, content) in files {
        put_file(dir.path(), path, content);
    }
    let tree = Tree::new(os, Some(dir.path()));
    (dir, tree)
}

#[test]
fn this_machine_knows_itself() {
    let tree = Tree::new(Os::current(), None);
    let identity = identity(&tree, Machine::Here);
    assert!(identity.zone_known);
    assert!(
        !identity
            .host_names
            .iter()
            .any(|name| name.starts_with("localhost"))
    );
}

#[test]
fn names_of_a_linux_host_are_short_and_full() {
    let hosts = "127.0.0.1 localhost localhost.localdomain\n\
        ::1 ip6-localhost ip6-loopback\n\
        127.0.1.1 XFER01.acme-films.example xfer01\n\
        10.77.0.5\txfer01-v4.acme-films.example xfer01 # own\n\
        10.77.0.9 nas1.acme-films.example nas1\n";
    let (_dir, tree) = image(
        Os::Linux,
        &[
            ("etc/hostname", "xfer01\n"),
            ("etc/hosts", hosts),
            (
                "etc/resolv.conf",
                "nameserver 10.0.0.2\nsearch corp.example local\n",
            ),
        ],
    );
    let identity = identity(&tree, Machine::Image);
    let expected = [
        "xfer01",
        "xfer01-v4",
        "xfer01-v4.acme-films.example",
        "xfer01.acme-films.example",
        "xfer01.corp.example",
    ];
    assert_eq!(identity.host_names, expected);
}

#[test]
fn a_host_that_is_called_localhost_has_no_name() {
    for name in [
        "localhost",
        "localhost.localdomain",
        "(none)",
        "10.0.0.1",
        "",
        "two words",
    ] {
        let (_dir, tree) = image(Os::Linux, &[("etc/hostname", name)]);
        assert!(
            identity(&tree, Machine::Image).host_names.is_empty(),
            "{name:?}"
        );
    }
}

#[test]
fn old_places_of_the_name_are_known() {
    let (_dir, tree) = image(
        Os::Linux,
        &[(
            "etc/sysconfig/network",
            "NETWORKING=yes\nHOSTNAME=old5.example\n",
        )],
    );
    assert_eq!(
        identity(&tree, Machine::Image).host_names,
        ["old5", "old5.example"]
    );
    let plist = "<key>System</key><dict><key>ComputerName</key><string>Ana's Mac</string><key>LocalHostName</key>\n<string>Anas-Mac</string></dict>";
    let path = "Library/Preferences/SystemConfiguration/preferences.plist";
    let (_dir, tree) = image(Os::Macos, &[(path, plist)]);
    assert_eq!(identity(&tree, Machine::Image).host_names, ["anas-mac"]);
}

#[test]
fn people_are_told_from_system_accounts() {
    let passwd = "root:x:0:0:root:/root:/bin/bash\n\
        daemon:x:2:2:daemon:/sbin:/sbin/nologin\n\
        nobody:x:65534:65534:Kernel Overflow User:/:/sbin/nologin\n\
        asperadaemon:x:497:497:Aspera daemon:/opt/aspera:/sbin/nologin\n\
        xferuser:x:1001:1001::/srv/xfer:/bin/aspshell\n\
        mlopez:x:1002:1002:Maria Lopez,Room 4,+1 555:/home/mlopez:/bin/bash\n\
        svc:x:480:480:svc:/home/svc:/bin/false\n\
        # comment:x:1003:1003::/home/c:/bin/sh\n\
        +::::::\n\
        short:x:1004\n";
    let (dir, tree) = image(Os::Linux, &[("etc/passwd", passwd)]);
    fs::create_dir_all(dir.path().join("home/ldapuser")).unwrap();
    fs::create_dir_all(dir.path().join("home/lost+found")).unwrap();
    let identity = identity(&tree, Machine::Image);
    assert_eq!(identity.users, ["ldapuser", "mlopez", "svc", "xferuser"]);
    assert_eq!(identity.people, ["Maria Lopez"]);
    assert_eq!(identity.transfer_users, ["xferuser"]);
}

#[test]
fn people_of_a_windows_image_are_its_profile_folders() {
    let (dir, tree) = image(Os::Windows, &[]);
    for name in ["Ana", "Public", "Default", "All Users", "DefaultAppPool"] {
        fs::create_dir_all(dir.path().join("Users").join(name)).unwrap();
    }
    assert_eq!(identity(&tree, Machine::Image).users, ["Ana"]);
}

/// A zone file as the system has it; the machine that runs the tests has the usual ones.
fn zone_file(name: &str) -> Option<Vec<u8>> {
    fs::read(format!("/usr/share/zoneinfo/{name}")).ok()
}

#[test]
fn the_zone_is_read_from_a_file_that_names_it() {
    let (dir, tree) = image(Os::Linux, &[("etc/timezone", "Test/Own_Zone\n")]);
    assert!(
        !identity(&tree, Machine::Image).zone_known,
        "no such zone anywhere"
    );
    let Some(data) = zone_file("Asia/Tokyo") else {
        return;
    };
    put_file(dir.path(), "usr/share/zoneinfo/Test/Own_Zone", data);
    let identity = identity(&tree, Machine::Image);
    assert!(identity.zone_known);
    assert_eq!(identity.time_zone.iana_name(), Some("Test/Own_Zone"));
    let at = jiff::Timestamp::UNIX_EPOCH;
    assert_eq!(identity.time_zone.to_offset(at), jiff::tz::offset(9));
}

#[cfg(unix)]
#[test]
fn the_zone_is_read_from_the_link_even_where_it_leads_nowhere() {
    if zone_file("America/Los_Angeles").is_none() {
        return;
    }
    for target in [
        "/usr/share/zoneinfo/America/Los_Angeles",
        "../usr/share/zoneinfo/America/Los_Angeles",
        "/var/db/timezone/zoneinfo/America/Los_Angeles",
    ] {
        let (dir, tree) = image(Os::Linux, &[("etc/hostname", "x")]);
        std::os::unix::fs::symlink(target, dir.path().join("etc/localtime")).unwrap();
        let identity = identity(&tree, Machine::Image);
        assert_eq!(
            identity.time_zone.iana_name(),
            Some("America/Los_Angeles"),
            "{target}"
        );
    }
}

#[test]
fn the_zone_is_read_from_a_copy_of_its_rules() {
    let Some(data) = zone_file("Asia/Tokyo") else {
        return;
    };
    let (dir, tree) = image(Os::Linux, &[]);
    put_file(dir.path(), "etc/localtime", data);
    let identity = identity(&tree, Machine::Image);
    assert!(identity.zone_known);
    let at = jiff::Timestamp::UNIX_EPOCH;
    assert_eq!(identity.time_zone.to_offset(at), jiff::tz::offset(9));
}

#[test]
fn a_broken_zone_is_utc_and_not_known() {
    for (path, content) in [
        ("etc/timezone", "../../etc/passwd\n"),
        ("etc/timezone", "\n"),
        ("etc/localtime", "not a zone file"),
    ] {
        let (_dir, tree) = image(Os::Linux, &[(path, content)]);
        let identity = identity(&tree, Machine::Image);
        assert!(!identity.zone_known, "{path} {content:?}");
        assert_eq!(identity.time_zone, TimeZone::UTC);
    }
}

#[test]
fn names_of_zones_cannot_lead_out_of_their_folder() {
    for good in [
        "UTC",
        "Europe/Berlin",
        "America/Argentina/Ushuaia",
        "Etc/GMT+5",
        "America/Port-au-Prince",
    ] {
        assert!(is_zone_name(good), "{good}");
    }
    for bad in ["", "../x", "a//b", "/etc", "a b", "a\0b", "Europe/"] {
        assert!(!is_zone_name(bad), "{bad:?}");
    }
}
