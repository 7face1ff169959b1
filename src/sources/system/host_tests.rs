//! Facts of this machine have the promised shape; facts of an image are those of its files.
#![expect(clippy::disallowed_methods, reason = "the tests make trees")]
use super::*;
use crate::sources::paths::catalogue::Os;
use std::fs;
use std::path::Path;

fn asked(vars: &[(&str, &str)]) -> Asked {
    Asked {
        now: "2026-11-22T05:20:16Z".parse().unwrap(),
        zone: TimeZone::fixed(jiff::tz::offset(-8)),
        vars: vars.iter().map(|&(n, v)| (n.into(), v.into())).collect(),
    }
}

fn put_file(root: &Path, path: &str, content: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

#[test]
fn this_machine_has_the_promised_facts() {
    let tree = Tree::new(Os::current(), None);
    let facts = facts(&tree, Machine::Here, &asked(&[("LANG", "en_US.UTF-8")]));
    assert_eq!(facts["origin"], "live");
    assert!(facts["os"]["architecture"].is_string(), "{facts:#}");
    assert!(facts["os"]["kernel"].is_string());
    assert!(facts["cpu"]["logical_cores"].as_u64().unwrap() > 0);
    assert!(facts["memory"]["total_bytes"].as_u64().unwrap() > 1 << 20);
    assert!(facts["disks"].is_array());
    assert!(facts["network"].is_array());
    assert_eq!(facts["clock"]["utc"], "2026-11-22T05:20:16Z");
    assert_eq!(facts["clock"]["local"], "2026-11-21T21:20:16-08:00");
    assert_eq!(facts["clock"]["offset_seconds"], -8 * 3600);
    assert_eq!(facts["process"]["locale"], "en_US.UTF-8");
    assert_eq!(facts["incomplete"], Value::Null);
}

#[test]
fn a_linux_image_tells_what_its_files_say() {
    let dir = tempfile::tempdir().unwrap();
    let release = "NAME=\"Red Hat Enterprise Linux\"\nVERSION_ID=\"9.4\"\nID=rhel\nPRETTY_NAME='RHEL 9.4 (Plow)'\n";
    put_file(dir.path(), "etc/os-release", release);
    put_file(dir.path(), "etc/hostname", "xfer01\n");
    put_file(dir.path(), "etc/timezone", "UTC\n");
    put_file(
        dir.path(),
        "etc/passwd",
        "root:x:0:0:root:/root:/bin/bash\nana:x:1000:1000::/home/ana:/bin/bash\n",
    );
    fs::create_dir_all(dir.path().join("lib/modules/5.14.0-427.el9.x86_64")).unwrap();
    let tree = Tree::new(Os::Linux, Some(dir.path()));
    let facts = facts(&tree, Machine::Image, &asked(&[]));
    let expected = json!({
        "origin": "image",
        "host_name": "xfer01",
        "os": {
            "name": "Red Hat Enterprise Linux",
            "version": "9.4",
            "long_name": "RHEL 9.4 (Plow)",
            "id": "rhel",
            "kernels": ["5.14.0-427.el9.x86_64"],
        },
        "clock": {"zone": "UTC"},
        "accounts": 2,
    });
    assert_eq!(facts, expected);
}

#[test]
fn a_mac_image_tells_its_version() {
    let dir = tempfile::tempdir().unwrap();
    let plist = "<plist><dict>\n<key>ProductBuildVersion</key>\n<string>23F79</string>\n<key>ProductName</key><string>macOS</string><key>ProductVersion</key> <string>14.5</string></dict></plist>";
    put_file(
        dir.path(),
        "System/Library/CoreServices/SystemVersion.plist",
        plist,
    );
    let tree = Tree::new(Os::Macos, Some(dir.path()));
    let facts = facts(&tree, Machine::Image, &asked(&[]));
    assert_eq!(
        facts["os"],
        json!({"name": "macOS", "version": "14.5", "build": "23F79"})
    );
}

#[test]
fn an_image_without_files_and_one_of_windows_say_little_and_do_not_fail() {
    let dir = tempfile::tempdir().unwrap();
    for os in Os::ALL {
        let tree = Tree::new(os, Some(dir.path()));
        let facts = facts(&tree, Machine::Image, &asked(&[]));
        assert_eq!(facts["origin"], "image");
        assert_eq!(
            facts["host_name"],
            Value::Null,
            "{os}: the name of this host is not its name"
        );
    }
}

#[test]
fn kinds_of_containers_are_told_apart() {
    let kind = |variable: Option<&str>, kubernetes, docker, podman, cgroup| {
        container_kind(
            variable.map(str::to_owned),
            kubernetes,
            docker,
            podman,
            cgroup,
        )
    };
    assert_eq!(kind(None, false, false, false, "0::/init.scope\n"), None);
    assert_eq!(kind(Some("lxc"), false, false, false, "").unwrap(), "lxc");
    assert_eq!(kind(None, true, true, false, "").unwrap(), "kubernetes");
    assert_eq!(kind(None, false, true, false, "").unwrap(), "docker");
    assert_eq!(kind(None, false, false, true, "").unwrap(), "podman");
    assert_eq!(
        kind(None, false, false, false, "1:cpu:/kubepods/x").unwrap(),
        "kubernetes"
    );
}

#[test]
fn remote_file_systems_are_listed_without_their_options() {
    let table = "proc /proc proc rw 0 0\n\
        /dev/sda1 / ext4 rw 0 0\n\
        nas1:/vol/in\\040box /mnt/in\\040box nfs4 rw,addr=10.0.0.9 0 0\n\
        //filer/share /mnt/share cifs rw,username=ana,password=x 0 0\n\
        s3fs /mnt/bucket fuse.s3fs rw,user_id=0 0 0\n\
        broken\n";
    let found = Value::from(remote_mounts(table));
    let expected = json!([
        {"mount": "/mnt/in box", "device": "nas1:/vol/in box", "file_system": "nfs4"},
        {"mount": "/mnt/share", "device": "//filer/share", "file_system": "cifs"},
        {"mount": "/mnt/bucket", "device": "s3fs", "file_system": "fuse.s3fs"},
    ]);
    assert_eq!(found, expected);
}

#[test]
fn work_that_takes_too_long_is_left_to_itself() {
    assert_eq!(within(Duration::from_secs(5), || 7), Some(7));
    let slow = || std::thread::sleep(Duration::from_secs(5));
    assert_eq!(within(Duration::from_millis(20), slow), None);
}
