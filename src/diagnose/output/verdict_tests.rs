//! What a person reads first.
use crate::diagnose::Diagnosis;
use crate::diagnose::kit_tests::{CLIENT, Script, diagnose_logs, diagnose_short, verdict};

#[test]
fn the_verdict_says_how_it_ended_why_and_what_to_do() {
    let shown = diagnose_short("OPENED\nFAILED 52 No space left on disk\n");
    let lines = verdict(&shown);
    assert_eq!(lines[0], "The transfer failed.");
    assert!(
        lines[1].starts_with("Why: ") && lines[1].ends_with('.'),
        "{lines:#?}"
    );
    assert!(lines[3].starts_with("What to do: "), "{lines:#?}");
    assert_eq!(
        verdict(&diagnose_short("OPENED\nDONE\n")),
        ["The transfer succeeded."]
    );
    assert_eq!(
        verdict(&Diagnosis::default()),
        ["This evidence shows no transfer and no failure."]
    );
    assert_eq!(
        verdict(&diagnose_short("OPENED\n"))[0],
        "1 transfer: the logs do not show the end."
    );
}

#[test]
fn many_failures_of_one_kind_are_one_line_and_there_are_never_more_than_ten() {
    let mut log = String::new();
    let causes = [
        ("52", "No space left on disk"),
        ("36", "Session data transfer timeout"),
        ("40", "Operation not permitted by license"),
        ("39", "License expired"),
        ("59", "Disk read failed"),
        ("87", "File decryption error, bad passphrase"),
        ("89", "SSH authentication failed"),
        ("111", "Network down"),
    ];
    for (number, (code, text)) in causes.iter().chain(&causes[..3]).enumerate() {
        let mut script = Script::new("send", 100 + u32::try_from(number).unwrap());
        script.uuid = format!("a96721e8-ade1-42cd-93c3-1a2eb4e4{number:04x}");
        script.from = (1 + 2 * u32::try_from(number).unwrap() % 22, 20);
        script.opened().failed(code, text);
        log.push_str(
            &script
                .text
                .replace("/data/reel", &format!("/data/reel{number}")),
        );
    }
    let shown = diagnose_logs(&[(CLIENT, &log)]);
    let lines = verdict(&shown);
    assert_eq!(lines[0], "All 11 transfers failed.");
    assert!(lines.len() <= 10, "{lines:#?}");
    assert!(lines.iter().any(|l| l.contains("(2 times)")), "{lines:#?}");
    assert!(lines.iter().all(|l| !l.contains('\n') && !l.is_empty()));
    let json = shown.json();
    assert_eq!(json["counts"]["failed"], 11);
    assert_eq!(json["verdict"].as_array().unwrap().len(), lines.len());
    assert_eq!(json["transfers"].as_array().unwrap().len(), 11);
    assert!(json.get("events").is_none() && json.get("network").is_none());
}
