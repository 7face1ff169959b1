//! Runs one program to its end or to its time limit, whichever comes first, and takes what it
//! prints. Nothing it started is left behind: its whole process group ends with it.
use std::ffi::OsString;
use std::io::{self, PipeReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

/// How long a group may take to end by itself after it was asked to.
const POLITE: Duration = Duration::from_millis(500);
/// How long children may keep the output open after the program itself has ended.
const LINGER: Duration = Duration::from_millis(250);
/// How often the end of the program and the stop flag are looked at.
const TICK: Duration = Duration::from_millis(10);

/// What a run may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'a> {
    /// Longest run; the process group ends at it.
    pub time: Duration,
    /// Most bytes of output that are kept (the first ones).
    pub output: usize,
    /// Ends the run early once it is true (the person interrupted, or the deadline is near).
    pub stop: Option<&'a AtomicBool>,
}

impl Default for Limits<'_> {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(15),
            output: 4 << 20,
            stop: None,
        }
    }
}

/// What a program did. The output is raw evidence.
#[derive(Clone, Debug)]
pub struct Run {
    /// Exit code; `None` where a signal ended it.
    pub exit: Option<i32>,
    /// True where the time limit or the stop flag ended it.
    pub timed_out: bool,
    /// Bytes of output beyond the limit, which were dropped.
    pub dropped: u64,
    /// Standard output and standard error in the order in which they were written.
    pub output: Vec<u8>,
    /// From start to end.
    pub duration: Duration,
}

/// Runs `program` with `args` and only the variables in `vars`, with no input.
///
/// # Errors
/// The program could not be started (missing, no right, out of processes or files).
pub fn run(
    program: &Path,
    args: &[String],
    vars: &[(OsString, OsString)],
    limits: &Limits<'_>,
) -> io::Result<Run> {
    let start = Instant::now();
    // One pipe for both streams keeps errors beside the lines they belong to.
    let (reader, writer) = io::pipe()?;
    let mut command = Command::new(program);
    command
        .args(args)
        .env_clear()
        .envs(vars.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer);
    group::lead(&mut command);
    let mut child = command.spawn()?;
    // The command holds our copies of the pipe's writing end: without this no end would be seen.
    drop(command);

    let mut take = Take::start(reader, limits.output);
    let in_time = wait(&mut child, &mut take, start, limits);
    if in_time {
        // What it printed last may still be in the pipe; its children may still hold the pipe open.
        take.drain(start + limits.time.max(LINGER));
    } else {
        group::ask_to_end(&child);
        let until = Instant::now() + POLITE;
        while Instant::now() < until && !(take.finished && group::has_ended(&mut child)) {
            take.pump(TICK);
        }
    }
    // Always, also after an orderly end: what it left running in its group ends with it.
    let status = group::end(&mut child)?;
    take.drain(Instant::now() + POLITE);
    Ok(Run {
        exit: status.code(),
        timed_out: !in_time,
        dropped: take.dropped,
        output: take.output,
        duration: start.elapsed(),
    })
}

/// Takes output until the program has ended (true) or its time is over (false).
fn wait(child: &mut Child, take: &mut Take, start: Instant, limits: &Limits<'_>) -> bool {
    loop {
        if group::has_ended(child) {
            return true;
        }
        let stopped = limits.stop.is_some_and(|stop| stop.load(Ordering::Relaxed));
        if stopped || start.elapsed() >= limits.time {
            return false;
        }
        take.pump(TICK);
    }
}

/// The output so far, and the thread that reads it.
struct Take {
    blocks: Receiver<Vec<u8>>,
    output: Vec<u8>,
    limit: usize,
    dropped: u64,
    finished: bool,
    heard: Instant,
}

impl Take {
    fn start(reader: PipeReader, limit: usize) -> Self {
        // Bounded: a program that prints without end is slowed to our pace.
        let (send, blocks) = sync_channel(16);
        std::thread::spawn(move || read_blocks(reader, &send));
        Self {
            blocks,
            output: Vec::new(),
            limit,
            dropped: 0,
            finished: false,
            heard: Instant::now(),
        }
    }

    /// Takes what is left, until the end of the pipe, until nothing came for a while, or `until`.
    fn drain(&mut self, until: Instant) {
        self.heard = Instant::now();
        while !self.finished && Instant::now() < until && self.heard.elapsed() < LINGER {
            self.pump(TICK);
        }
    }

    /// Takes what is there, waiting at most `wait` where nothing is.
    fn pump(&mut self, wait: Duration) {
        if self.finished {
            std::thread::sleep(wait);
            return;
        }
        match self.blocks.recv_timeout(wait) {
            Ok(block) => {
                let room = self.limit.saturating_sub(self.output.len());
                let kept = block.get(..room).unwrap_or(&block);
                self.output.extend_from_slice(kept);
                self.heard = Instant::now();
                self.dropped += (block.len() - kept.len()) as u64;
            }
            Err(RecvTimeoutError::Disconnected) => self.finished = true,
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// Reads until the end of the pipe, or until nobody listens any more.
fn read_blocks(mut reader: PipeReader, send: &SyncSender<Vec<u8>>) {
    let mut buffer = vec![0; 64 << 10];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return,
            Ok(n) => {
                let block = buffer.get(..n).unwrap_or_default().to_vec();
                if send.send(block).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

#[cfg(unix)]
mod group {
    //! A process group per program: signals reach everything it started.
    use super::{Child, Command, ExitStatus, io};
    use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
    use std::os::unix::process::CommandExt;

    pub(super) fn lead(command: &mut Command) {
        command.process_group(0);
    }

    fn id(child: &Child) -> Option<Pid> {
        i32::try_from(child.id()).ok().and_then(Pid::from_raw)
    }

    /// True once the program has ended. It is not reaped yet, so that its number, which is that of
    /// the group, cannot be given to somebody else before the group is ended.
    pub(super) fn has_ended(child: &mut Child) -> bool {
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        id(child).is_none_or(|pid| !matches!(waitid(WaitId::Pid(pid), look), Ok(None)))
    }

    pub(super) fn ask_to_end(child: &Child) {
        if let Some(pid) = id(child) {
            // An error here means that the group is gone already.
            let _ = kill_process_group(pid, Signal::TERM);
        }
    }

    pub(super) fn end(child: &mut Child) -> io::Result<ExitStatus> {
        if let Some(pid) = id(child) {
            let _ = kill_process_group(pid, Signal::KILL);
        }
        child.wait()
    }
}

#[cfg(not(unix))]
mod group {
    //! Windows has no groups that outlive their leader: `taskkill` ends the tree while it stands.
    use super::{Child, Command, ExitStatus, Stdio, io};

    pub(super) fn lead(_command: &mut Command) {}

    pub(super) fn has_ended(child: &mut Child) -> bool {
        !matches!(child.try_wait(), Ok(None))
    }

    pub(super) fn ask_to_end(child: &Child) {
        let _ = Command::new("taskkill.exe")
            .args(["/T", "/F", "/PID", &child.id().to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }

    pub(super) fn end(child: &mut Child) -> io::Result<ExitStatus> {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        ask_to_end(child);
        let _ = child.kill();
        child.wait()
    }
}

#[cfg(all(test, unix))]
#[path = "process_tests.rs"]
mod tests;
