//! A link is collected once; what is no file, or may not be read, costs that item only.
use super::*;

#[test]
fn a_hard_link_into_the_ring_is_collected_once_under_the_plain_name() {
    // As in `tests/samples/w01-log-turn-over/listing.txt`: .5 is missing, .4 is the current one.
    let folder = "home/mlopez/.aspera/connect/var/log";
    let image = Image::new(&[]);
    for number in [0, 1, 2, 3, 4, 6, 7, 8, 9] {
        let name = format!("{folder}/aspera-scp-transfer.{number}.log");
        image.write(&name, format!("ring {number}").as_bytes());
    }
    let plain = image.path(&format!("{folder}/aspera-scp-transfer.log"));
    fs::hard_link(
        image.path(&format!("{folder}/aspera-scp-transfer.4.log")),
        plain,
    )
    .expect("a link");
    let items = image.discover(Os::Linux);
    assert_eq!(items.len(), 9);
    let current = the(&items, "logs/client/connect/aspera-scp-transfer.log");
    assert_eq!(
        current.aliases,
        ["/home/mlopez/.aspera/connect/var/log/aspera-scp-transfer.4.log"]
    );
    assert!(!items.iter().any(|item| item.entry.ends_with(".4.log")));
}

#[test]
fn a_link_is_collected_once_under_the_real_name_and_a_sealed_file_never() {
    let image = Image::new(&[
        ("opt/aspera/var/log/aspera.log", "a"),
        ("opt/aspera/etc/aejd.json", "b"),
        ("home/kim/.ssh/id_rsa", "c"),
    ]);
    fs::create_dir_all(image.path("var/log")).expect("a folder");
    for (target, name) in [
        ("/opt/aspera/var/log/aspera.log", "var/log/aspera.log"),
        ("/opt/aspera/etc/aejd.json", "var/log/asperanoded.log"),
        (
            "../aejd.json",
            "opt/aspera/etc/../../../var/log/asperacentral.log",
        ),
        ("/home/kim/.ssh/id_rsa", "opt/aspera/var/log/key.log"),
    ] {
        std::os::unix::fs::symlink(target, image.path(name)).expect("a link");
    }
    let items = image.discover(Os::Linux);
    let log = the(&items, "logs/server/hsts/aspera.log");
    assert_eq!(log.native_path, "/opt/aspera/var/log/aspera.log");
    assert_eq!(log.aliases, ["/var/log/aspera.log"]);
    for entry in [
        "system/config/opt/aspera/etc/aejd.json",
        "system/config/home/kim/.ssh/id_rsa",
    ] {
        let sealed = the(&items, entry);
        assert_eq!(sealed.kind, ItemKind::Sealed);
        assert!(matches!(sealed.decision, Decision::List(_)), "{entry}");
        assert_eq!(sealed.aliases.len(), 1, "{entry}");
    }
    let dangling = the(&items, "logs/server/hsts/asperacentral.log");
    assert!(
        matches!(&dangling.decision, Decision::Fail { reason, .. } if reason.contains("does not exist"))
    );
}

#[test]
fn what_is_no_file_costs_that_item_only() {
    let image = Image::new(&[("var/log/messages", "a"), ("var/log/aspera.log/x", "b")]);
    let fifo = image.path("var/log/asperanoded.log");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo");
    std::os::unix::fs::symlink("loop.log", image.path("var/log/loop.log")).expect("a link");
    std::os::unix::fs::symlink("loop.log", image.path("var/log/asperacentral.log"))
        .expect("a link");
    let items = image.discover(Os::Linux);
    assert_eq!(
        all_told(&items),
        [
            "logs/server/hsts/aspera.log fail Log",
            "logs/server/hsts/asperacentral.log fail Log",
            "logs/server/hsts/asperanoded.log fail Log",
            "logs/server/system/messages collect SharedLog",
        ]
    );
    for item in &items[..3] {
        let Decision::Fail { reason, remedy } = &item.decision else {
            panic!("{item:?}");
        };
        assert!(
            reason.ends_with('.') && remedy.ends_with('.'),
            "{reason} {remedy}"
        );
    }
}

#[test]
fn what_may_not_be_read_names_the_command_that_may() {
    use std::os::unix::fs::PermissionsExt;
    let image = Image::new(&[
        ("var/log/messages", "a"),
        ("home/kim/.aspera/connect/var/log/x.log", "b"),
    ]);
    let closed = |name: &str, mode| {
        fs::set_permissions(image.path(name), fs::Permissions::from_mode(mode)).expect("a mode");
    };
    closed("var/log/messages", 0o000);
    closed("home/kim/.aspera/connect/var/log", 0o000);
    let items = image.discover(Os::Linux);
    // Root reads everything, so there is nothing to see where the tests run as root.
    if fs::File::open(image.path("var/log/messages")).is_err() {
        let Decision::Fail { remedy, .. } = &the(&items, "logs/server/system/messages").decision
        else {
            panic!("{:?}", all_told(&items));
        };
        assert!(remedy.contains("sudo aoc-bundle collect"));
        let folder = items
            .iter()
            .find(|item| item.row == "connect-log")
            .expect("an item");
        assert!(
            matches!(&folder.decision, Decision::Fail { remedy, .. } if remedy.contains("as the user kim"))
        );
    }
    closed("home/kim/.aspera/connect/var/log", 0o755);
}
