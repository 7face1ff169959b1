//! Every planted value of the samples, also those that no real log of them shows, in the notations of
//! a debug log and of an `aspera.conf`: the whole job leaves none, and withholds nothing.
use crate::kit::Tree;

const CONF: &str = include_str!("../samples/notations/aspera.conf");
const LOG: &str = include_str!("../samples/notations/planted.log");

fn planted() -> impl Iterator<Item = &'static str> {
    let lists = [
        include_str!("../samples/planted.txt"),
        include_str!("../samples/planted-derived.txt"),
        include_str!("../samples/planted-identifiers.txt"),
    ];
    // The id of a file is what support works with.
    lists
        .into_iter()
        .flat_map(str::lines)
        .filter(|v| !v.is_empty() && *v != "88231")
}

#[test]
fn nothing_is_left_and_nothing_is_withheld() {
    let tree = Tree::new();
    tree.file("opt/aspera/etc/aspera.conf", CONF);
    // The folder that this aspera.conf names.
    tree.file("data/asplogs/aspera-scp-transfer.log", LOG);
    let bundle = tree.bundle(0, []);
    let leaks = bundle.leaks(planted());
    assert!(leaks.is_empty(), "{leaks:#?}");
    let (_, log) = bundle.ending("hsts/aspera-scp-transfer.log");
    assert_eq!(
        String::from_utf8_lossy(log).lines().count(),
        LOG.lines().count()
    );
    let shown = planted()
        .filter(|v| LOG.contains(v) || CONF.contains(v))
        .count();
    assert!(
        shown > 25,
        "only {shown} of the planted values stand in this evidence"
    );
}
