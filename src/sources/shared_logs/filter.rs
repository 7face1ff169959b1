//! Which lines of a log of the whole system may be taken: those of Aspera's programs, what the system
//! says about them, and the SSH server's about the users and addresses of transfers. Everything else
//! in such a log is other people's business and stays where it is.
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{self, BufRead};
use std::net::IpAddr;

use super::programs::{is_aspera, kernel_names_aspera, launchd_names_aspera, systemd_names_aspera};
use super::sshd;
use super::sshd::Said;
use super::syslog::{Entry, Line, dissect};
use crate::text::LineRule;

/// Sessions of the SSH server that are remembered; the oldest is forgotten first.
const SESSIONS: usize = 4096;
/// How far the number of a session's child may lie above that of its parent.
const CHILD_REACH: u32 = 64;
/// Logins that are remembered while a log is read for the first time.
const LOGINS: usize = 50_000;
/// Bytes of a line that are looked at in the first pass; the rest is read over.
const SHOWN: usize = 64 << 10;

/// Who takes part in transfers: login names on this host, and addresses of the other ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parties {
    /// Login names under which transfers run.
    pub users: BTreeSet<String>,
    /// Addresses from which they came, or to which they went.
    pub peers: BTreeSet<IpAddr>,
}

/// Finds out who takes part in transfers: a first pass over shared logs. The SSH server writes about
/// a login before ascp writes about the transfer, so one pass would know too late.
#[derive(Debug, Default)]
pub struct Learner {
    parties: Parties,
    logins: BTreeMap<Vec<u8>, BTreeSet<IpAddr>>,
    count: usize,
}

impl Learner {
    /// Starts with users that are known already (from `aspera.conf`, node users, accounts).
    pub fn new(users: impl IntoIterator<Item = String>) -> Self {
        let mut learner = Self::default();
        learner.parties.users.extend(users);
        learner
    }

    /// Reads one log; several may follow each other, in any order.
    ///
    /// # Errors
    /// Those of the reader; what was learned before stays.
    pub fn read(&mut self, mut log: impl BufRead) -> io::Result<()> {
        let mut line = Vec::new();
        while next_line(&mut log, &mut line)? {
            self.line(&line);
        }
        Ok(())
    }

    /// Reads one line without its end.
    pub fn line(&mut self, line: &[u8]) {
        let Line::Entry(entry) = dissect(line) else {
            return;
        };
        if is_aspera(entry.program) {
            let users =
                users_in(entry.message).map(|user| String::from_utf8_lossy(user).into_owned());
            self.parties.users.extend(users);
            self.parties.peers.extend(peer_in(entry.message));
        } else if sshd::is_sshd(entry.program) {
            self.login(&sshd::read(entry.message));
        }
    }

    fn login(&mut self, said: &Said<'_>) {
        let Some(address) = said.address else { return };
        if said.by_ascp {
            self.parties.peers.insert(address);
        }
        if let Some(user) = said.user
            && self.count < LOGINS
        {
            let addresses = self.logins.entry(user.to_vec()).or_default();
            self.count += usize::from(addresses.insert(address));
        }
    }

    /// What was learned: all users, and the addresses of transfers and of those users' logins.
    #[must_use]
    pub fn finish(self) -> Parties {
        let mut parties = self.parties;
        for (user, addresses) in self.logins {
            if std::str::from_utf8(&user).is_ok_and(|user| parties.users.contains(user)) {
                parties.peers.extend(addresses);
            }
        }
        parties
    }
}

/// The users of transfers that a log names by itself.
///
/// # Errors
/// Those of the reader.
pub fn transfer_users(log: impl BufRead) -> io::Result<BTreeSet<String>> {
    let mut learner = Learner::default();
    learner.read(log)?;
    Ok(learner.finish().users)
}

/// Reads the next line into `line`, without its end and at most [`SHOWN`] bytes of it.
fn next_line(log: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let mut any = false;
    loop {
        let buffer = match log.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if buffer.is_empty() {
            return Ok(any);
        }
        any = true;
        let end = memchr::memchr(b'\n', buffer);
        let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or(buffer);
        let room = SHOWN.saturating_sub(line.len());
        line.extend_from_slice(part.get(..room).unwrap_or(part));
        let used = end.map_or(buffer.len(), |at| at + 1);
        log.consume(used);
        if end.is_some() {
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            return Ok(true);
        }
    }
}

/// The login names in a line of ascp: `user="x"`, and the end of the line about its configuration.
fn users_in(message: &[u8]) -> impl Iterator<Item = &[u8]> {
    let quoted = memchr::memmem::find(message, b" user=\"").and_then(|at| {
        let rest = message.get(at + 7..)?;
        rest.get(..memchr::memchr(b'"', rest)?)
    });
    let about = memchr::memmem::find(message, b" configuration file ").is_some();
    let at_end = about
        .then(|| memchr::memmem::rfind(message, b", user "))
        .flatten();
    let at_end = at_end
        .and_then(|at| message.get(at + 7..))
        .map(<[u8]>::trim_ascii_end);
    let is_login = |user: &&[u8]| !matches!(*user, b"" | b"-") && !user.contains(&b' ');
    quoted.into_iter().chain(at_end).filter(is_login)
}

/// The address of the other end: `peer=10.77.0.21:38760`, `peer=[fd77::21]:38760`, `peer=fd77::21:38760`.
fn peer_in(message: &[u8]) -> Option<IpAddr> {
    let rest = message.get(memchr::memmem::find(message, b" peer=")? + 6..)?;
    let end = memchr::memchr(b' ', rest).unwrap_or(rest.len());
    let text = std::str::from_utf8(rest.get(..end)?).ok()?;
    let (host, _port) = text.rsplit_once(':')?;
    let address: IpAddr = host.trim_matches(['[', ']']).parse().ok()?;
    (!address.is_unspecified()).then_some(address)
}

/// What is known about one process of the SSH server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Session {
    Transfer,
    Foreign,
}

/// The rule for a log of the whole system. Lines come in the order of the log.
#[derive(Debug)]
pub struct SharedLogRule {
    parties: Parties,
    sessions: BTreeMap<u32, Session>,
    order: VecDeque<u32>,
    last: bool,
}

impl SharedLogRule {
    /// A rule that knows who takes part in transfers. Without users, no login is kept.
    #[must_use]
    pub fn new(parties: Parties) -> Self {
        Self {
            parties,
            sessions: BTreeMap::new(),
            order: VecDeque::new(),
            last: false,
        }
    }

    fn keeps(&mut self, entry: &Entry<'_>) -> bool {
        let program = entry.program;
        if is_aspera(program) {
            return true;
        }
        if sshd::is_sshd(program) {
            return self.keeps_login(entry.pid, &sshd::read(entry.message));
        }
        match program {
            b"kernel" | b"systemd-coredump" | b"abrt-hook-ccpp" | b"abrtd" => {
                kernel_names_aspera(entry.message)
            }
            b"systemd" => systemd_names_aspera(entry.message),
            b"launchd" | b"com.apple.xpc.launchd" | b"com.apple.launchd" => {
                launchd_names_aspera(entry.message)
            }
            _ => false,
        }
    }

    fn keeps_login(&mut self, pid: Option<u32>, said: &Said<'_>) -> bool {
        if let Some(user) = said.user {
            let ours =
                std::str::from_utf8(user).is_ok_and(|user| self.parties.users.contains(user));
            let session = if ours {
                Session::Transfer
            } else {
                Session::Foreign
            };
            self.remember(pid, session);
            return ours;
        }
        let known = pid.and_then(|pid| self.sessions.get(&pid).copied());
        if let Some(child) = said.child {
            if let Some(known) = known {
                self.remember(Some(child), known);
            }
            return known == Some(Session::Transfer);
        }
        if said.by_ascp {
            self.remember(pid, Session::Transfer);
        }
        if said.server || said.by_ascp {
            return true;
        }
        match (known, said.address) {
            (Some(known), _) => known == Session::Transfer,
            (None, Some(address)) => self.parties.peers.contains(&address),
            (None, None) => self.parent(pid) == Some(Session::Transfer),
        }
    }

    /// The session of the nearest process before this one: the server splits each login into two
    /// processes that are started one after the other, and only one of them names the user.
    fn parent(&self, pid: Option<u32>) -> Option<Session> {
        let pid = pid?;
        let near = pid.saturating_sub(CHILD_REACH)..pid;
        self.sessions
            .range(near)
            .next_back()
            .map(|(_, &session)| session)
    }

    fn remember(&mut self, pid: Option<u32>, session: Session) {
        let Some(pid) = pid else { return };
        if self.sessions.insert(pid, session).is_none() {
            self.order.push_back(pid);
        }
        if self.order.len() > SESSIONS
            && let Some(oldest) = self.order.pop_front()
        {
            self.sessions.remove(&oldest);
        }
    }
}

impl LineRule for SharedLogRule {
    fn keep(&mut self, line: &[u8]) -> bool {
        match dissect(line) {
            Line::Entry(entry) => self.last = self.keeps(&entry),
            Line::Other => self.last = false,
            Line::Continued => {}
        }
        self.last
    }
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
