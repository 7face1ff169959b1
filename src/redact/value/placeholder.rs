//! What stands where a value would and is none: words of usage texts, variables, templates, and what an API answers
//! about a value that it refused.
use crate::redact::rules::compiled::{Allow, WordSet};

/// Longer ones are not looked at.
const LONGEST: usize = 96;

/// True for a word that stands for a value: `<your email>`, `YOUR_API_KEY`, `$NODE_PASS`, `%DB_PASS%`, `%(user)s`,
/// `<%= ENV['DB_PASSWORD'] %>`. The words must be such that nobody learns anything from them, since a password may
/// look like a variable.
pub(in crate::redact) fn stands_for_a_value(allow: &Allow, raw: &[u8]) -> bool {
    let words = &allow.placeholders;
    match raw {
        _ if raw.len() > LONGEST => false,
        _ if is_mask(&allow.masks, raw) => true,
        [b'<', b'%', b'=', inner @ .., b'%', b'>'] => is_environment(inner.trim_ascii()),
        [b'<', inner @ .., b'>'] => all_of(words, inner),
        [b'%', inner @ .., b'%'] => is_loud(inner) && all_of(words, inner),
        [b'%', b'(', inner @ .., b')', b's'] => all_of(words, inner),
        [b'$', inner @ ..] => is_loud(inner) && all_of(words, inner),
        // A bare `PASSWORD` may be one.
        b"VALUE" => true,
        _ => {
            let front = raw.get(..4).unwrap_or_default();
            front.eq_ignore_ascii_case(b"your")
                && matches!(raw.get(4), Some(b'_' | b'-'))
                && all_of(words, raw)
        }
    }
}

/// True for `[REDACTED]`, `<unknown>`, `*** hidden ***`.
fn is_mask(masks: &WordSet, raw: &[u8]) -> bool {
    let stars = |b: &u8| matches!(b, b'*' | b' ');
    let inner = match raw {
        [b'[', inner @ .., b']'] | [b'<', inner @ .., b'>'] | [b'(', inner @ .., b')'] => inner,
        [b'*', inner @ .., b'*'] => inner,
        _ => return false,
    };
    let from = inner.iter().take_while(|b| stars(b)).count();
    let to = inner
        .iter()
        .rposition(|b| !stars(b))
        .map_or(from, |i| i + 1);
    masks.contains(&inner[from..to].to_ascii_lowercase())
}

/// True for `${DB_PASSWORD}`, `{{ vault_password }}`, `$(cat /run/secrets/db)`, or their first word where a blank
/// ended the value: the name of a variable or a command. A password may begin like one.
pub(in crate::redact) fn is_expression(raw: &[u8]) -> bool {
    let name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    let command = |b: &u8| b.is_ascii_lowercase() || matches!(b, b'_' | b'/' | b'-');
    match raw {
        b"${{" | b"{{" => true,
        [b'{', b'{', .., b'}', b'}'] | [b'$', b'{', b'{', .., b'}', b'}'] => true,
        [b'$', b'{', inner @ ..] => {
            let len = inner.iter().take_while(|b| name(b)).count();
            len > 0
                && matches!(
                    &inner[len..],
                    b"}" | [b':', b'?' | b'-' | b'+' | b'=' | b'~', ..]
                )
        }
        [b'$', b'(', inner @ ..] => {
            let len = inner.iter().take_while(|b| command(b)).count();
            let rest = &inner[len..];
            len > 1 && (rest.is_empty() || rest.starts_with(b" ") || rest == b")")
        }
        _ => false,
    }
}

/// True for what an API says about a value in place of the value: `is too short`, `can't be blank`.
pub(in crate::redact) fn is_complaint(allow: &Allow, raw: &[u8]) -> bool {
    if raw.len() > LONGEST || !raw.contains(&b' ') {
        return false;
    }
    let lower = raw.to_ascii_lowercase();
    let (verbs, words) = (&allow.complaint_verbs, &allow.complaints);
    let mut said = lower
        .split(|b| !b.is_ascii_alphanumeric() && *b != b'\'')
        .filter(|word| !word.is_empty());
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b" .,()'-".contains(b);
    let number = |word: &[u8]| word.len() < 4 && word.iter().all(u8::is_ascii_digit);
    let verb = said.next().is_some_and(|word| verbs.contains(word));
    let mut more = 0;
    verb && lower.iter().all(plain)
        && said.all(|word| {
            more += 1;
            number(word) || words.contains(word) || verbs.contains(word)
        })
        && more > 0
}

/// `/Users/<user>/x`, `//<user>:<password>@host`: a word in angle brackets that stands for a value; the name
/// ends at `at`, and the bracket before `end`. `-p <password> -x`, `PASS=<password>;`: by what stands around it.
pub(in crate::redact) fn is_placeholder(text: &[u8], at: usize, end: usize) -> bool {
    let name = text[..at]
        .iter()
        .rev()
        .take(64)
        .take_while(|b| **b != b'<')
        .count();
    let before = (at - name).checked_sub(2).and_then(|i| text.get(i));
    let behind = &text[end..];
    // In a usage text two blanks stand before what it means.
    let set_off = behind.starts_with(b"  ")
        || behind.starts_with(b"] ")
        || matches!(behind, [b';' | b',' | b'"' | b'\'' | b')' | b'`', ..])
        || matches!(behind, [b' ', b'-' | b'<' | b'[' | b'|' | b'>', ..])
        // What Redis says.
        || behind.starts_with(b" called without ");
    matches!(before, Some(b'/' | b'\\' | b':' | b'@' | b'-'))
        || set_off && matches!(before, Some(b'=' | b' ' | b',' | b'"' | b'\''))
        || matches!(before, Some(b'=' | b' ')) && is_told_of(behind)
}

/// True for ` to the value of …` and ` https://…` behind a word in brackets: a sentence, or the next word of a command.
/// What an element holds has no blank before it.
fn is_told_of(behind: &[u8]) -> bool {
    let Some(rest) = behind.strip_prefix(b" ") else {
        return false;
    };
    let word = rest.iter().take(24).take_while(|b| b.is_ascii_lowercase());
    let word = word.count();
    word > 1 && matches!(rest.get(word), Some(b' ' | b',' | b'.')) || rest.starts_with(b"http")
}

/// `ENV['DB_PASSWORD']`, `ENV.fetch("DB_PASSWORD")`: the name of a variable, and no value in case there is none.
fn is_environment(code: &[u8]) -> bool {
    let name = code
        .strip_prefix(b"ENV[")
        .and_then(|rest| rest.strip_suffix(b"]"))
        .or_else(|| code.strip_prefix(b"ENV.fetch(")?.strip_suffix(b")"));
    let name = name.map(|name| match name {
        [b'\'', inner @ .., b'\''] | [b'"', inner @ .., b'"'] => inner,
        _ => b"",
    });
    name.is_some_and(|name| !name.is_empty() && is_loud(name))
}

/// Capitals and underscores.
fn is_loud(name: &[u8]) -> bool {
    name.iter()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_')
}

/// True if every word is one that stands for something.
fn all_of(words: &WordSet, raw: &[u8]) -> bool {
    let lower = raw.to_ascii_lowercase();
    let mut parts = lower
        .split(|b| matches!(b, b'_' | b'-' | b' ' | b'.' | b':'))
        .filter(|word| !word.is_empty())
        .peekable();
    parts.peek().is_some() && parts.all(|word| words.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::Rules;

    #[test]
    fn placeholders_and_complaints_are_told_from_what_looks_like_them() {
        let rules = Rules::builtin().unwrap_or_else(|e| panic!("{e}"));
        for none in [
            "<password>",
            "<YOUR_API_KEY>",
            "<your email>",
            "<access_key_id>",
            "YOUR_PASSWORD",
            "your-api-key",
            "$NODE_PASS",
            "%DB_PASS%",
            "%(user)s",
            "<%= ENV['DB_PASSWORD'] %>",
            "<%= ENV.fetch(\"DB_PASSWORD\") %>",
            "VALUE",
            "[REDACTED]",
            "[Filtered]",
            "(redacted)",
            "<unknown>",
            "*** hidden ***",
        ] {
            assert!(stands_for_a_value(&rules.allow, none.as_bytes()), "{none}");
        }
        for value in [
            "[Marble]",
            "[REDACTED]9",
            "*redacted",
            "()",
            "<Marble>",
            "<>",
            "<marble password>",
            "$ECRET",
            "$MARBLE_PASS",
            "$password",
            "$Pass",
            "PASSWORD",
            "password",
            "%MARBLE%",
            "%%",
            "%(marble)s",
            "your_marble",
            "YourPassword",
            "<%= ENV.fetch('DB_PASSWORD', 'Marble') %>",
            "<%= 'Marble' %>",
            "<%= ENV[''] %>",
            "",
            "$",
        ] {
            assert!(
                !stands_for_a_value(&rules.allow, value.as_bytes()),
                "{value}"
            );
        }
        for code in [
            "${DB_PASSWORD}",
            "${db.password}",
            "{{ vault_password }}",
            "{{",
            "${{ secrets.TOKEN }}",
            "$(cat",
            "$(cat /run/secrets/db)",
            "${DB_PASSWORD:?not",
        ] {
            assert!(is_expression(code.as_bytes()), "{code}");
        }
        for value in [
            "${Cobalt!",
            "$(Cobalt-9",
            "{{Cobalt",
            "${Cobalt}9",
            "$()",
            "${}",
            "$(",
        ] {
            assert!(!is_expression(value.as_bytes()), "{value}");
        }
        for said in [
            "is too short",
            "can't be blank",
            "must include a digit",
            "has already been used",
            "is too short (minimum is 8 characters)",
            "has expired",
        ] {
            assert!(is_complaint(&rules.allow, said.as_bytes()), "{said}");
        }
        for value in [
            "is marble",
            "is",
            "must-be-Marble-208",
            "has 48213",
            "correct horse battery",
            "too short",
            "is too short\u{e9}",
            "",
        ] {
            assert!(!is_complaint(&rules.allow, value.as_bytes()), "{value}");
        }
    }
}
