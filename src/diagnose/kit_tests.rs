//! What the tests of the diagnosis share: abbreviated evidence, and the way from raw text to a diagnosis.
use std::fmt::Write;
use std::sync::{Arc, LazyLock};

use jiff::tz::TimeZone;

use super::*;
use crate::pseudonym::{Key, Pseudonyms};
use crate::redact::{Dialect, Level, Redactor, Rules, Tally};
use crate::text::{BlockReader, CutAt, Decoded, Limits};

pub(super) const CLIENT: &str = "logs/client/connect/aspera-scp-transfer.log";
pub(super) const SERVER: &str = "logs/server/hsts/aspera-scp-transfer.log";
pub(super) const APP: &str = "logs/client/connect/aspera-connect.log";
pub(super) const UUID: &str = "a96721e8-ade1-42cd-93c3-1a2eb4e413b3";

static REDACTOR: LazyLock<Redactor> = LazyLock::new(|| {
    let rules = Arc::new(Rules::builtin().unwrap());
    Redactor::new(rules, Pseudonyms::new(&Key::new([3; 32])), Level::Standard)
});

/// A text that this program writes, after its redaction.
pub(super) fn redacted_again(text: &str) -> String {
    let clean = REDACTOR.block(text.as_bytes(), Dialect::Made, &mut Tally::default());
    String::from_utf8_lossy(clean.as_bytes()).into_owned()
}

/// The diagnosis of entries, redacted as a run does it; both hosts are in UTC.
pub(super) fn diagnose_logs(entries: &[(&str, &str)]) -> Diagnosis {
    let zones: Vec<_> = entries
        .iter()
        .map(|(name, text)| (*name, *text, Some("UTC")))
        .collect();
    diagnose_in(&zones)
}

/// The same with the zone of each entry.
pub(super) fn diagnose_in(entries: &[(&str, &str, Option<&str>)]) -> Diagnosis {
    let mut observations = Observations::default();
    for (name, text, zone) in entries {
        let clock = Clock {
            zone: zone.map(|z| TimeZone::get(z).unwrap()),
            newest: Some("2026-11-22T06:00:00".parse().unwrap()),
        };
        observations.clock(name, clock);
        let clean = REDACTOR.block(text.as_bytes(), Dialect::Log, &mut Tally::default());
        observations.add(name, observe(&clean, 1));
    }
    conclude(observations)
}

/// The diagnosis of the bytes of a file, decoded and cut to blocks as a run does it.
pub(super) fn diagnose_bytes(name: &str, bytes: &[u8]) -> Diagnosis {
    let text = Decoded::open(bytes).unwrap();
    let mut reader = BlockReader::new(text, CutAt::Lines, Limits::default());
    let mut observations = Observations::default();
    while let Some(block) = reader.next(Vec::new()).unwrap() {
        let clean = REDACTOR.block(&block.bytes, Dialect::Log, &mut Tally::default());
        observations.add(name, observe(&clean, block.first_line));
    }
    conclude(observations)
}

/// Ids of the findings at level error.
pub(super) fn errors(diagnosis: &Diagnosis) -> Vec<&'static str> {
    let bad = diagnosis
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error);
    bad.map(|f| f.id).collect()
}

/// Ids of all findings and of the failures that are listed below them.
pub(super) fn all_ids(diagnosis: &Diagnosis) -> Vec<&'static str> {
    let folded = |f: &Finding| f.also.iter().map(|a| a.id).collect::<Vec<_>>();
    diagnosis
        .findings
        .iter()
        .flat_map(|f| std::iter::once(f.id).chain(folded(f)))
        .collect()
}

/// The transfer that the first finding is about.
pub(super) fn first_transfer(diagnosis: &Diagnosis) -> &Transfer {
    let id = diagnosis.findings[0].transfer.as_ref();
    let about = |t: &&Transfer| Some(&t.id) == id;
    diagnosis.transfers.iter().find(about).unwrap()
}

pub(super) fn session_ids(transfer: &Transfer) -> Vec<&str> {
    transfer.sessions.iter().map(|s| s.id.as_str()).collect()
}

const TAIL: &str = "source=/data/reel dest=/in source_prefix=- local=10.0.0.1:40000 peer=10.0.0.2:33001 tcp_port=33001 os=\"Linux 6\" ver=4.4.2.550 lic=6:1:1 peeros=\"Linux 6\" peerver=4.4.2.550 peerlic=10:1:1 proto_sess=20003 proto_udp=20000 proto_bwmeas=20000 proto_data=2000e";

/// Lines of one process, a second apart.
pub(super) struct Script {
    pub(super) uuid: String,
    pub(super) op: &'static str,
    pub(super) pid: u32,
    pub(super) second: u32,
    /// Hour and minute of the first line.
    pub(super) from: (u32, u32),
    pub(super) text: String,
}

impl Script {
    pub(super) fn new(op: &'static str, pid: u32) -> Self {
        Self {
            uuid: UUID.to_owned(),
            op,
            pid,
            second: 0,
            from: (21, 20),
            text: String::new(),
        }
    }

    /// One line behind the prefix of a file.
    pub(super) fn line(&mut self, line: &str) -> &mut Self {
        let (hour, minute) = self.from;
        let (minute, second) = (minute + self.second / 60, self.second % 60);
        self.second += 1;
        let line = line.replace("UUID", &self.uuid);
        let _ = writeln!(
            self.text,
            "2026-11-21 {hour:02}:{minute:02}:{second:02}.878 [{:x}-80299740] {line}",
            self.pid
        );
        self
    }

    fn session(&mut self, kind: &str, status: &str, error: &str) -> &mut Self {
        let op = self.op;
        self.line(&format!(
            "LOG FASP Session {kind} uuid=UUID op={op} status={status} {error}{TAIL}"
        ))
    }

    pub(super) fn opened(&mut self) -> &mut Self {
        self.session("Start", "started", "")
    }

    pub(super) fn done(&mut self) -> &mut Self {
        self.session("Stop", "success", "")
    }

    pub(super) fn refused(&mut self, code: &str, text: &str) -> &mut Self {
        let error = format!("errcode={code} errstr=\"{text}\" ");
        self.session("Start", "failed", &error)
            .session("Stop", "failed", &error)
    }

    pub(super) fn failed(&mut self, code: &str, text: &str) -> &mut Self {
        let error = format!("errcode={code} errstr=\"{text}\" ");
        self.session("Stop", "failed", &error)
    }

    /// One line of the short form of failures_log.toml.
    pub(super) fn short(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (code, text) = rest.split_once(' ').unwrap_or((rest, ""));
        match word {
            "OPENED" => self.opened(),
            "DONE" => self.done(),
            "REFUSED" => self.refused(code, text),
            "FAILED" => self.failed(code, text),
            _ => self.line(line),
        };
    }
}

/// The entries that a text in the short form of failures_log.toml stands for.
pub(super) fn entries(short: &str) -> Vec<(&'static str, String)> {
    let mut client = Script::new("send", 0x7410);
    let mut server = Script::new("recv", 0x7425);
    let mut app = Script::new("send", 0x4338);
    for line in short.lines() {
        if let Some(line) = line.strip_prefix("server:") {
            server.short(line);
        } else if let Some(line) = line.strip_prefix("app:") {
            app.short(line);
        } else {
            client.short(line);
        }
    }
    [(CLIENT, client), (SERVER, server), (APP, app)]
        .into_iter()
        .filter(|(_, script)| !script.text.is_empty())
        .map(|(name, script)| (name, script.text))
        .collect()
}

/// The diagnosis of a text in short form.
pub(super) fn diagnose_short(short: &str) -> Diagnosis {
    let entries = entries(short);
    let entries: Vec<(&str, &str)> = entries.iter().map(|(n, t)| (*n, t.as_str())).collect();
    diagnose_logs(&entries)
}

/// The diagnosis of logs, network traces and answers of APIs, redacted as a run does it; all hosts are in UTC.
pub(super) fn diagnose_all(
    logs: &[(&str, &str)],
    traces: &[(&str, &str)],
    answers: &[(&str, &str)],
) -> Diagnosis {
    let mut observations = Observations::default();
    let clean = |text: &str| REDACTOR.block(text.as_bytes(), Dialect::Log, &mut Tally::default());
    for (name, text) in traces {
        observations.add_har(name, observe_har(&clean(text), b"", 1));
    }
    for (name, text) in logs {
        let clock = Clock {
            zone: Some(TimeZone::UTC),
            newest: Some("2026-11-22T06:00:00".parse().unwrap()),
        };
        observations.clock(name, clock);
        observations.add(name, observe(&clean(text), 1));
    }
    for (name, text) in answers {
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        let text = serde_json::to_string_pretty(&value).unwrap();
        observations.add_api(name, observe_api(name, &clean(&text)));
    }
    conclude(observations)
}

/// The verdict, line by line.
pub(super) fn verdict(diagnosis: &Diagnosis) -> Vec<String> {
    let lines = diagnosis.verdict();
    lines.iter().map(ToString::to_string).collect()
}

/// When the servers of example requests answer, in seconds since 1970.
const ANSWERED: i64 = 1_794_938_971;

/// The HAR entry of an example request: a table as in failures_har.toml, or `METHOD url` for one that succeeded.
pub(super) fn har_entry(example: &toml::Value) -> String {
    if let Some((method, url)) = example.as_str().and_then(|e| e.split_once(' ')) {
        let mut table = toml::Table::new();
        table.insert("method".to_owned(), method.into());
        table.insert("url".to_owned(), url.into());
        table.insert("status".to_owned(), 200.into());
        return har_entry(&table.into());
    }
    let text = |key: &str| example.get(key).and_then(toml::Value::as_str);
    let number = |key: &str| example.get(key).and_then(toml::Value::as_integer);
    let mut headers = Vec::new();
    if let Some(ends) = number("ends") {
        let token = format!(
            "Bearer ~jwt.7d7z57ag5xyj.alg-RS256.exp-{}~",
            ANSWERED + ends
        );
        headers.push(serde_json::json!({ "name": "Authorization", "value": token }));
    }
    if let Some(name) = text("header") {
        headers.push(serde_json::json!({ "name": name, "value": "~x.y~" }));
    }
    serde_json::json!({
        "startedDateTime": "2026-11-17T18:09:31.120Z",
        "time": 257.6,
        "request": { "method": text("method").unwrap_or("GET"), "url": text("url"), "headers": headers },
        "response": {
            "status": number("status"),
            "_error": text("net"),
            "headers": [{ "name": "date", "value": "Tue, 17 Nov 2026 18:09:31 GMT" }],
            "content": { "mimeType": "application/json", "text": text("body") },
        },
        "timings": { "blocked": 1.23, "dns": -1, "connect": 30, "ssl": 20, "send": 0, "wait": 200, "receive": 1 },
    })
    .to_string()
}

/// A HAR file with these entries, the first one in line 2.
pub(super) fn har(entries: &[String]) -> String {
    format!(
        "{{\"log\":{{\"pages\":[],\"entries\":[\n{}\n]}}}}\n",
        entries.join(",\n")
    )
}

/// JSON as the bundle has it: one value a line.
pub(super) fn pretty(json: &str) -> String {
    let value: serde_json::Value =
        serde_json::from_str(json).unwrap_or_else(|e| panic!("{e}: {json}"));
    serde_json::to_string_pretty(&value).unwrap()
}
