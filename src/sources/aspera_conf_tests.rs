//! Log folders out of `aspera.conf`: every place, spelling and encoding, and broken files.
use super::*;

fn folders(xml: &str) -> Vec<String> {
    let (found, error) = log_directories(xml.as_bytes());
    assert_eq!(error, None, "{xml}");
    found.into_iter().map(|hit| hit.directory).collect()
}

#[test]
fn every_place_of_the_schema_is_read_with_its_path() {
    let xml = r#"<?xml version="1.0" encoding="UTF-8"?>
<conf version="2">
  <default>
    <file_system><directory_create_mode>755</directory_create_mode><access><paths><path><absolute>/data</absolute></path></paths></access></file_system>
    <logging><level>log</level><directory>/data/logs/ascp</directory></logging>
    <async_log_dir>/data/logs/async</async_log_dir>
    <watch><log_directory>/data/logs/watch-default</log_directory></watch>
  </default>
  <logging>
    <log_setting><name>big</name><directory>/data/logs/big</directory></log_setting>
    <log_setting><classes><class><directory>/data/logs/class</directory></class></classes></log_setting>
  </logging>
  <server>
    <initd><log_directory>/data/logs/initd</log_directory></initd>
    <rund><log_directory>/data/logs/rund</log_directory></rund>
    <watch><log_directory>/data/logs/watch</log_directory></watch>
    <rproxy><log_directory>/data/logs/rproxy</log_directory></rproxy>
    <db_log_dir>/data/logs/redis</db_log_dir>
  </server>
</conf>"#;
    let (found, error) = log_directories(xml.as_bytes());
    let read: Vec<(&str, &str)> = found
        .iter()
        .map(|hit| (hit.from.as_str(), hit.directory.as_str()))
        .collect();
    assert_eq!(
        read,
        [
            ("/conf/default/logging/directory", "/data/logs/ascp"),
            ("/conf/default/async_log_dir", "/data/logs/async"),
            (
                "/conf/default/watch/log_directory",
                "/data/logs/watch-default"
            ),
            ("/conf/logging/log_setting/directory", "/data/logs/big"),
            (
                "/conf/logging/log_setting/classes/class/directory",
                "/data/logs/class"
            ),
            ("/conf/server/initd/log_directory", "/data/logs/initd"),
            ("/conf/server/rund/log_directory", "/data/logs/rund"),
            ("/conf/server/watch/log_directory", "/data/logs/watch"),
            ("/conf/server/rproxy/log_directory", "/data/logs/rproxy"),
            ("/conf/server/db_log_dir", "/data/logs/redis"),
        ]
    );
    assert_eq!(error, None);
}

#[test]
fn users_groups_and_old_upper_case_files_are_read() {
    assert_eq!(
        folders(
            "<CONF><AAA><REALMS><REALM><USERS><USER><LOGGING><DIRECTORY>/a</DIRECTORY></LOGGING></USER></USERS></REALM></REALMS></AAA></CONF>"
        ),
        ["/a"]
    );
    assert_eq!(
        folders(
            "<c:conf xmlns:c='urn:x'><c:default><c:logging><c:directory>/ns</c:directory></c:logging></c:default></c:conf>"
        ),
        ["/ns"]
    );
}

#[test]
fn values_in_every_dress_are_read() {
    let cases = [
        ("  /a b/c \n", "/a b/c"),
        ("/a&amp;b", "/a&b"),
        ("/a&#x2F;b&#47;c", "/a/b/c"),
        ("<![CDATA[/a<b>]]>", "/a<b>"),
        ("/a<!-- old: /never -->/b", "/a/b"),
        ("/a & b", "/a & b"),
        (
            r"C:\Program Files\Aspera\logs",
            r"C:\Program Files\Aspera\logs",
        ),
        ("/&unknown;/x", "/&unknown;/x"),
    ];
    for (written, read) in cases {
        let xml = format!(
            "<conf><default><logging><directory>{written}</directory></logging></default></conf>"
        );
        assert_eq!(folders(&xml), [read], "{written}");
    }
}

#[test]
fn what_is_no_log_folder_is_left_out() {
    for value in ["-", "", " ", "syslog", "AS_NULL", "Syslog"] {
        let xml = format!(
            "<conf><default><logging><directory>{value}</directory></logging></default></conf>"
        );
        assert!(folders(&xml).is_empty(), "{value:?}");
    }
    for xml in [
        "<conf><!-- <logging><directory>/commented/out</directory></logging> --></conf>",
        "<conf><default><file_system><directory>/data</directory></file_system></default></conf>",
        "<conf><server><log_level>dbg2</log_level></server></conf>",
        "<conf><default><logging/><logging><directory/></logging></default></conf>",
    ] {
        assert!(folders(xml).is_empty(), "{xml}");
    }
}

#[test]
fn a_broken_file_gives_what_stands_before_the_break() {
    let start = "<conf><default><logging><directory>/kept</directory></logging>";
    for tail in [
        "<server",
        "</conf>",
        "</wrong></default></conf>",
        "<![CDATA[ never closed",
        "",
    ] {
        let (found, error) = log_directories(format!("{start}{tail}").as_bytes());
        assert_eq!(found.len(), 1, "{tail}");
        assert!(matches!(error, Some(ConfError::BrokenXml { .. })), "{tail}");
    }
    let text = ConfError::BrokenXml { at: 9 }.to_string();
    assert!(text.contains("asuserdata -v") && text.contains("byte 9"));
}

#[test]
fn encodings_of_windows_editors_are_read() {
    let xml = "<conf><default><logging><directory>D:\\Löge</directory></logging></default></conf>";
    let mut le = vec![0xFF, 0xFE];
    let mut be = vec![0xFE, 0xFF];
    for unit in xml.encode_utf16() {
        le.extend(unit.to_le_bytes());
        be.extend(unit.to_be_bytes());
    }
    let bom = [b"\xEF\xBB\xBF".as_slice(), xml.as_bytes()].concat();
    for bytes in [le, be, bom] {
        let (found, error) = log_directories(&bytes);
        assert_eq!((found[0].directory.as_str(), error), ("D:\\Löge", None));
    }
    let latin = b"<conf><!-- \xE9 --><default><logging><directory>/a</directory></logging></default></conf>";
    let (found, error) = log_directories(latin);
    assert_eq!((found.len(), error), (1, Some(ConfError::Encoding)));
}

#[test]
fn hostile_nesting_ends_the_reading_and_nothing_else() {
    let deep = "<a>".repeat(100_000);
    let (found, error) = log_directories(deep.as_bytes());
    assert!(found.is_empty() && error.is_some());
    let (found, _) = log_directories(&[0, 159, 146, 150, b'<', b'<', b'&', b';']);
    assert!(found.is_empty());
}
