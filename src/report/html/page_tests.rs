//! The page as a whole: its parts, evidence that looks like markup, its size, and its content security policy.
use super::*;
use crate::diagnose::Diagnosis;
use crate::report::kit_tests::{diagnosis, entries, facts, quotes};
use crate::report::wanted;

/// The page of a case with `text` in every place that takes text of the evidence.
fn page(many: u64, text: &str) -> String {
    let (diagnosis, entries) = (diagnosis(many, text), entries(many as usize, text));
    let settings = serde_json::json!({
        "token_settings": [{ "label": text, "reads": text }],
        "login_settings": [text, 7, null],
        "recent_changes": [{ "created_at": text, "field": [text], "previous_value": { "a": text } }],
        "at": text,
    });
    let facts = facts(&diagnosis, &entries, text);
    html(&ReportData {
        facts: &facts,
        quotes: &quotes(text),
        settings: Some(&settings),
    })
}

fn tags(page: &str) -> Vec<&str> {
    let body = page.split_once("</style>").map_or(page, |p| p.1);
    let pieces = body.split('<').skip(1);
    pieces.filter_map(|p| p.split('>').next()).collect()
}

#[test]
fn every_part_of_a_case_is_on_the_page() {
    let page = page(3, "could not validate the bearer token");
    for part in [
        "case TS012345678",
        "id=\"verdict\"",
        "All 3 transfers failed.",
        "<h4>What to do</h4>",
        "<dt>Administrator</dt>",
        "<mark>▶ <b>60</b> could not validate the bearer token</mark>",
        "<i> … 7 bytes more</i>",
        "<p>It is known that could not",
        "request <samp>req-5c1d</samp>",
        "<rect class=\"bar failed\"",
        "734 MB",
        "93.2 Mbit/s",
        "0.31 %",
        "class=\"token\"",
        "class=\"p-wait\"",
        "Sessions and tokens",
        "withheld",
        "By rule (1)",
    ] {
        assert!(page.contains(part), "{part} is missing");
    }
    assert!(!page.contains("{{"), "a slot is empty");
    assert!(!page.contains("<script"), "there are no scripts");
}

#[test]
fn evidence_never_becomes_markup() {
    let calm = page(3, "calm");
    for hostile in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</pre></main></style><svg onload=alert(1)>",
        "{{style}} {{findings}}",
        "<!--",
        "]]>&lt;b&gt;",
        "\u{202e}\u{0}\u{1b}]0;x\u{7}",
    ] {
        let page = page(3, hostile);
        assert_eq!(tags(&page), tags(&calm), "{hostile:?}");
        assert!(!page.contains('\u{202e}') && !page.contains('\u{0}'));
    }
}

#[test]
fn the_page_of_a_very_large_case_is_small() {
    let long = format!("{} ", "long".repeat(40));
    let page = page(20_000, &long);
    assert!(page.len() < 1_500_000, "{} bytes", page.len());
    for part in [
        "see diagnosis.json",
        "see timeline.ndjson",
        "see manifest.json",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn the_page_of_an_empty_case_says_so() {
    let diagnosis = Diagnosis::default();
    assert!(wanted(&diagnosis).is_empty());
    let mut facts = facts(&diagnosis, &[], "");
    (
        facts.case,
        facts.problem,
        facts.package_id,
        facts.package_name,
    ) = (None, None, None, None);
    let page = html(&ReportData {
        facts: &facts,
        quotes: &Quotes::default(),
        settings: None,
    });
    for part in [
        "This evidence shows no transfer and no failure.",
        "Nothing that this program knows as a failure",
        "No log and no network trace tells a time",
        "no network trace of the browser",
        "were not read",
        "Nothing that was asked for is missing",
        "No Aspera log was found on this machine",
        "Nothing had to be redacted",
    ] {
        assert!(page.contains(part), "{part} is missing");
    }
}

#[test]
fn the_content_policy_allows_only_the_style_sheet() {
    let page = page(1, "x");
    let style = page
        .split_once("<style>")
        .unwrap()
        .1
        .split_once("</style>")
        .unwrap()
        .0;
    assert!(!style.contains(['<', '\r']) && !style.contains("url(") && !style.contains("@import"));
    let hash = data_encoding::BASE64.encode(&Sha256::digest(style.as_bytes()));
    let policy = format!(
        "content=\"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\""
    );
    assert!(page.contains(&policy));
    assert!(
        !tags(&page)
            .iter()
            .any(|tag| tag.contains(" style=") || tag.contains(" on"))
    );
}

#[test]
fn each_slot_of_the_template_is_known() {
    let diagnosis = diagnosis(1, "x");
    let facts = facts(&diagnosis, &[], "x");
    let page = ReportData {
        facts: &facts,
        quotes: &Quotes::default(),
        settings: None,
    };
    let names = TEMPLATE
        .split("{{")
        .skip(1)
        .filter_map(|s| s.split("}}").next());
    for name in names {
        assert!(!slot(name, &page, "s").is_empty(), "{name}");
    }
}

#[test]
fn redaction_changes_nothing_in_the_page() {
    use crate::redact::{Level, Redactor, Rules, Tally};
    let rules = std::sync::Arc::new(Rules::builtin().unwrap());
    let names = crate::pseudonym::Pseudonyms::new(&crate::pseudonym::Key::new([5; 32]));
    let redactor = Redactor::new(rules, names, Level::Strict);
    for text in [
        "could not read",
        "the line says ~user.abcdefghijkl~ & <more>",
    ] {
        let page = page(3, text);
        let out = redactor.page(&page, &mut Tally::default());
        let out = String::from_utf8(out.into_bytes()).unwrap();
        for (ours, redacted) in page.lines().zip(out.lines()) {
            assert_eq!(redacted, ours);
        }
    }
}
