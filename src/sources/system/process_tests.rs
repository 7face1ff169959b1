//! Real processes, some of them badly behaved.
use super::*;

#[expect(
    clippy::unwrap_used,
    reason = "without a shell there is nothing to test"
)]
fn sh_with(script: &str, limits: &Limits<'_>) -> Run {
    let vars = [("PATH".into(), "/usr/bin:/bin".into())];
    let args = ["-c".to_owned(), script.to_owned()];
    run(Path::new("/bin/sh"), &args, &vars, limits).unwrap()
}

fn sh(script: &str, time_ms: u64) -> Run {
    let limits = Limits {
        time: Duration::from_millis(time_ms),
        ..Limits::default()
    };
    sh_with(script, &limits)
}

/// A process that is there and not a zombie.
fn runs(pid: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat.contains(") Z ") && !stat.contains(") X "))
}

/// Orphans are reaped by another process, a moment later.
fn is_gone(pid: &str) -> bool {
    (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        !runs(pid)
    })
}

#[test]
fn output_and_errors_come_in_the_order_in_which_they_were_written() {
    let run = sh("echo one; echo two >&2; echo three; exit 3", 5000);
    assert_eq!(run.output, b"one\ntwo\nthree\n");
    assert_eq!(run.exit, Some(3));
    assert!(!run.timed_out);
    assert_eq!(run.dropped, 0);
}

#[test]
fn only_the_given_variables_are_seen() {
    let run = sh("env", 5000);
    let text = String::from_utf8(run.output).unwrap();
    assert!(text.contains("PATH=/usr/bin:/bin"));
    assert!(!text.contains("CARGO"), "{text}");
}

#[test]
fn a_program_that_asks_finds_no_input() {
    let run = sh("read answer; echo \"got:$answer\"", 5000);
    assert_eq!(run.output, b"got:\n");
}

#[test]
fn the_whole_group_ends_at_the_time_limit() {
    let start = Instant::now();
    let run = sh("sleep 60 & echo $!; sleep 60 & echo $!; wait", 300);
    assert!(run.timed_out);
    assert_eq!(run.exit, None);
    assert!(start.elapsed() < Duration::from_secs(5));
    let text = String::from_utf8(run.output).unwrap();
    assert_eq!(text.lines().count(), 2);
    assert!(text.lines().all(is_gone), "left behind: {text}");
}

#[test]
fn a_program_that_ignores_the_polite_signal_ends_too() {
    let start = Instant::now();
    let run = sh("trap '' TERM; echo $$; while :; do sleep 1; done", 200);
    assert!(run.timed_out);
    assert!(
        start.elapsed() >= POLITE,
        "it had its time to end by itself"
    );
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(is_gone(String::from_utf8(run.output).unwrap().trim()));
}

#[test]
fn a_program_that_ends_politely_may_say_so() {
    let run = sh("trap 'echo ended; exit 0' TERM; sleep 60 & wait", 200);
    assert!(run.timed_out);
    assert_eq!(run.output, b"ended\n");
}

#[test]
fn children_that_hold_the_output_open_do_not_hold_us() {
    let start = Instant::now();
    let run = sh("sleep 60 & echo $!; exit 0", 10_000);
    assert!(!run.timed_out);
    assert_eq!(run.exit, Some(0));
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(is_gone(String::from_utf8(run.output).unwrap().trim()));
}

#[test]
fn children_that_closed_the_output_end_as_well() {
    let run = sh("sleep 60 >/dev/null 2>&1 & echo $!", 10_000);
    assert_eq!(run.exit, Some(0));
    assert!(is_gone(String::from_utf8(run.output).unwrap().trim()));
}

#[test]
fn a_program_that_closes_its_output_is_waited_for() {
    let run = sh("exec >&- 2>&-; sleep 0.3; exit 7", 10_000);
    assert_eq!(run.exit, Some(7));
    assert!(run.output.is_empty());
    assert!(run.duration >= Duration::from_millis(250));
}

#[test]
fn a_chatty_child_of_an_ended_program_is_bounded_by_the_limit() {
    let start = Instant::now();
    let run = sh("yes & exit 0", 600);
    assert_eq!(run.exit, Some(0));
    assert!(run.dropped > 0 || !run.output.is_empty());
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn the_first_bytes_of_a_flood_are_kept_and_the_rest_counted() {
    let limits = Limits {
        output: 1 << 20,
        time: Duration::from_secs(30),
        stop: None,
    };
    let run = sh_with("head -c 10000000 /dev/zero; echo end", &limits);
    assert_eq!(run.exit, Some(0));
    assert_eq!(run.output.len(), 1 << 20);
    assert_eq!(run.dropped, 10_000_004 - (1 << 20));
}

#[test]
fn the_stop_flag_ends_a_run() {
    let stop = AtomicBool::new(false);
    let limits = Limits {
        stop: Some(&stop),
        ..Limits::default()
    };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(100));
            stop.store(true, Ordering::Relaxed);
        });
        let run = sh_with("sleep 60", &limits);
        assert!(run.timed_out);
        assert!(run.duration < Duration::from_secs(5));
    });
}

#[test]
fn a_program_that_is_not_there_is_an_error_and_not_a_run() {
    let nowhere = Path::new("/nonexistent/ascp");
    let error = run(nowhere, &[], &[], &Limits::default()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
}
