//! Cuts long texts of the evidence, never inside a pseudonym (`~kind.id~`): half of one would look like a secret.

/// The text, or its first `most` characters and `…`.
pub(super) fn shorten(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else {
        return text.to_owned();
    };
    let mut out = text.get(..end).unwrap_or_default().to_owned();
    if out.matches('~').count() % 2 == 1 {
        out.truncate(out.rfind('~').unwrap_or(0));
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_is_kept_whole_or_not_at_all() {
        for (text, most, wanted) in [
            ("short", 5, "short"),
            ("longer", 4, "long…"),
            ("by ~user.abc~ now", 6, "by …"),
            ("by ~user.abc~ now", 14, "by ~user.abc~ …"),
            ("größer", 3, "grö…"),
        ] {
            assert_eq!(shorten(text, most), wanted);
        }
    }
}
