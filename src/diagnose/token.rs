//! What redaction keeps of a token in its pseudonym: kind, id, and when it expires.
use jiff::Timestamp;

/// A token, from its pseudonym.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFact {
    /// The pseudonym, without its tildes: the same for the same token.
    pub id: String,
    /// True for a bearer token of a node, false for a JWT.
    pub node: bool,
    /// When it expires.
    pub ends: Timestamp,
}

/// The first token in a text whose expiry is known: `~jwt.ID.….exp-…~` or `~nodetoken.ID.exp-…~`.
pub(super) fn find(text: &str) -> Option<TokenFact> {
    [("~jwt.", false), ("~nodetoken.", true)]
        .into_iter()
        .find_map(|(head, node)| {
            let at = text.find(head)? + 1;
            let rest = text.get(at..)?;
            let own = rest.get(..rest.find('~')?)?;
            let id: Vec<&str> = own.split('.').take(2).collect();
            Some(TokenFact {
                ends: expiry(own)?,
                id: id.join("."),
                node,
            })
        })
}

/// When a token expires, by the part `.exp-` of its pseudonym (seconds since 1970).
pub(super) fn expiry(pseudonym: &str) -> Option<Timestamp> {
    let rest = pseudonym.split_once(".exp-")?.1;
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    Timestamp::from_second(rest.get(..end)?.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expiry_of_a_token_is_read_from_its_pseudonym() {
        let seen = |t: &str| find(t).map(|t| (t.id.clone(), t.node, t.ends.as_second()));
        assert_eq!(
            seen("Bearer ~jwt.7d7z57ag5xyj.alg-RS256.iat-1794931511.exp-1794935111~"),
            Some(("jwt.7d7z57ag5xyj".to_owned(), false, 1_794_935_111))
        );
        assert_eq!(
            seen("x~nodetoken.tp46oi7cf5v2.exp-1794935585.scope-user~y"),
            Some(("nodetoken.tp46oi7cf5v2".to_owned(), true, 1_794_935_585))
        );
        for none in [
            "",
            "Bearer ~token.atm2.tbpmddmz4t4j~",
            "~jwt.7d7z57ag5xyj.alg-RS256~",
            "~jwt.x.exp-soon~",
            "~jwt.x.exp-1794935111",
            "~jwt.x.exp-99999999999999999~",
        ] {
            assert_eq!(seen(none), None, "{none}");
        }
    }
}
