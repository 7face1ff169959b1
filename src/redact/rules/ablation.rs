//! The rule table in parts, each of which can be taken out: the check that none of them is idle.
use super::compiled::{RuleError, Rules, TABLE};
use super::rows::{RawAllow, RawTable};

impl Rules {
    /// The parts of the built-in table: a row (`password`), a name of a row (`password/pwd`), or a
    /// list of what stays (`allow.users`).
    ///
    /// # Errors
    /// [`RuleError`] if the table is not sound; the tests hold it to be.
    pub fn parts() -> Result<Vec<String>, RuleError> {
        let mut raw: RawTable = toml::from_str(TABLE)?;
        let mut parts = Vec::new();
        for row in &raw.field {
            parts.push(row.id.clone());
            let names = row.names.iter().chain(&row.ends).chain(&row.lists);
            parts.extend(names.map(|name| format!("{}/{name}", row.id)));
        }
        parts.extend(raw.shape.into_iter().map(|row| row.id));
        parts.extend(raw.walker.into_iter().map(|row| row.id));
        parts.extend(lists(&mut raw.allow).map(|(list, _)| format!("allow.{list}")));
        Ok(parts)
    }

    /// The built-in table without one of its [`Rules::parts`]: what only that part finds stays in clear.
    ///
    /// # Errors
    /// [`RuleError`] if the table is not sound; the tests hold it to be.
    pub fn builtin_without(part: &str) -> Result<Self, RuleError> {
        let mut raw: RawTable = toml::from_str(TABLE)?;
        if let Some((row, name)) = part.split_once('/') {
            for field in raw.field.iter_mut().filter(|f| f.id == row) {
                field.names.retain(|n| n != name);
                field.ends.retain(|n| n != name);
                field.lists.retain(|n| n != name);
            }
        } else if let Some(list) = part.strip_prefix("allow.") {
            for (_, words) in lists(&mut raw.allow).filter(|(name, _)| *name == list) {
                words.clear();
            }
        } else {
            raw.field.retain(|row| row.id != part);
            raw.shape.retain(|row| row.id != part);
            raw.walker.retain(|row| row.id != part);
        }
        Self::from_table(raw)
    }
}

fn lists(allow: &mut RawAllow) -> impl Iterator<Item = (&'static str, &mut Vec<String>)> {
    [
        ("users", &mut allow.users),
        ("not_users", &mut allow.not_users),
        ("empty_values", &mut allow.empty_values),
        ("prose_values", &mut allow.prose_values),
        ("placeholders", &mut allow.placeholders),
        ("masks", &mut allow.masks),
        ("complaint_verbs", &mut allow.complaint_verbs),
        ("complaints", &mut allow.complaints),
        ("hosts", &mut allow.hosts),
        ("not_hosts", &mut allow.not_hosts),
        ("issuers", &mut allow.issuers),
        ("folders", &mut allow.folders),
        ("version_words", &mut allow.version_words),
    ]
    .into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_taken_out_is_gone_and_the_rest_stands() {
        let parts = Rules::parts().unwrap();
        assert!(parts.len() > 200, "{}", parts.len());
        let whole = Rules::builtin().unwrap();
        let less = Rules::builtin_without("password/pwd").unwrap();
        assert_eq!(whole.names.len(), less.names.len() + 1);
        assert_eq!(whole.fields.len(), less.fields.len());
        let less = Rules::builtin_without("jwt").unwrap();
        assert_eq!(less.id("jwt"), crate::redact::rules::compiled::RuleId::OFF);
        assert!(
            Rules::builtin_without("allow.users")
                .unwrap()
                .allow
                .users
                .is_empty()
        );
    }
}
