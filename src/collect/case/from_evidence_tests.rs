//! Completion of the case from evidence: values, open questions, notes.
use super::*;

const DEMO: &[u8] = include_bytes!("../../sources/demo/evidence/aoc-session.har");

fn demo() -> CaseFacts {
    let mut facts = CaseFacts::default();
    read_har(&mut facts, DEMO, "network/a.har").unwrap();
    facts
}

fn package(id: &str, name: &str) -> (String, Candidate) {
    let candidate = Candidate {
        id: Some(id.to_owned()),
        name: Some(name.to_owned()),
        used: true,
        count: 1,
        ..Candidate::default()
    };
    (id.to_owned(), candidate)
}

fn two() -> CaseFacts {
    CaseFacts {
        packages: [package("a1", "One thing"), package("b2", "Two things")].into(),
        ..CaseFacts::default()
    }
}

fn filled(mut case: Case, facts: CaseFacts, ask: Option<Asking<'_>>) -> Case {
    complete(&mut case, facts, CaseFacts::default(), ask);
    case
}

#[test]
fn a_trace_fills_the_case() {
    let case = filled(Case::default(), demo(), None);
    assert_eq!(case.package.id.as_deref(), Some("bQx7dLm2wA"));
    assert_eq!(case.package.name.as_deref(), Some("Reel 4 colour pass"));
    assert_eq!(case.user.id.as_deref(), Some("70512"));
    assert_eq!(case.user.name.as_deref(), Some("Dana Whitfield"));
    assert_eq!(
        case.email.as_deref(),
        Some("dana.whitfield@northlight.example")
    );
    assert_eq!(case.org.as_deref(), Some("northlight-example"));
    assert!(case.notes.is_empty(), "{:?}", case.notes);
    assert!(
        case.kept_values()
            .contains(&"dana.whitfield@northlight.example".to_owned())
    );
}

#[test]
fn what_the_user_gave_stays_and_a_contradiction_is_noted() {
    let mut given = Case {
        org: Some("other".to_owned()),
        ..Case::default()
    };
    given.package.id = Some("zz9".to_owned());
    given.user.name = Some("somebody@else.example".to_owned());
    let case = filled(given, demo(), None);
    assert_eq!(case.package.id.as_deref(), Some("zz9"));
    assert_eq!(case.package.name, None);
    assert_eq!((case.user.id, case.email), (None, None));
    assert_eq!(case.org.as_deref(), Some("other"));
    assert_eq!(case.notes.len(), 3);
    assert!(case.notes[0].contains("zz9") && case.notes[0].contains("bQx7dLm2wA"));
    let all = case.notes.join(" ");
    for raw in ["Dana", "northlight", "Reel"] {
        assert!(!all.contains(raw), "{all}");
    }
}

#[test]
fn what_the_user_left_out_is_completed() {
    let mut given = Case::default();
    given.package.id = Some("bQx7dLm2wA".to_owned());
    given.user.name = Some("Dana.Whitfield@northlight.example".to_owned());
    let case = filled(given, demo(), None);
    assert_eq!(case.package.name.as_deref(), Some("Reel 4 colour pass"));
    assert_eq!(case.user.id.as_deref(), Some("70512"));
    assert_eq!(
        case.user.name.as_deref(),
        Some("Dana.Whitfield@northlight.example")
    );
    assert!(case.notes.is_empty(), "{:?}", case.notes);
    let mut given = Case::default();
    given.package.name = Some("two THINGS".to_owned());
    assert_eq!(filled(given, two(), None).package.id.as_deref(), Some("b2"));
}

#[test]
fn several_packages_are_asked_for_or_left_open() {
    let open = filled(Case::default(), two(), None);
    assert_eq!((&open.package.id, &open.package.name), (&None, &None));
    assert!(open.notes[0].contains("a1, b2"), "{:?}", open.notes);
    assert!(!open.notes[0].contains("thing"), "{:?}", open.notes);
    let asked = filled(
        Case::default(),
        two(),
        Some(&|list: &[&Candidate]| list.len().checked_sub(1)),
    );
    assert_eq!(asked.package.id.as_deref(), Some("b2"));
    assert!(asked.notes.is_empty());
    let out_of_list = filled(Case::default(), two(), Some(&|_: &[&Candidate]| Some(7)));
    assert_eq!(out_of_list.package.id, None);
}

#[test]
fn logs_count_where_traces_say_nothing() {
    let mut case = Case::default();
    let logs = CaseFacts {
        packages: [package("a1", "One thing")].into(),
        ..CaseFacts::default()
    };
    complete(&mut case, CaseFacts::default(), logs.clone(), None);
    assert_eq!(case.package.id.as_deref(), Some("a1"));
    let mut case = Case::default();
    complete(&mut case, demo(), logs, None);
    assert_eq!(case.package.id.as_deref(), Some("bQx7dLm2wA"));
    assert_eq!(case.facts.packages.len(), 2);
}

#[test]
fn names_that_are_addresses_do_not_come_into_the_clear() {
    for (name, wanted) in [
        ("Reel 5", true),
        ("bob@acme.example", false),
        ("10.1.2.3", false),
        ("https://x.example/", false),
        ("ab", false),
        ("~x.y~", false),
    ] {
        assert_eq!(believable(name), wanted, "{name}");
    }
}
