//! Lines that broke off inside a path: a newline in somebody's file name can fake the lines that follow.
use std::sync::LazyLock;

use memchr::memmem::Finder;

/// A line that names a path: how it begins, what stands before the path, what behind it.
pub(super) struct InPath {
    begin: &'static [u8],
    key: &'static [u8],
    pub(super) rest: &'static [u8],
}

const IN_PATH: [InPath; 4] = [
    InPath {
        begin: b"FASP Session St",
        key: b" source=",
        rest: b" dest=",
    },
    InPath {
        begin: b"FASP Session St",
        key: b" dest=",
        rest: b" local=",
    },
    InPath {
        begin: b"FASP Transfer St",
        key: b" file=\"",
        rest: b"\" size=",
    },
    InPath {
        begin: b"Cannot stat source path ",
        key: b"",
        rest: b" (rc=",
    },
];

/// Searches of `begin`, made once.
static BEGINS: LazyLock<Vec<Finder<'static>>> =
    LazyLock::new(|| IN_PATH.iter().map(|path| Finder::new(path.begin)).collect());

/// The path inside which a line broke off, if it did.
pub(super) fn torn(line: &[u8]) -> Option<&'static InPath> {
    let find = memchr::memmem::find;
    let head = line.get(..400).unwrap_or(line);
    let begun = BEGINS.iter().zip(&IN_PATH).filter_map(|(begin, path)| {
        let at = begin.find(head)?;
        Some((path, line.get(at..)?))
    });
    begun
        .filter_map(|(path, tail)| Some((path, tail.get(find(tail, path.key)?..)?)))
        .find(|(path, tail)| find(tail, path.rest).is_none())
        .map(|(path, _)| path)
}

/// True for a line that is one of its own: the path in it ends, and only once.
pub(super) fn is_whole(line: &[u8], path: &InPath) -> bool {
    let find = memchr::memmem::find;
    let behind = find(line, path.begin)
        .and_then(|at| line.get(at..))
        .and_then(|tail| tail.get(find(tail, path.key)?..));
    behind.is_some_and(|tail| memchr::memmem::find_iter(tail, path.rest).count() == 1)
}
