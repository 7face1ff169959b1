//! Lines that broke off inside a path: a newline in somebody's file name can fake the lines that follow.
use std::sync::LazyLock;

use memchr::memmem::Finder;

/// A line that names a path: how it begins, what stands before the path, what behind it.
pub(in crate::diagnose) struct InPath {
    begin: &'static [u8],
    key: &'static [u8],
    pub(in crate::diagnose) rest: &'static [u8],
}

static IN_PATH: [InPath; 4] = [
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

/// Searches of the words of a row.
struct Searches {
    key: Finder<'static>,
    rest: Finder<'static>,
    path: &'static InPath,
}

/// All searches, made once: rows that begin alike share the one for that.
static SEARCHES: LazyLock<Vec<(Finder<'static>, Vec<Searches>)>> = LazyLock::new(|| {
    let of = |path: &'static InPath| Searches {
        key: Finder::new(path.key),
        rest: Finder::new(path.rest),
        path,
    };
    let same = IN_PATH.chunk_by(|a, b| a.begin == b.begin);
    let with = |rows: &'static [InPath]| {
        let begin = Finder::new(rows.first()?.begin);
        Some((begin, rows.iter().map(of).collect()))
    };
    same.filter_map(with).collect()
});

/// The path inside which a line broke off, if it did.
pub(in crate::diagnose) fn torn(line: &[u8]) -> Option<&'static InPath> {
    let head = line.get(..400).unwrap_or(line);
    SEARCHES.iter().find_map(|(begin, rows)| {
        let tail = line.get(begin.find(head)?..)?;
        rows.iter().find_map(|row| {
            let behind = tail.get(row.key.find(tail)?..)?;
            row.rest.find(behind).is_none().then_some(row.path)
        })
    })
}

/// True for the text of a line that may break off so.
pub(in crate::diagnose) fn names_path(text: &str) -> bool {
    let begins = |path: &InPath| text.as_bytes().starts_with(path.begin);
    IN_PATH.iter().any(begins)
}

/// True for a line that is one of its own: the path in it ends, and only once.
pub(in crate::diagnose) fn is_whole(line: &[u8], path: &InPath) -> bool {
    let find = memchr::memmem::find;
    let behind = find(line, path.begin)
        .and_then(|at| line.get(at..))
        .and_then(|tail| tail.get(find(tail, path.key)?..));
    behind.is_some_and(|tail| memchr::memmem::find_iter(tail, path.rest).count() == 1)
}
