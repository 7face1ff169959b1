//! What a file is, by its name and its beginning.
use super::*;

#[test]
fn a_file_is_recognized_by_its_beginning_or_its_name() {
    let har = "{\"log\":{\"creator\":{}}}";
    for (name, head, kind) in [
        ("a.json", har, FileKind::Har),
        ("", har, FileKind::Har),
        ("A.HAR", "<html>", FileKind::Har),
        ("trace.har.gz", "", FileKind::Har),
        ("trace.harp", "", FileKind::Har),
        ("a.json", "{\"logs\":1}", FileKind::Json),
        ("", "{\"logs\":1}", FileKind::Log),
        (
            "a.log",
            "2026-11-22 LOG {\"log\":{\"creator\":1}}",
            FileKind::Log,
        ),
        (
            "a.log",
            "{\"log\":{\"file\":\"x\"},\"message\":\"m\"}\n",
            FileKind::Log,
        ),
        ("/opt/aspera/etc/aspera.conf", "", FileKind::Config),
        (r"C:\Aspera\etc\aspera.conf.bak", "", FileKind::Config),
        ("/etc/rsyslog.conf~", "", FileKind::Config),
        ("app.conf.1.gz", "", FileKind::Config),
        (".env", "", FileKind::Config),
        ("/etc/ssh/sshd_config", "", FileKind::Config),
        ("/opt/aspera.conf/messages", "", FileKind::Log),
        ("/var/log/syslog.1", "", FileKind::Log),
        ("config", "", FileKind::Log),
        ("users.csv", "login,password\n", FileKind::Log),
    ] {
        assert_eq!(FileKind::of(name, head.as_bytes()), kind, "{name} {head}");
    }
}

#[test]
fn what_the_caller_knows_is_not_looked_up() {
    let (kind, mut text) = identify(&b"{\"log\":"[..], "a.har", Some(FileKind::Log)).unwrap();
    let mut all = String::new();
    text.read_to_string(&mut all).unwrap();
    assert_eq!((kind, all.as_str()), (FileKind::Log, "{\"log\":"));
}
