//! Completes the case with what the API confirmed; these values stay in clear.
use super::from_evidence::{believable, same};
use super::support_case::Case;
use crate::sources::answers::cloud::Confirmed;

/// Completes the case; what the user gave is not replaced.
pub(in crate::collect) fn take(case: &mut Case, confirmed: Confirmed) {
    let name = |name: Option<String>| name.filter(|n| believable(n));
    if let (Some(given), Some(found)) = (&case.package.name, &confirmed.package_name)
        && !same(given, found)
    {
        case.notes.push(
            "Aspera on Cloud gives the package another name than --package-name or the evidence; the name that was known before stands in the case.".to_owned(),
        );
    }
    let own = &mut case.package;
    own.id = own.id.take().or(confirmed.package_id);
    own.name = own.name.take().or(name(confirmed.package_name));
    let own = &mut case.user;
    own.id = own.id.take().or(confirmed.user_id);
    // The user may have given the e-mail as the name.
    let is_mail = |n: &String| n.contains('@');
    own.name = match own.name.take() {
        Some(given) if is_mail(&given) => {
            case.email.get_or_insert(given.clone());
            name(confirmed.user_name).or(Some(given))
        }
        given => given.or(name(confirmed.user_name)),
    };
    case.email = case.email.take().or(confirmed.user_email.filter(is_mail));
}

/// Notes that the names did not come in time and are pseudonyms therefore.
pub(in crate::collect) fn too_late(case: &mut Case) {
    if case.package.id.is_some() && case.package.name.is_none() {
        case.notes.push(
            "Aspera on Cloud had not told the name of the package when the redaction began, so it stands as a pseudonym; run again with --package-name to have it in clear.".to_owned(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confirmed() -> Confirmed {
        Confirmed {
            package_id: Some("bYA_ilq73g".to_owned()),
            package_name: Some("Reel 12 dailies".to_owned()),
            user_id: Some("45071".to_owned()),
            user_name: Some("Ana Weber".to_owned()),
            user_email: Some("ana@x.example".to_owned()),
        }
    }

    #[test]
    fn what_is_confirmed_completes_the_case() {
        let mut case = Case::default();
        take(&mut case, confirmed());
        assert_eq!(case.package.id.as_deref(), Some("bYA_ilq73g"));
        assert_eq!(case.package.name.as_deref(), Some("Reel 12 dailies"));
        assert_eq!(case.user.name.as_deref(), Some("Ana Weber"));
        assert_eq!(case.email.as_deref(), Some("ana@x.example"));
        assert!(case.notes.is_empty());
        let kept = case.kept_values();
        assert!(kept.contains(&"Reel 12 dailies".to_owned()));
    }

    #[test]
    fn what_the_user_gave_stays_and_a_difference_is_noted() {
        let mut case = Case::default();
        case.package.name = Some("Reel 13".to_owned());
        case.user.name = Some("Ana.Weber@x.example".to_owned());
        take(&mut case, confirmed());
        assert_eq!(case.package.name.as_deref(), Some("Reel 13"));
        assert_eq!(case.notes.len(), 1);
        assert_eq!(case.user.name.as_deref(), Some("Ana Weber"));
        assert_eq!(case.email.as_deref(), Some("Ana.Weber@x.example"));
    }

    #[test]
    fn names_that_may_be_any_word_or_an_address_do_not_get_out() {
        for name in ["ab", "bob@x.example", "10.1.2.3", "https://x.example/y"] {
            let mut case = Case::default();
            let found = Confirmed {
                package_name: Some(name.to_owned()),
                user_name: Some(name.to_owned()),
                ..Confirmed::default()
            };
            take(&mut case, found);
            assert_eq!((case.package.name, case.user.name), (None, None), "{name}");
        }
    }

    #[test]
    fn names_that_come_too_late_are_noted() {
        let mut case = Case::default();
        too_late(&mut case);
        assert!(case.notes.is_empty());
        case.package.id = Some("x".to_owned());
        too_late(&mut case);
        assert_eq!(case.notes.len(), 1);
    }
}
