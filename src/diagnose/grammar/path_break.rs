//! Lines that end inside a path: a newline in a file name can forge the lines that follow.
use std::sync::LazyLock;

use memchr::memmem::Finder;

/// A path in a line: how the line begins, and what is before and behind the path.
pub(in crate::diagnose) struct PathField {
    begin: &'static [u8],
    key: &'static [u8],
    pub(in crate::diagnose) rest: &'static [u8],
}

static PATH_FIELDS: [PathField; 4] = [
    PathField {
        begin: b"FASP Session St",
        key: b" source=",
        rest: b" dest=",
    },
    PathField {
        begin: b"FASP Session St",
        key: b" dest=",
        rest: b" local=",
    },
    PathField {
        begin: b"FASP Transfer St",
        key: b" file=\"",
        rest: b"\" size=",
    },
    PathField {
        begin: b"Cannot stat source path ",
        key: b"",
        rest: b" (rc=",
    },
];

/// The searches for one path.
struct Searches {
    key: Finder<'static>,
    rest: Finder<'static>,
    path: &'static PathField,
}

/// All searches: paths of the same line share the search for its beginning.
static SEARCHES: LazyLock<Vec<(Finder<'static>, Vec<Searches>)>> = LazyLock::new(|| {
    let of = |path: &'static PathField| Searches {
        key: Finder::new(path.key),
        rest: Finder::new(path.rest),
        path,
    };
    let same = PATH_FIELDS.chunk_by(|a, b| a.begin == b.begin);
    let with = |rows: &'static [PathField]| {
        let begin = Finder::new(rows.first()?.begin);
        Some((begin, rows.iter().map(of).collect()))
    };
    same.filter_map(with).collect()
});

/// The path inside which a line ends, if it does.
pub(in crate::diagnose) fn broken_in(line: &[u8]) -> Option<&'static PathField> {
    let head = line.get(..400).unwrap_or(line);
    SEARCHES.iter().find_map(|(begin, rows)| {
        let tail = line.get(begin.find(head)?..)?;
        rows.iter().find_map(|row| {
            let behind = tail.get(row.key.find(tail)?..)?;
            row.rest.find(behind).is_none().then_some(row.path)
        })
    })
}

/// True for the text of a line that contains a path.
pub(in crate::diagnose) fn contains_path(text: &str) -> bool {
    let begins = |path: &PathField| text.as_bytes().starts_with(path.begin);
    PATH_FIELDS.iter().any(begins)
}

/// True for a line whose path ends, and only once.
pub(in crate::diagnose) fn is_whole(line: &[u8], path: &PathField) -> bool {
    let find = memchr::memmem::find;
    let behind = find(line, path.begin)
        .and_then(|at| line.get(at..))
        .and_then(|tail| tail.get(find(tail, path.key)?..));
    behind.is_some_and(|tail| memchr::memmem::find_iter(tail, path.rest).count() == 1)
}
