//! Native paths and patterns, spelled and matched as each system does.
use super::*;

#[test]
fn native_paths_are_cut_and_spelled_as_their_system_does() {
    let cases = [
        (
            Os::Linux,
            "/var/log/messages",
            None,
            true,
            vec!["var", "log", "messages"],
            "/var/log/messages",
        ),
        (
            Os::Linux,
            "/var//log/./x",
            None,
            true,
            vec!["var", "log", "x"],
            "/var/log/x",
        ),
        (
            Os::Linux,
            r"/odd\name",
            None,
            true,
            vec![r"odd\name"],
            r"/odd\name",
        ),
        (
            Os::Linux,
            "logs/x",
            None,
            false,
            vec!["logs", "x"],
            "logs/x",
        ),
        (
            Os::Windows,
            r"C:\Users\ann",
            Some('C'),
            true,
            vec!["Users", "ann"],
            r"C:\Users\ann",
        ),
        (
            Os::Windows,
            "d:/logs/x.log",
            Some('D'),
            true,
            vec!["logs", "x.log"],
            r"D:\logs\x.log",
        ),
        (
            Os::Windows,
            r"\\?\C:\x",
            Some('C'),
            true,
            vec!["x"],
            r"C:\x",
        ),
        (Os::Windows, r"C:\", Some('C'), true, vec![], r"C:\"),
        (
            Os::Windows,
            r"var\log",
            None,
            false,
            vec!["var", "log"],
            r"var\log",
        ),
        (Os::Macos, "/", None, true, vec![], "/"),
    ];
    for (os, text, drive, absolute, parts, spelled) in cases {
        let path = NativePath::parse(os, text);
        assert_eq!((path.drive, path.absolute), (drive, absolute), "{text}");
        assert_eq!(path.parts, parts, "{text}");
        assert_eq!(path.spell(os), spelled, "{text}");
    }
}

#[test]
fn patterns_match_folder_by_folder() {
    let cases = [
        (
            Os::Linux,
            "/var/log/aspera*.log",
            "/var/log/asperanoded.log",
            true,
        ),
        (
            Os::Linux,
            "/var/log/aspera*.log",
            "/var/log/aspera/noded.log",
            false,
        ),
        (Os::Linux, "/var/log/messages", "/var/log/Messages", false),
        (
            Os::Macos,
            "/Library/Logs/Aspera/*",
            "/library/logs/aspera/x.log",
            true,
        ),
        (Os::Windows, "C:/Logs/*.log", r"c:\logs\A.LOG", true),
        (Os::Windows, "C:/Logs/*.log", r"D:\logs\A.LOG", false),
        (
            Os::Linux,
            "/h/.aspera/**/etc/aspera.conf",
            "/h/.aspera/etc/aspera.conf",
            true,
        ),
        (
            Os::Linux,
            "/h/.aspera/**/etc/aspera.conf",
            "/h/.aspera/a/b/etc/aspera.conf",
            true,
        ),
        (
            Os::Linux,
            "/h/.aspera/**/etc/aspera.conf",
            "/h/etc/aspera.conf",
            false,
        ),
        (Os::Linux, "/h/log/**/*", "/h/log/.hidden", true),
        (Os::Linux, "/h/log/**/*", "/h/log", false),
    ];
    for (os, pattern, path, fits) in cases {
        let parsed = PathPattern::parse(os, pattern).expect("a pattern");
        assert_eq!(parsed.fits(path, false), fits, "{pattern} on {path}");
    }
}

#[test]
fn rotated_siblings_fit_only_where_they_are_asked_for() {
    let messages = PathPattern::parse(Os::Linux, "/var/log/messages").expect("a pattern");
    assert!(messages.fits("/var/log/messages-20261115.gz", true));
    assert!(!messages.fits("/var/log/messages-20261115.gz", false));
    assert!(!messages.fits("/var/log/messages~", true));
    let any = PathPattern::parse(Os::Linux, "/h/log/*").expect("a pattern");
    assert!(!any.fits("/h/log/.x.log.swp", true), "an editor's leftover");
}

#[test]
fn a_written_out_name_is_more_specific_than_a_wildcard() {
    let weight = |text| {
        PathPattern::parse(Os::Linux, text)
            .expect("a pattern")
            .weight()
    };
    assert!(weight("/var/log/asperanoded.log") > weight("/var/log/aspera*.log"));
    assert!(weight("/var/log/aspera*.log") > weight("/var/log/*.log"));
    assert!(weight("/var/log/*.log") > weight("/var/log/**/*.log"));
}
