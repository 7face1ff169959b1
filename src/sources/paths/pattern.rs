//! Native paths and patterns over them, as pure text: splitting a path the way its own system
//! does, and matching it folder by folder. It never looks at a disk.
use super::catalogue::Os;
use super::rotation;

/// A path cut into its parts: `C:\Users\ann` has the drive `C` and the parts `Users`, `ann`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NativePath {
    /// Upper-case drive letter, on Windows.
    pub drive: Option<char>,
    /// True where the path starts at a root: `/x`, `C:\x`, `\x`.
    pub absolute: bool,
    /// Folder and file names from the root down; `.` is gone, `..` is kept.
    pub parts: Vec<String>,
}

impl NativePath {
    /// Cuts a path as the system `os` would.
    #[must_use]
    pub fn parse(os: Os, path: &str) -> Self {
        let mut rest = path;
        let mut drive = None;
        if os == Os::Windows {
            // `\\?\C:\x` is the long form of `C:\x`.
            rest = rest.strip_prefix(r"\\?\").unwrap_or(rest);
            let mut letters = rest.chars();
            if let (Some(letter), Some(':')) = (letters.next(), letters.next())
                && letter.is_ascii_alphabetic()
            {
                drive = Some(letter.to_ascii_uppercase());
                rest = letters.as_str();
            }
        }
        let cuts: &[char] = if os == Os::Windows {
            &['\\', '/']
        } else {
            &['/']
        };
        Self {
            drive,
            absolute: rest.starts_with(cuts),
            parts: rest
                .split(cuts)
                .filter(|part| !part.is_empty() && *part != ".")
                .map(str::to_owned)
                .collect(),
        }
    }

    /// Spells the path as the system `os` would.
    #[must_use]
    pub fn spell(&self, os: Os) -> String {
        let mut text = String::new();
        if let Some(drive) = self.drive {
            text.push(drive);
            text.push(':');
        }
        let cut = os.separator();
        for (at, part) in self.parts.iter().enumerate() {
            if at > 0 || self.absolute {
                text.push(cut);
            }
            text.push_str(part);
        }
        if self.parts.is_empty() && self.absolute {
            text.push(cut);
        }
        text
    }

    /// The last name, or an empty text for a root.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.parts.last().map_or("", String::as_str)
    }
}

/// One folder or file name of a pattern.
#[derive(Clone, Debug)]
pub enum Part {
    /// Exactly this name.
    Literal(String),
    /// A pattern with `*`, `?` or `[…]` inside one name.
    Wild(glob::Pattern),
    /// `**`: any number of folders, none included.
    AnyDepth,
}

impl Part {
    /// True where the name fits; `rotated` also accepts rotated and compressed siblings.
    #[must_use]
    pub fn fits(&self, os: Os, name: &str, rotated: bool) -> bool {
        if self.fits_exactly(os, name) {
            return !(rotated && rotation::is_leftover(name));
        }
        rotated
            && rotation::base_names(name)
                .iter()
                .any(|base| self.fits_exactly(os, base))
    }

    fn fits_exactly(&self, os: Os, name: &str) -> bool {
        match self {
            Self::Literal(text) if os.ignores_case() => text.to_lowercase() == name.to_lowercase(),
            Self::Literal(text) => text == name,
            Self::Wild(pattern) => pattern.matches_with(
                name,
                glob::MatchOptions {
                    case_sensitive: !os.ignores_case(),
                    require_literal_separator: true,
                    require_literal_leading_dot: false,
                },
            ),
            Self::AnyDepth => true,
        }
    }

    /// True where the pattern ends openly (`*`, `async*`), so that folders among its matches are
    /// no surprise.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self {
            Self::Literal(_) => false,
            Self::Wild(pattern) => pattern.as_str().ends_with('*'),
            Self::AnyDepth => true,
        }
    }

    /// How many characters of a name the part fixes: the higher, the more specific.
    #[must_use]
    pub fn weight(&self) -> usize {
        match self {
            // Nothing is more specific than a name written out.
            Self::Literal(text) => 1000 + text.len(),
            Self::Wild(pattern) => pattern
                .as_str()
                .chars()
                .filter(|letter| !matches!(letter, '*' | '?' | '[' | ']'))
                .count(),
            Self::AnyDepth => 0,
        }
    }
}

/// A pattern over whole native paths.
#[derive(Clone, Debug)]
pub struct PathPattern {
    /// The system whose rules hold (separators, upper and lower case).
    pub os: Os,
    /// Upper-case drive letter, on Windows.
    pub drive: Option<char>,
    /// From the root down to the file name.
    pub parts: Vec<Part>,
}

impl PathPattern {
    /// Reads a native pattern.
    ///
    /// # Errors
    /// A part that is not a valid wildcard pattern.
    pub fn parse(os: Os, text: &str) -> Result<Self, glob::PatternError> {
        let path = NativePath::parse(os, text);
        let part = |name: String| {
            Ok(if name == "**" {
                Part::AnyDepth
            } else if has_wildcard(&name) {
                Part::Wild(glob::Pattern::new(&name)?)
            } else {
                Part::Literal(name)
            })
        };
        Ok(Self {
            os,
            drive: path.drive,
            parts: path.parts.into_iter().map(part).collect::<Result<_, _>>()?,
        })
    }

    /// True where the whole native path fits; `rotated` also accepts rotated siblings.
    #[must_use]
    pub fn fits(&self, native: &str, rotated: bool) -> bool {
        let path = NativePath::parse(self.os, native);
        path.drive == self.drive && fits_from(self.os, &self.parts, &path.parts, rotated)
    }

    /// How specific the pattern is: one without `**` over one with it, then a written-out name over
    /// a wildcard.
    #[must_use]
    pub fn weight(&self) -> usize {
        let last = self.parts.last().map_or(0, Part::weight);
        let any_depth = self.parts.iter().any(|part| matches!(part, Part::AnyDepth));
        last + if any_depth { 0 } else { 100_000 }
    }
}

/// True where the text has a sign that patterns give a meaning.
#[must_use]
pub fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// Undoes the escapes that `glob::Pattern::escape` writes, for a text that people read.
#[must_use]
pub fn unescape(text: &str) -> String {
    text.replace("[[]", "[")
        .replace("[]]", "]")
        .replace("[*]", "*")
        .replace("[?]", "?")
}

fn fits_from(os: Os, parts: &[Part], names: &[String], rotated: bool) -> bool {
    match (parts, names) {
        ([], []) => true,
        ([Part::AnyDepth, tail @ ..], _) => {
            (0..=names.len()).any(|skip| fits_from(os, tail, &names[skip..], rotated))
        }
        ([part, tail @ ..], [name, below @ ..]) => {
            let last = tail.is_empty();
            part.fits(os, name, rotated && last) && fits_from(os, tail, below, rotated)
        }
        _ => false,
    }
}

#[cfg(test)]
#[path = "pattern_tests.rs"]
mod tests;
