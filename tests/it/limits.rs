//! Limits of a run: size, time, one side only, and a run that only tells its plan.
use crate::kit::{CONNECT, NOON, Run, SERVER, TRANSFER, Tree, line, lines, names_in, only_file};
use crate::zips::Bundle;

/// Three logs of about 1 MB, the newest first in time and number.
fn three_logs() -> (Tree, String) {
    let tree = Tree::new();
    let text = lines(15_000);
    for number in 0..3 {
        let name = format!("{CONNECT}/aspera-scp-transfer.{number}.log");
        tree.file(&name, &text)
            .changed(&name, NOON - 3600 * (1 + number));
    }
    (tree, text)
}

#[test]
fn the_size_limit_keeps_the_newest_logs_and_the_newest_lines() {
    let (tree, text) = three_logs();
    let out = tempfile::tempdir().unwrap();
    tree.collect(out.path())
        .at_noon()
        .args(["--max-size", "450kB"])
        .end();
    let bundle = Bundle::read(&only_file(out.path()));
    let newest = bundle.item("connect/aspera-scp-transfer.0.log");
    assert_eq!(newest["lines"], 15_000, "{newest}");
    assert_eq!(newest["cuts"].as_array(), None, "{newest}");

    let middle = bundle.item("connect/aspera-scp-transfer.1.log");
    let kept = usize::try_from(middle["lines"].as_u64().unwrap()).unwrap();
    assert!((1000..14_000).contains(&kept), "{middle}");
    let log = bundle.text(middle["entry"].as_str().unwrap());
    assert!(log.lines().last().unwrap().contains("Rate 14999 Kbps"));
    assert!(
        log.lines().all(|l| l.starts_with("2026-11-21 ")),
        "it begins with a whole line"
    );
    let from = text.lines().count() - kept;
    let dropped: usize = text.split_inclusive('\n').take(from).map(str::len).sum();
    let cut = &middle["cuts"][0];
    assert_eq!(cut["why"], "max-size", "{middle}");
    let told = usize::try_from(cut["bytes"].as_u64().unwrap()).unwrap();
    assert!(
        told <= dropped && dropped - told < 200,
        "{dropped} bytes are left out: {cut}"
    );

    let oldest = bundle.item("aspera-scp-transfer.2.log");
    assert_eq!(oldest["status"], "skipped", "{oldest}");
    assert!(
        oldest["reason"].as_str().unwrap().contains("--max-size"),
        "{oldest}"
    );
    assert!(oldest["entry"].is_null(), "{oldest}");
}

/// Lines that deflate can make little of.
fn noise(count: u64) -> String {
    let mix = |n: u64| {
        n.wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(29)
            .wrapping_mul(0xbf58_476d_1ce4_e5b9)
    };
    let text = |n: u64| {
        format!(
            "{} {} {} {}",
            mix(n),
            mix(n + count),
            mix(!n),
            mix(n ^ 0xffff)
        )
    };
    (0..count)
        .map(|n| line("2026-11-21 08:00:00", &text(n)))
        .collect()
}

/// Makes a bundle of noise that is at most this large, and tells its size.
fn zip_of_at_most(size: &str) -> u64 {
    let tree = Tree::new();
    for number in 0..4 {
        tree.file(
            &format!("{CONNECT}/aspera-scp-transfer.{number}.log"),
            noise(20_000),
        );
    }
    let out = tempfile::tempdir().unwrap();
    tree.collect(out.path()).args(["--max-size", size]).end();
    let zip = only_file(out.path());
    Run::new("verify").args([&zip]).end().exits(0);
    zip.metadata().unwrap().len()
}

#[test]
fn no_zip_is_larger_than_its_limit() {
    assert!(zip_of_at_most("100kB") <= 100_000);
    assert!(zip_of_at_most("500kB") <= 500_000);
    let length = zip_of_at_most("1MiB");
    assert!((300_000..=1 << 20).contains(&length), "{length}");
}

#[test]
fn a_small_limit_is_used() {
    let length = zip_of_at_most("200kB");
    assert!(length > 70_000, "{length}: there was room");
}

#[test]
fn what_the_size_limit_leaves_out_is_said_where_people_read() {
    let (tree, _) = three_logs();
    let out = tempfile::tempdir().unwrap();
    let end = tree
        .collect(out.path())
        .at_noon()
        .args(["--max-size", "450kB"])
        .end();
    end.says(["--max-size"]);
    let readme = Bundle::read(&only_file(out.path())).text("README.txt");
    assert!(readme.contains("--max-size"), "{readme}");
}

#[test]
fn a_deadline_tells_what_was_not_read() {
    let (tree, _) = three_logs();
    let out = tempfile::tempdir().unwrap();
    tree.collect(out.path())
        .args(["--deadline", "0"])
        .end()
        .exits(3)
        .says(["--deadline"]);
    let bundle = Bundle::read(&only_file(out.path()));
    for number in 0..3 {
        let item = bundle.item(&format!("aspera-scp-transfer.{number}.log"));
        assert_eq!(item["status"], "failed", "{item}");
        assert!(
            item["reason"].as_str().unwrap().contains("--deadline"),
            "{item}"
        );
        assert!(
            item["remedy"].as_str().unwrap().contains("--since"),
            "{item}"
        );
    }
    assert_eq!(bundle.manifest()["complete"], false);
    Run::new("verify").args([&bundle.path]).end().exits(0);
}

#[test]
fn a_dry_run_tells_the_plan_and_writes_nothing() {
    let tree = Tree::new();
    tree.client_log(lines(50))
        .file("opt/aspera/etc/aspera.conf", "<CONF/>\n");
    tree.file("opt/aspera/etc/aspera-license", "secret");
    let out = tempfile::tempdir().unwrap();
    let end = tree.collect(out.path()).args(["--dry-run"]).end();
    let plan = end.exits(0).says(["nothing was written"]).text();
    for (decision, entry) in [
        ("collect ", TRANSFER),
        ("collect ", "aspera.conf"),
        ("list ", "aspera-license"),
        ("collect ", "system/host.json"),
    ] {
        let found = plan
            .lines()
            .any(|l| l.starts_with(decision) && l.contains(entry));
        assert!(found, "{decision}{entry}: {plan}");
    }
    assert!(
        !plan.contains("/ana/"),
        "the plan is redacted as well: {plan}"
    );
    assert_eq!(names_in(out.path()).len(), 0);

    let json = tree.collect(out.path()).args(["--dry-run", "--json"]).end();
    let plan = json.exits(0).json();
    let items = plan["items"].as_array().unwrap();
    let log = items
        .iter()
        .find(|i| i["entry"].as_str().unwrap().ends_with(TRANSFER))
        .unwrap();
    assert_eq!(
        (&log["decision"], &log["size"]),
        (&"collect".into(), &lines(50).len().into())
    );
    assert_eq!(names_in(out.path()).len(), 0);
}

#[test]
fn a_dry_run_needs_no_place_for_the_zip() {
    let tree = Tree::new();
    let end = tree
        .collect(std::path::Path::new("/no/such/folder/"))
        .args(["--dry-run"])
        .end();
    end.exits(0);
}

#[test]
fn a_role_takes_one_side_only() {
    let tree = Tree::new();
    tree.client_log(lines(5)).server_log(lines(7));
    for (role, client, server) in [
        ("client", true, false),
        ("server", false, true),
        ("both", true, true),
        ("auto", true, true),
    ] {
        let bundle = tree.bundle(0, ["--role", role]);
        let has = |folder: &str| bundle.names().iter().any(|n| n.starts_with(folder));
        assert_eq!(
            (has("logs/client/"), has("logs/server/")),
            (client, server),
            "{role}"
        );
    }
}

#[test]
fn a_log_given_by_hand_is_taken_from_anywhere() {
    let tree = Tree::new();
    tree.file("srv/odd place/transfer of today.txt", lines(5))
        .file("srv/more/a.log", lines(6))
        .file("srv/more/b.log", lines(7));
    for (log, counts) in [
        ("/srv/odd place/transfer of today.txt", &[5][..]),
        ("/srv/more", &[6, 7]),
        ("/srv/more/b*", &[7]),
    ] {
        let bundle = tree.bundle(0, ["--log", log]);
        let manifest = bundle.manifest();
        let entries = manifest["entries"].as_array().unwrap().iter();
        let logs = entries.filter(|e| e["entry"].as_str().is_some_and(|n| n.starts_with("logs/")));
        let mut found: Vec<u64> = logs.filter_map(|e| e["lines"].as_u64()).collect();
        found.sort_unstable();
        assert_eq!(found, counts, "{log}");
    }
}

#[test]
fn compressed_siblings_belong_to_a_log() {
    use std::io::Write;
    let tree = Tree::new();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(lines(30).as_bytes()).unwrap();
    tree.server_log(lines(5)).file(
        &format!("{SERVER}/{TRANSFER}.2.gz"),
        packed.finish().unwrap(),
    );
    let bundle = tree.bundle(0, []);
    let item = bundle.item(".2.gz");
    assert_eq!(
        (&item["lines"], &item["compression"]),
        (&30.into(), &"gzip".into()),
        "{item}"
    );
    assert!(
        bundle
            .text(item["entry"].as_str().unwrap())
            .starts_with("2026-11-21 08:00"),
        "{item}"
    );
}
