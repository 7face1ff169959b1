//! Random sessions in the formats of the programs: every ending, in every notation, from either end or both, by several
//! processes at once, in any order of files.
use super::kit_tests::{CLIENT, SERVER, Script, diagnose_logs, errors, verdict};
use super::*;

/// An ending: lines of the client, lines of the server, and the possible causes.
struct Ending {
    client: &'static [&'static str],
    server: &'static [&'static str],
    causes: &'static [&'static str],
}

const LOSS: &str = "LOG FASP Session Statistics [Sender] id=UUID delay=88ms rex_delay=90ms ooo_delay=0ms solicited_rex=9.12% rcvd_rex=9.12% ave_xmit_rate 93.10Mbps effective=84.11% effective_rate=78.29Mbps (detail: good_blks 1000 bl_total 1100 bl_orig 1000 bl_rex 100 dup_blks 2) (sndr ctl: sent 10 rcvd 10 lost 0 lost 0.00%) (rcvr ctl: sent 10 rcvd 10 lost 0 lost 0.00%) (rex ctl: sent 10 rcvd 10 lost 0 lost 0.00%) (progress: tx_bytes 1000000 file_bytes 1000000 tx_time 1000000) sess: 0123456789abcdef";

const ENDINGS: [Ending; 9] = [
    Ending {
        client: &[
            "OPENED",
            "LOG Sender has not received a packet for 3 seconds!",
            "DONE",
        ],
        server: &["OPENED", "DONE"],
        causes: &[],
    },
    Ending {
        client: &["OPENED", LOSS, "DONE"],
        server: &["OPENED", "DONE"],
        causes: &[],
    },
    // The server receives nothing from the client.
    Ending {
        client: &["REFUSED 11 Client unable to connect to server (check UDP port and firewall)"],
        server: &["REFUSED 12 Server unable to hear from client (check UDP port and firewall)"],
        causes: &["udp-blocked-to-server", "udp-blocked"],
    },
    // The client receives nothing from the server, but not the reverse.
    Ending {
        client: &["REFUSED 11 Client unable to connect to server (check UDP port and firewall)"],
        server: &[
            "OPENED",
            "FAILED 18 Connection lost in midst of data session",
        ],
        causes: &["udp-blocked-to-client", "udp-blocked", "connection-lost"],
    },
    Ending {
        client: &[
            "OPENED",
            "LOG Sender has not received a packet for 60 seconds!",
            "FAILED 36 Session data transfer timeout",
        ],
        server: &[
            "OPENED",
            "LOG Receiver has not received a packet for 60 seconds!",
            "FAILED 36 Session data transfer timeout",
        ],
        causes: &[
            "session-data-timeout",
            "data-lost-to-receiver",
            "answers-lost-to-sender",
            "udp-blocked-data",
            "udp-blocked-feedback",
        ],
    },
    Ending {
        client: &[
            "OPENED",
            "ERR Failed to receive Close Session, Timeout (errno=110) timeout:120, rsize:0",
            "ERR Session shutdown failed",
            "FAILED 27 Other Session error",
        ],
        server: &[
            "OPENED",
            "ERR Session shutdown failed",
            "FAILED 27 Other Session error",
        ],
        causes: &["session-shutdown-failed"],
    },
    Ending {
        client: &[
            "OPENED",
            "ERR FASP Session Peer Error id=UUID (error 52, No space left on disk)",
            "FAILED 19 Peer aborted session",
        ],
        server: &[
            "OPENED",
            "ERR FASP Session Error id=UUID (error 52, No space left on disk)",
            "FAILED 52 No space left on disk",
        ],
        causes: &["disk-full"],
    },
    Ending {
        client: &[
            "ERR FASP Session Peer Error id=UUID (error 73, Could not validate bearer token (access_key='x'), Error: Bearer token has expired.  Expired at '2026-11-21 01:13:05'.  Current time is '2026-11-21 01:59:15'.)",
            "REFUSED 73 Management authorization refused",
        ],
        server: &["REFUSED 73 Management authorization refused"],
        causes: &["token-expired", "authorization-refused"],
    },
    Ending {
        client: &[
            "OPENED",
            "FAILED 18 Connection lost in midst of data session",
        ],
        server: &[
            "OPENED",
            "FAILED 18 Connection lost in midst of data session",
        ],
        causes: &["connection-lost"],
    },
];

/// A reproducible stream of pseudo-random numbers.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

/// The lines of one end in the notation of a number.
fn written(lines: &[&str], server: bool, number: u32, notation: usize) -> Vec<String> {
    let (op, pid) = if server {
        ("recv", 0x8000)
    } else {
        ("send", 0x7000)
    };
    let pid = pid + number;
    let mut script = Script::new(op, pid);
    script.uuid = format!("a96721e8-ade1-42cd-93c3-1a2eb4e5{number:04x}");
    script.from = (1 + number / 2 % 20, 7 * number % 50);
    for line in lines {
        script.short(line);
    }
    let own = format!("/data/reel{number}");
    let text = script.text.replace("/data/reel", &own);
    let turned = |line: &str| {
        let (stamp, rest) = line.split_at(23);
        let behind = rest.split_once("] ").unwrap().1;
        let (day, time) = stamp.split_once(' ').unwrap();
        match notation {
            0 => line.to_owned(),
            1 => format!("Nov 21 {} host1 ascp[{pid}]: {behind}", &time[..8]),
            2 => format!("<148>1 {day}T{time}+00:00 host1 ascp {pid} - - {behind}"),
            _ => format!("{day}T{time}+00:00 host1 ascp[{pid}]: {behind}"),
        }
    };
    text.lines().map(turned).collect()
}

/// Lines of several processes, each in its own order.
fn interleaved(
    mut writers: Vec<std::collections::VecDeque<String>>,
    chance: &mut Chance,
) -> String {
    let mut out = String::new();
    while !writers.is_empty() {
        let at = chance.below(writers.len());
        match writers[at].pop_front() {
            Some(line) => out.extend([line.as_str(), "\n"]),
            None => {
                writers.swap_remove(at);
            }
        }
    }
    out
}

#[test]
fn every_ending_has_its_cause_in_every_notation() {
    for seed in 0..24 {
        let mut chance = Chance(seed);
        let notation = chance.below(4);
        let (mut client, mut server) = (Vec::new(), Vec::new());
        let mut wanted = Vec::new();
        for number in 0..12_u32 {
            let ending = &ENDINGS[chance.below(ENDINGS.len())];
            let sides = chance.below(3);
            if sides != 1 {
                client.push(written(ending.client, false, number, notation).into());
            }
            if sides != 0 {
                server.push(written(ending.server, true, number, notation).into());
            }
            wanted.push((number, ending.causes));
        }
        let client = interleaved(client, &mut chance);
        let server = interleaved(server, &mut chance);
        let mut entries = vec![(CLIENT, client.as_str()), (SERVER, server.as_str())];
        if chance.below(2) == 1 {
            entries.reverse();
        }
        let shown = diagnose_logs(&entries);
        let mut failed = 0;
        for (number, causes) in &wanted {
            let id = format!("a96721e8-ade1-42cd-93c3-1a2eb4e5{number:04x}");
            let about =
                |f: &&Finding| f.transfer.as_ref() == Some(&id) && f.severity == Severity::Error;
            let found: Vec<&str> = shown.findings.iter().filter(about).map(|f| f.id).collect();
            if causes.is_empty() {
                assert!(found.is_empty(), "{seed}: {id}: {found:?}");
            } else {
                failed += 1;
                assert_eq!(found.len(), 1, "{seed}: {id}: {found:?} for {causes:?}");
                assert!(
                    causes.contains(&found[0]),
                    "{seed}: {id}: {found:?} for {causes:?}"
                );
            }
        }
        assert_eq!(errors(&shown).len(), failed, "{seed}");
        assert_eq!(shown.counts.transfers, 12, "{seed}");
        assert_eq!(
            usize::try_from(shown.counts.failed).unwrap(),
            failed,
            "{seed}"
        );
    }
}

#[test]
fn cut_and_shuffled_lines_give_no_panic_and_no_failure_of_a_successful_session() {
    let fine: Vec<&Ending> = ENDINGS.iter().filter(|e| e.causes.is_empty()).collect();
    for seed in 0..40 {
        let mut chance = Chance(seed);
        let notation = chance.below(4);
        let mut lines = Vec::new();
        for number in 0..6 {
            let ending = fine[chance.below(fine.len())];
            lines.extend(written(ending.client, false, number, notation));
        }
        for _ in 0..lines.len() {
            let (a, b) = (chance.below(lines.len()), chance.below(lines.len()));
            lines.swap(a, b);
            let at = chance.below(lines.len());
            if chance.below(3) == 0 {
                let cut = chance.below(lines[at].len() + 1);
                lines[at].truncate(cut);
            }
        }
        let text = lines.join("\n");
        let shown = diagnose_logs(&[(CLIENT, &text)]);
        assert!(
            errors(&shown).is_empty(),
            "{seed}: {:?}\n{text}",
            errors(&shown)
        );
        assert!(verdict(&shown).len() <= 10);
    }
}
