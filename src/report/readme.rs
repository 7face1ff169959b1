//! `README.txt`: what the bundle is, what went wrong, and what is missing.
use std::fmt::Write;

use super::facts::Facts;

fn random_line(count: u64) -> String {
    match count {
        0 => "  Nothing that looks random was kept.".to_owned(),
        n => format!("  {n} strings look random and were kept: see `residual` in manifest.json."),
    }
}

/// The README of the bundle.
#[must_use]
pub fn readme(facts: &Facts<'_>) -> String {
    let mut case = String::new();
    for (what, value) in facts.rows() {
        let _ = writeln!(case, "  {what}: {value}");
    }
    if !case.is_empty() {
        case = format!("\nThe case\n{case}\n");
    }
    let mut findings = "What went wrong\n".to_owned();
    for line in facts.diagnosis.verdict() {
        let _ = writeln!(findings, "  {line}");
    }
    let missing = facts.missing("  - ");
    let missing = if missing.is_empty() {
        "What is missing\n  Nothing that was asked for.\n".to_owned()
    } else {
        format!("What is missing\n{missing}")
    };
    facts.fill(
        include_str!("../../templates/README.txt"),
        &[
            ("case", case),
            ("findings", findings),
            ("missing", missing),
            ("random", random_line(facts.random)),
        ],
    )
}
