//! Places that settings name, and places that the person names with `--log`.
use super::*;

#[test]
fn folders_that_an_aspera_conf_names_are_searched() {
    let conf = |folder: &str| {
        format!(
            "<conf><default><logging><directory>{folder}</directory></logging></default></conf>"
        )
    };
    let image = Image::new(&[
        ("opt/aspera/etc/aspera.conf", &conf("/data/logs")),
        (
            "opt/aspera/etc/conf.d/watch.conf",
            "<conf><server><watch><log_directory>/data/watch</log_directory></watch></server></conf>",
        ),
        ("data/logs/aspera-scp-transfer.log", "a"),
        ("data/logs/aspera-scp-transfer.3.log.gz", "b"),
        ("data/logs/payroll.log", "c"),
        ("data/watch/watchfolderd.log", "d"),
        (
            "home/kim/.aspera/cli/etc/aspera.conf",
            &conf("/home/kim/mylogs"),
        ),
        ("home/kim/mylogs/aspera-scp-transfer.log", "e"),
        ("home/kim/.aspera/etc/aspera.conf", &conf("relative/logs")),
    ]);
    let items = image.discover(Os::Linux);
    let logs: Vec<String> = all_told(&items)
        .into_iter()
        .filter(|told| told.starts_with("logs/"))
        .collect();
    assert_eq!(
        logs,
        [
            "logs/client/cli/aspera-scp-transfer.log collect Log",
            "logs/server/hsts/aspera-scp-transfer.3.log collect Log",
            "logs/server/hsts/aspera-scp-transfer.log collect Log",
            "logs/server/hsts/watchfolderd.log collect Log",
        ]
    );
    let image = Image::new(&[
        (
            "Program Files/Aspera/Enterprise Server/etc/aspera.conf",
            &conf(r"D:\Logs"),
        ),
        ("d/logs/asperanoded.log", "a"),
    ]);
    let items = image.discover(Os::Windows);
    assert_eq!(
        the(&items, "logs/server/hsts/asperanoded.log").native_path,
        r"D:\Logs\asperanoded.log"
    );
}

#[test]
fn files_of_syslog_rules_and_folders_of_the_sdk_are_searched() {
    let image = Image::new(&[
        (
            "etc/rsyslog.d/99aspera_log.conf",
            "local2.* -/srv/log/hsts.log\n*.*;local2.* /srv/log/all.log\n*.info;mail.none /var/log/messages\n",
        ),
        ("var/log/messages", "f"),
        ("srv/log/hsts.log", "a"),
        ("srv/log/hsts.log-20261122.gz", "b"),
        ("srv/log/all.log", "c"),
        ("srv/log/other.log", "d"),
        (
            "home/kim/.aspera/sdk/transferd.json",
            r#"{"fasp_runtime":{"log":{"dir":"/srv/sdk"}}}"#,
        ),
        ("srv/sdk/aspera-scp-transfer.log", "e"),
    ]);
    let items = image.discover(Os::Linux);
    let logs: Vec<String> = all_told(&items)
        .into_iter()
        .filter(|told| told.starts_with("logs/"))
        .collect();
    assert_eq!(
        logs,
        [
            "logs/client/sdk/aspera-scp-transfer.log collect Log",
            "logs/server/hsts/hsts.log collect Log",
            "logs/server/hsts/hsts.log-20261122 collect Log",
            "logs/server/system/all.log collect SharedLog",
            "logs/server/system/messages collect SharedLog",
        ]
    );
    assert_eq!(the(&items, "logs/server/system/messages").row, "messages");
}

#[test]
fn a_broken_aspera_conf_is_told_and_its_readable_part_used() {
    let image = Image::new(&[
        (
            "opt/aspera/etc/aspera.conf",
            "<conf><default><logging><directory>/data</directory></logging><oops",
        ),
        ("data/aspera.log", "a"),
    ]);
    let items = image.discover(Os::Linux);
    the(&items, "logs/server/hsts/aspera.log");
    let told = the(&items, "logs/hsts-folders-of-aspera-conf");
    assert!(
        matches!(&told.decision, Decision::Fail { reason, remedy } if reason.contains("broken XML") && remedy.contains("--log"))
    );
}

#[test]
fn named_files_folders_and_patterns_are_taken() {
    let image = Image::new(&[("evidence-inside/aspera-scp-transfer.log", "inside")]);
    let here = Image::new(&[
        ("client/aspera-scp-transfer.log", "a"),
        ("client/aspera-scp-transfer.log.1.gz", "b"),
        ("client/notes.txt", "c"),
        ("client/photo.jpg", "d"),
        ("client/id_rsa.txt", "e"),
        ("server/deep/messages-20261115", "f"),
        ("server/x.log~", "g"),
        ("loose.dat", "h"),
        ("other.dat", "i"),
    ]);
    let arguments = [
        here.path("client").to_string_lossy().into_owned(),
        here.path("server").to_string_lossy().into_owned(),
        here.path("loose.dat").to_string_lossy().into_owned(),
        here.path("oth*").to_string_lossy().into_owned(),
        "/evidence-inside/*.log".to_owned(),
    ];
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let items = image.with_logs(Os::Linux, &arguments);
    let told: Vec<String> = all_told(&items);
    assert_eq!(
        told.iter().filter(|told| told.contains("fail")).count(),
        0,
        "{told:#?}"
    );
    for wanted in [
        "logs/client/given/client/aspera-scp-transfer.log collect Log",
        "logs/client/given/client/aspera-scp-transfer.log.1 collect Log",
        "logs/client/given/client/notes.txt collect Log",
        "logs/server/given/server/deep/messages-20261115 collect SharedLog",
        "logs/client/given/loose.dat collect Log",
        "logs/client/given/other.dat collect Log",
        "logs/client/given/aspera-scp-transfer.log collect Log",
    ] {
        assert!(
            told.iter().any(|told| told == wanted),
            "{wanted} in {told:#?}"
        );
    }
    assert!(
        told.iter()
            .any(|told| told.ends_with("id_rsa.txt list Sealed")),
        "{told:#?}"
    );
    assert_eq!(told.len(), 8, "{told:#?}");
}

#[test]
fn a_named_log_that_is_not_there_fails_with_advice() {
    let here = Image::new(&[("empty/photo.jpg", "a")]);
    let folder = here.path("empty").to_string_lossy().into_owned();
    let items = here.with_logs(Os::Linux, &["/no/such.log", "/no/*.log", &folder, ""]);
    assert_eq!(items.len(), 4);
    for item in &items {
        let Decision::Fail { reason, remedy } = &item.decision else {
            panic!("{item:?}");
        };
        assert!(reason.contains("--log") && !remedy.is_empty());
        assert!(!reason.contains("such.log"), "the text does not quote");
    }
}

#[test]
fn a_known_log_that_is_also_named_is_one_item_of_its_row() {
    let image = Image::new(&[("var/log/messages", "a")]);
    let path = image
        .path("var/log/messages")
        .to_string_lossy()
        .into_owned();
    let items = image.with_logs(Os::Linux, &[&path]);
    assert_eq!(
        all_told(&items),
        ["logs/server/system/messages collect SharedLog"]
    );
}
