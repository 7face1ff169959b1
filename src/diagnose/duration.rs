//! Durations in words, for findings: `46 min 10 s`.

/// Seconds in the two largest units that are not zero; `0 s` for none and for less.
pub(super) fn in_words(seconds: i64) -> String {
    let units = [(86_400, "days"), (3600, "h"), (60, "min"), (1, "s")];
    let mut left = seconds.max(0);
    let mut words = Vec::new();
    for (size, name) in units {
        let count = left / size;
        left %= size;
        if count > 0 && words.len() < 2 {
            let name = if (count, name) == (1, "days") {
                "day"
            } else {
                name
            };
            words.push(format!("{count} {name}"));
        }
    }
    if words.is_empty() {
        return "0 s".to_owned();
    }
    words.join(" ")
}

/// Seconds in two neighboring units, zeros included, as titles of network findings have them: `50 min 0 s`.
pub(super) fn in_neighboring_units(seconds: i64) -> String {
    let seconds = seconds.max(0);
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, m, s) => format!("{m} min {s} s"),
        (h, m, _) => format!("{h} h {m} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_largest_units_are_written() {
        for (seconds, wanted) in [
            (-5, "0 s"),
            (0, "0 s"),
            (59, "59 s"),
            (2770, "46 min 10 s"),
            (3600, "1 h"),
            (90_061, "1 day 1 h"),
            (172_860, "2 days 1 min"),
        ] {
            assert_eq!(in_words(seconds), wanted);
        }
    }

    #[test]
    fn zeros_are_written_between_neighboring_units() {
        for (seconds, wanted) in [
            (-5, "0 s"),
            (59, "59 s"),
            (3000, "50 min 0 s"),
            (90_061, "25 h 1 min"),
        ] {
            assert_eq!(in_neighboring_units(seconds), wanted);
        }
    }
}
