//! What stands in place of a value and is longer than a word: an answer about a value that was refused, the path
//! that tokens come from, placeholders of usage texts.

/// True for `is too short (minimum is 8 characters)`, `/api/v1/oauth2/token`, `YOUR_PASSWORD`, `VALUE`.
pub(super) fn stand_in(value: &[u8]) -> bool {
    if value.len() > 96 {
        return false;
    }
    let low = value.to_ascii_lowercase();
    value == b"VALUE"
        || WORDS.contains(&low.as_slice())
        || refusal(&low)
        || endpoint(value)
        || yours(&low)
        || starred(&low)
}

const WORDS: &[&[u8]] = &[b"as_null", b"nan", b"system.security.securestring", b"deny"];

/// How an API begins what it says of a value that it refused.
const REFUSALS: &[&[u8]] = &[
    b"is too short",
    b"is too long",
    b"is invalid",
    b"is not valid",
    b"is required",
    b"is missing",
    b"must include ",
    b"must contain ",
    b"must be at least ",
    b"can't be blank",
    b"cannot be blank",
    b"has expired",
    b"has already been ",
    b"doesn't match ",
];

fn refusal(low: &[u8]) -> bool {
    let word = |w: &[u8]| {
        w.iter().all(u8::is_ascii_lowercase) || w.len() < 4 && w.iter().all(u8::is_ascii_digit)
    };
    REFUSALS.iter().any(|head| {
        low.strip_prefix(*head).is_some_and(|rest| {
            rest.split(|b| matches!(b, b' ' | b'(' | b')' | b'.' | b','))
                .all(word)
        })
    })
}

fn endpoint(value: &[u8]) -> bool {
    let Some(path) = value.strip_prefix(b"/") else {
        return false;
    };
    let part = |s: &[u8]| {
        let name = s
            .iter()
            .take_while(|b| b.is_ascii_lowercase() || **b == b'_')
            .count();
        name > 0 && s.len() - name < 3 && s.iter().skip(name).all(u8::is_ascii_digit)
    };
    path.contains(&b'/') && path.ends_with(b"token") && path.split(|b| *b == b'/').all(part)
}

fn yours(low: &[u8]) -> bool {
    let ends: [&[u8]; 7] = [
        b"password",
        b"username",
        b"token",
        b"key",
        b"secret",
        b"email",
        b"id",
    ];
    let head = low.starts_with(b"your_") || low.starts_with(b"your-");
    let plain = |b: &u8| b.is_ascii_lowercase() || matches!(b, b'_' | b'-');
    head && low.len() < 24 && low.iter().all(plain) && ends.iter().any(|end| low.ends_with(end))
}

fn starred(low: &[u8]) -> bool {
    let star = |b: &u8| matches!(b, b'*' | b' ');
    let from = low.iter().take_while(|b| star(b)).count();
    let inner = low.get(from..).unwrap_or_default();
    let word = inner.iter().take_while(|b| !star(b)).count();
    from > 0
        && inner.iter().skip(word).all(star)
        && matches!(
            inner.get(..word),
            Some(b"hidden" | b"redacted" | b"masked" | b"protected" | b"filtered")
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_value_is_told_from_one() {
        for quiet in [
            "is too short (minimum is 8 characters)",
            "can't be blank",
            "must include a digit",
            "/api/v1/oauth2/token",
            "YOUR_PASSWORD",
            "VALUE",
            "AS_NULL",
            "*** hidden ***",
        ] {
            assert!(stand_in(quiet.as_bytes()), "{quiet}");
        }
        for value in [
            "is too shortMarble-208",
            "must include Marble-208",
            "/Zk81mQpLtR29/token",
            "/token",
            "your_marble",
            "value9",
            "** Marble-208 **",
            "hidden",
            "",
        ] {
            assert!(!stand_in(value.as_bytes()), "{value}");
        }
    }
}
