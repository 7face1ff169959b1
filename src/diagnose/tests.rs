//! Failed sessions are found with their lines, successful ones are not.
use super::*;
use crate::redact::tests_support::redacted;

const FAILED: &str = "2026-11-21 21:23:33.561 [a0e-4ab3c740] ERR FASP Session Peer Error id=66981d43-f6c8-41c4-a367-8be8f4d179e5 (error 40, Server has only a client license)
2026-11-21 21:23:33.561 [a0e-4a1cf6c0] LOG something else
2026-11-21 21:23:33.562 [a0e-4a1cf6c0] LOG FASP Session Stop uuid=66981d43-f6c8-41c4-a367-8be8f4d179e5 op=send status=failed errcode=40 errstr=\"Operation not permitted by license\" source=x
";

#[test]
fn a_failed_session_is_one_finding_with_its_lines() {
    let mut findings = Findings::default();
    findings.add("logs/a.log", observe(&redacted(FAILED.as_bytes()), 11));
    let found = findings.finish().findings;
    assert_eq!(found.len(), 1);
    assert!(
        found[0]
            .title
            .contains("Operation not permitted by license (code 40)"),
        "{}",
        found[0].title
    );
    assert_eq!(found[0].cause, "Server has only a client license");
    let lines: Vec<u64> = found[0].evidence.iter().map(|e| e.line).collect();
    assert_eq!(lines, [11, 13]);
}

#[test]
fn success_and_sentences_are_no_findings() {
    let text = "LOG FASP Session Stop uuid=66981d43-f6c8-41c4-a367-8be8f4d179e5 op=send status=success errcode=0\nLOG FASP Session Params uuid=x status=failed\nthe FASP Session Stop failed\n";
    assert!(observe(&redacted(text.as_bytes()), 1).is_empty());
}

#[test]
fn an_entry_that_does_not_come_takes_its_evidence_along() {
    let mut findings = Findings::default();
    findings.add("logs/a.log", observe(&redacted(FAILED.as_bytes()), 1));
    findings.add("logs/b.log", observe(&redacted(FAILED.as_bytes()), 1));
    findings.forget("logs/a.log");
    let found = findings.finish().findings;
    assert!(found[0].evidence.iter().all(|e| e.entry == "logs/b.log"));
    let mut findings = Findings::default();
    findings.add("logs/a.log", observe(&redacted(FAILED.as_bytes()), 1));
    findings.forget("logs/a.log");
    assert!(findings.finish().findings.is_empty());
}
