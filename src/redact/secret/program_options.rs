//! Options of programs whose letters say nothing outside their own command: `asnodeadmin -p`,
//! `sshpass -p`, `redis-cli -a`. Found in shell histories, sudo's log lines and debug output.
use crate::redact::engine::replace;
use crate::redact::secret::cookie;
use std::ops::Range;

use crate::pseudonym::is_pseudonym;
use crate::redact::engine::redactor::Pass;
use crate::redact::rules::compiled::{Kind, RuleId};
use crate::redact::value::enclosing::closes_string;
use crate::redact::value::quote::Mark;

/// What the value of an option is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Secret,
    User,
    /// `user:password`, with this sign between them.
    Pair(u8),
    /// `name=value; name=value`.
    Cookies,
}

/// A program and its one-letter options that hold something.
#[derive(Debug)]
pub(in crate::redact) struct Program {
    /// Lower case, as its command is written.
    pub(in crate::redact) name: &'static str,
    options: &'static [(u8, Holds)],
    /// True if a value may stick to its letter: `mysql -psecret`.
    glued: bool,
}

/// The programs that are known.
pub(in crate::redact) const PROGRAMS: &[Program] = &[
    Program {
        name: "asnodeadmin",
        options: &[
            (b'p', Holds::Secret),
            (b'u', Holds::User),
            (b'x', Holds::User),
        ],
        glued: false,
    },
    Program {
        name: "asnodeadmin.exe",
        options: &[
            (b'p', Holds::Secret),
            (b'u', Holds::User),
            (b'x', Holds::User),
        ],
        glued: false,
    },
    Program {
        name: "sshpass",
        options: &[(b'p', Holds::Secret)],
        glued: true,
    },
    Program {
        name: "redis-cli",
        options: &[(b'a', Holds::Secret)],
        glued: false,
    },
    Program {
        name: "mysql",
        options: &[(b'p', Holds::Secret), (b'u', Holds::User)],
        glued: true,
    },
    Program {
        name: "mysqldump",
        options: &[(b'p', Holds::Secret), (b'u', Holds::User)],
        glued: true,
    },
    Program {
        name: "asuserdata",
        options: &[(b'u', Holds::User)],
        glued: false,
    },
    Program {
        name: "curl",
        options: &[(b'u', Holds::Pair(b':')), (b'b', Holds::Cookies)],
        glued: true,
    },
    Program {
        name: "smbclient",
        options: &[(b'U', Holds::Pair(b'%'))],
        glued: true,
    },
    Program {
        name: "rpcclient",
        options: &[(b'U', Holds::Pair(b'%'))],
        glued: true,
    },
    Program {
        name: "ldapsearch",
        options: &[(b'w', Holds::Secret)],
        glued: false,
    },
    Program {
        name: "ldapmodify",
        options: &[(b'w', Holds::Secret)],
        glued: false,
    },
    Program {
        name: "async",
        options: &[(b'w', Holds::Secret)],
        glued: false,
    },
    Program {
        name: "lftp",
        options: &[(b'u', Holds::Pair(b','))],
        glued: false,
    },
    Program {
        name: "sqlcmd",
        options: &[(b'P', Holds::Secret), (b'U', Holds::User)],
        glued: true,
    },
    Program {
        name: "bcp",
        options: &[(b'P', Holds::Secret), (b'U', Holds::User)],
        glued: true,
    },
    Program {
        name: "ipmitool",
        options: &[(b'P', Holds::Secret), (b'U', Holds::User)],
        glued: false,
    },
    Program {
        name: "add-generic-password",
        options: &[(b'w', Holds::Secret), (b'a', Holds::User)],
        glued: false,
    },
    Program {
        name: "add-internet-password",
        options: &[(b'w', Holds::Secret), (b'a', Holds::User)],
        glued: false,
    },
    Program {
        name: "unlock-keychain",
        options: &[(b'p', Holds::Secret)],
        glued: false,
    },
    Program {
        name: "openssl enc",
        options: &[(b'k', Holds::Secret)],
        glued: false,
    },
    Program {
        name: "ssh-keygen",
        options: &[(b'N', Holds::Secret), (b'P', Holds::Secret)],
        glued: false,
    },
    Program {
        name: "useradd",
        options: &[(b'p', Holds::Secret)],
        glued: false,
    },
    Program {
        name: "docker login",
        options: &[(b'p', Holds::Secret), (b'u', Holds::User)],
        glued: false,
    },
];

/// Longest command that is looked at.
const LONGEST: usize = 512;

/// The name of program `index` was found at `at`.
pub(in crate::redact) fn program_at(pass: &mut Pass<'_>, index: usize, at: usize) {
    let Some(program) = PROGRAMS.get(index) else {
        return;
    };
    let text = pass.text;
    if at > 0 && (text[at - 1].is_ascii_alphanumeric() || matches!(text[at - 1], b'-' | b'_')) {
        return;
    }
    let rule = pass.r.rules.id("program-options");
    let from = at + program.name.len();
    let stop = text.len().min(from + LONGEST);
    // `["sshpass","-p","x"]`: the words of a list, up to its end.
    let list = matches!(text.get(from), Some(b'"' | b'\''));
    let from = from + usize::from(list);
    let stop = stop.max(from);
    let line = &text[from..stop];
    let end = if list {
        memchr::memchr2(b'\n', b']', line)
    } else {
        memchr::memchr3(b'\n', b'|', b';', line)
    };
    let mut words = Words {
        text,
        at: from,
        stop: end.map_or(stop, |i| from + i),
        list,
    };
    while let Some(word) = words.next() {
        if !text[word.clone()].starts_with(b"-") {
            // What follows the first other word of it is another program with its own options.
            if program.name == "sshpass" {
                break;
            }
            continue;
        }
        if let Some((value, holds)) = option_value(program, &mut words, word) {
            program_value(pass, holds, value, rule);
        }
    }
}

/// What an option of a program holds.
fn program_value(pass: &mut Pass<'_>, holds: Holds, value: Range<usize>, rule: RuleId) {
    let raw = &pass.text[value.clone()];
    if raw.starts_with(b"-") || raw.starts_with(b"$") || is_pseudonym(raw) {
        return;
    }
    let password = Kind::Secret("password".to_owned());
    match holds {
        Holds::Secret => replace::replace(pass, &password, value, Mark::None, None, rule),
        Holds::User => replace::replace(pass, &Kind::User, value, Mark::None, None, rule),
        Holds::Pair(sign) => {
            if let Some(at) = memchr::memchr(sign, raw) {
                let at = value.start + at;
                replace::replace(pass, &Kind::User, value.start..at, Mark::None, None, rule);
                replace::replace(pass, &password, at + 1..value.end, Mark::None, None, rule);
            }
        }
        // A value without a sign is the name of a file.
        // The word is whole: its end is not looked for in the line.
        Holds::Cookies if raw.contains(&b'=') => cookie::cookies(pass, value, Mark::Single, rule),
        Holds::Cookies => {}
    }
}

/// The words of a command line, quotes taken off.
struct Words<'a> {
    text: &'a [u8],
    at: usize,
    stop: usize,
    /// True if commas stand between them.
    list: bool,
}

impl Words<'_> {
    fn next(&mut self) -> Option<Range<usize>> {
        while self.at < self.stop
            && (self.text[self.at].is_ascii_whitespace() || self.list && self.text[self.at] == b',')
        {
            self.at += 1;
        }
        let rest = &self.text[self.at..self.stop];
        // Inside a string of JSON the quotes of a command are escaped.
        let escapes = rest.iter().take_while(|b| **b == b'\\').count();
        if escapes > 0 && matches!(rest.get(escapes), Some(b'"')) {
            let start = self.at + escapes + 1;
            let body = &self.text[start..self.stop];
            let len = memchr::memmem::find(body, &rest[..=escapes]).unwrap_or(body.len());
            self.at = (start + len + escapes + 1).min(self.stop);
            return Some(start..start + len);
        }
        let first = *rest.first()?;
        if matches!(first, b'"' | b'\'') {
            let len = memchr::memchr(first, &rest[1..]).unwrap_or(rest.len() - 1);
            let word = self.at + 1..self.at + 1 + len;
            self.at = (word.end + 1).min(self.stop);
            return Some(word);
        }
        let len = rest
            .iter()
            .position(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'<'))
            .unwrap_or(rest.len());
        // A quote's escapes are no part of the word, and the quote that ends the string around the command
        // ends the command.
        let mut len = len;
        if rest.get(len) == Some(&b'"') {
            let ends = closes_string(self.text, self.at + len + 1);
            len -= rest[..len]
                .iter()
                .rev()
                .take_while(|b| **b == b'\\')
                .count();
            if ends {
                self.stop = self.at + len;
            }
        }
        let word = self.at..self.at + len;
        self.at = word.end + usize::from(len == 0);
        Some(word)
    }
}

/// The value of the option at `word`, glued to it or the next word.
fn option_value(
    program: &Program,
    words: &mut Words<'_>,
    word: Range<usize>,
) -> Option<(Range<usize>, Holds)> {
    let text = words.text;
    let letters = &text[word.start + 1..word.end];
    let wanted = |b: &u8| {
        let option = program.options.iter().find(|(o, _)| o == b);
        option.map(|(_, holds)| *holds)
    };
    let first = letters.first().filter(|b| b.is_ascii_alphabetic())?;
    match (wanted(first), letters.last().and_then(wanted)) {
        (Some(holds), _) if program.glued && letters.len() > 1 => {
            Some((word.start + 2..word.end, holds))
        }
        (_, Some(holds)) if letters.iter().all(u8::is_ascii_alphabetic) => {
            let quoted = matches!(text.get(word.end), Some(b'"' | b'\''));
            let asks = program.name.starts_with("mysql") && holds == Holds::Secret;
            // `-p` alone asks on the terminal: the next word is a database.
            if asks && !quoted {
                return None;
            }
            words.next().map(|value| (value, holds))
        }
        _ => None,
    }
}
