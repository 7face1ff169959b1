//! Takes in one fact after the other: which process told it, and to which session it belongs.
use super::observations::{Findings, MOST_SPECS};
use super::session::{Detail, Said, Spot};
use crate::diagnose::grammar::{Body, Http, Program};
use crate::diagnose::observe::{Fact, Observation};

impl Findings {
    pub(in crate::diagnose) fn one(&mut self, entry: u32, seen: Observation) {
        let Observation {
            line,
            stamp,
            pid,
            program,
            fact,
        } = seen;
        let spot = Spot { entry, line, stamp };
        let Some(known) = self.entries.get_mut(entry as usize) else {
            return;
        };
        if fact == Fact::Debug {
            known.debug = true;
            return;
        }
        let serves_many = match program {
            Program::Process => known.other,
            Program::Other => true,
            Program::Ascp | Program::Terminal => false,
        };
        // A terminal's copy has no process number: one file is one process.
        let writer = (known.folder, pid.unwrap_or(u32::MAX - entry));
        let writer = (!serves_many).then_some(writer);
        if let Some((_, pid)) = writer.filter(|_| stamp.is_some()) {
            self.time(pid, spot);
        }
        match fact {
            Fact::Body(body) => self.body(writer, spot, body),
            Fact::Text {
                uuid,
                warning,
                text,
            } => {
                let said = Said {
                    spot,
                    peer: text.starts_with("Server aborted session: "),
                    warning,
                    managed: false,
                    code: code_in(&text),
                    text,
                };
                self.said(writer, uuid, said);
            }
            Fact::Frame(frame) => {
                if let Some(uuid) = frame.session {
                    if let Some(spec) = frame.spec {
                        self.session(uuid).spec(spec);
                    }
                    if frame.is_error {
                        let said = Said {
                            spot,
                            peer: frame.text.starts_with("Server aborted session: "),
                            warning: false,
                            managed: true,
                            code: frame.code,
                            text: frame.text,
                        };
                        let session = self.session(uuid);
                        session.detail(None, spot, Detail::Said(said));
                    }
                }
            }
            Fact::Spec { uuid, spec } => {
                if let Some(uuid) = uuid {
                    self.session(uuid).spec(*spec);
                } else if writer.is_some() && pid.is_some() {
                    self.detail(writer, spot, Detail::Spec(spec));
                } else if self.specs.len() < MOST_SPECS {
                    self.specs.push((spot, *spec));
                }
            }
            Fact::Token(token) => self.detail(writer, spot, Detail::Token(token)),
            Fact::Debug => {}
        }
    }

    pub(in crate::diagnose) fn body(&mut self, writer: Option<(u32, u32)>, spot: Spot, body: Body) {
        match body {
            Body::Began { version, expires } => {
                if let Some(expires) = expires {
                    self.licences.insert(expires, spot);
                }
                self.begin(writer, spot.entry);
                self.detail(writer, spot, Detail::Version(version));
            }
            Body::Session(told) => {
                let uuid = told.uuid;
                self.join(writer, spot.entry, uuid);
                self.session(uuid).line(writer, spot, *told);
            }
            Body::Params {
                uuid,
                cookie,
                target,
                nodes,
            } => {
                let session = self.session(uuid);
                if session.cookie.is_empty() && cookie.len() > 1 {
                    session.cookie = cookie;
                }
                session.target = session.target.max(target);
                session.nodes = session.nodes.max(nodes);
            }
            Body::Statistics(statistics) => {
                // A session whose beginning is in no log is none that anything could be told of.
                let session = self.sessions.get_mut(&statistics.uuid);
                let mut ends = session.into_iter().flat_map(|s| &mut s.ends);
                if let Some(end) = ends.find(|e| e.writer == writer) {
                    end.statistics = Some(statistics);
                }
            }
            Body::Said {
                uuid,
                peer,
                code,
                text,
            } => {
                let said = Said {
                    spot,
                    peer: peer || text.starts_with("Server aborted session: "),
                    warning: false,
                    managed: false,
                    code,
                    text,
                };
                self.said(writer, uuid, said);
            }
            Body::Errno(number) => self.detail(writer, spot, Detail::Errno(number)),
            Body::Auth { server, token } => {
                self.detail(writer, spot, Detail::Auth { server, token });
            }
            Body::Silence { sender, seconds } => {
                self.detail(writer, spot, Detail::Silence { sender, seconds });
            }
            Body::Http(http) => {
                if let Http::Opened {
                    uuid: Some(uuid), ..
                } = &http
                {
                    self.join(writer, spot.entry, *uuid);
                }
                self.detail(writer, spot, Detail::Http(http));
            }
            Body::FilesFailed(count) => self.detail(writer, spot, Detail::FilesFailed(count)),
            Body::Capped(text) => self.detail(writer, spot, Detail::Capped(text)),
        }
    }
}

/// `code 40`, `code=40`, as Connect and the node daemon write it.
fn code_in(text: &str) -> Option<i64> {
    let rest = text.split_once("code")?.1;
    let rest = rest.strip_prefix([' ', '='])?;
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}
