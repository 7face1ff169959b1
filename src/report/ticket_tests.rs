//! The ticket of a large and of an empty case, and evidence that looks like Markdown.
use super::*;
use crate::diagnose::Diagnosis;
use crate::report::kit_tests::{diagnosis, entries, facts, quotes};

#[test]
fn the_ticket_has_what_support_asks_for() {
    let (diagnosis, entries) = (diagnosis(2, "it says | this"), entries(4, "x"));
    let ticket = ticket(
        &facts(&diagnosis, &entries, "Sending `reel` fails"),
        &quotes("the line | <b>"),
    );
    for part in [
        "# Failed Aspera on Cloud transfer\n\nSending \\`reel\\` fails\n",
        "All 2 transfers failed.",
        "| Support case | TS012345678 |",
        "| Package ID | bYA_ilq73g |",
        "| Failed transfers | 00000000-e4d6-49e8-adb5-4a32d6154f0b, 00000001-",
        "| Failed requests | req-5c1d |",
        "- 2026-11-17 14:00:00 to 2026-11-17 17:12:00 UTC, transfer",
        "- ascp at the client: 4.4.5.1646",
        "- System: Sending",
        "aspera-scp-transfer.log, line 60:\n\n    the line | <b>\n",
        "(2 times)",
        "was tried 2 times; no attempt succeeded",
        "- 1 log\n",
        "report.html",
        "## Missing\n- /var/log/x/1.log: x",
    ] {
        assert!(ticket.contains(part), "{part} is missing in\n{ticket}");
    }
}

#[test]
fn the_ticket_of_an_empty_case_says_so() {
    let diagnosis = Diagnosis::default();
    let mut facts = facts(&diagnosis, &[], "");
    (
        facts.case,
        facts.problem,
        facts.package_id,
        facts.package_name,
        facts.system,
    ) = (None, None, None, None, None);
    let ticket = ticket(&facts, &Quotes::default());
    for part in [
        "# Aspera on Cloud transfer\n",
        "Please say in a sentence",
        "| Package and user | not given |",
        "tells a time",
        "No log tells a version",
        "No line of these logs shows a failure",
        "No evidence was found",
        "Nothing that was asked for.",
    ] {
        assert!(ticket.contains(part), "{part} is missing in\n{ticket}");
    }
    assert!(!ticket.contains('{'));
}

#[test]
fn evidence_never_becomes_markdown() {
    for (raw, written) in [
        ("a|b", "a\\|b"),
        ("[x](http://y)", "\\[x\\](http://y)"),
        ("<img>", "\\<img>"),
        ("`x`", "\\`x\\`"),
        ("a\nb", "a␊b"),
        ("snake_case_id", "snake_case_id"),
    ] {
        assert_eq!(plain(raw), written);
    }
}

#[test]
fn a_placeholder_in_the_evidence_is_not_filled() {
    let diagnosis = Diagnosis::default();
    let ticket = ticket(
        &facts(&diagnosis, &[], "{version} {findings}"),
        &Quotes::default(),
    );
    assert!(ticket.contains("\n\n{version} {findings}\n\n"), "{ticket}");
}
