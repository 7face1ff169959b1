//! Evidence inside the program, for somebody without Aspera: a made-up transfer node, the home
//! folder of a person who sends to it, and that person's network trace. All of one story:
//!
//! Dana Whitfield sends the package "Reel 4 colour pass". The first upload works. The second runs
//! for 86 minutes, longer than the node token lives, and the network drops it (error 36). Connect
//! tries again with the token that it had, and the node refuses it (error 73), twice. In the
//! browser the part that lies in the Files app cannot start either: "Unable to start node-to-node
//! transfer". The client's clock shows Los Angeles, the node's UTC; the same sessions stand in both.
//!
//! Every person, host, address and secret is made up. [`PLANTED`] and [`KEPT`] say what redaction
//! must remove and what it must leave, so that a test can prove it on the demo's own zip.
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

mod expectations;
#[cfg(test)]
mod tests;

pub use expectations::{KEPT, PLANTED};

/// One file of the evidence.
#[derive(Clone, Copy, Debug)]
pub struct DemoFile {
    /// Where it belongs, below the root of the machine, with slashes.
    pub path: &'static str,
    /// What is in it. A file whose path ends in `.gz` is given here as it is before compression.
    pub bytes: &'static [u8],
    /// Time of its last change, in seconds since 1970. Lines of syslog have no year: readers take it
    /// from here.
    pub modified: u64,
}

/// Who and what the demo's case is about: what a person would put on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoCase {
    /// Id of the package.
    pub package_id: &'static str,
    /// Name of the package.
    pub package_name: &'static str,
    /// Id of the person who sends.
    pub user_id: &'static str,
    /// Name of the person who sends.
    pub user_name: &'static str,
    /// Subdomain of the organization.
    pub org: &'static str,
    /// What the person says about the problem.
    pub problem: &'static str,
    /// The network trace, below the root of the demo's tree, with slashes.
    pub har: &'static str,
}

/// 2026-11-17 18:15:00 UTC, in seconds since 1970: the last line of the system's log.
pub const STORY_END: u64 = 1_794_939_300;
const DAY: u64 = 86_400;

/// One file of the table: its place, its evidence, and days between its last change and the end.
macro_rules! file {
    ($path:literal, $evidence:literal, $days:literal) => {
        DemoFile {
            path: $path,
            bytes: include_bytes!(concat!("evidence/", $evidence)),
            modified: STORY_END - $days * DAY,
        }
    };
}

static FILES: &[DemoFile] = &[
    file!("etc/hostname", "hostname.txt", 90),
    file!("etc/logrotate.d/aspera", "logrotate-aspera.txt", 90),
    file!("etc/os-release", "os-release.txt", 90),
    file!("etc/passwd", "passwd.txt", 90),
    file!("etc/rsyslog.d/99aspera_log.conf", "rsyslog-aspera.conf", 90),
    file!("etc/ssh/sshd_config", "sshd_config.txt", 90),
    file!("etc/timezone", "timezone.txt", 90),
    file!(
        "home/dwhitfield/.aspera/ascli/config.yaml",
        "ascli-config.yaml",
        30
    ),
    file!(
        "home/dwhitfield/.aspera/connect/var/asperaconnect.data",
        "asperaconnect.data.txt",
        0
    ),
    file!(
        "home/dwhitfield/.aspera/connect/var/log/aspera-connect.log",
        "aspera-connect.log",
        0
    ),
    file!(
        "home/dwhitfield/.aspera/connect/var/log/aspera-scp-transfer.0.log",
        "client-transfer.0.log",
        4
    ),
    file!(
        "home/dwhitfield/.aspera/connect/var/log/aspera-scp-transfer.1.log",
        "client-transfer.log",
        0
    ),
    file!(
        "home/dwhitfield/Downloads/aoc-session.har",
        "aoc-session.har",
        0
    ),
    file!("opt/aspera/etc/aejd.json", "aejd.json.txt", 60),
    file!("opt/aspera/etc/aspera-license", "aspera-license.txt", 60),
    file!("opt/aspera/etc/aspera.conf", "aspera.conf", 1),
    file!("opt/aspera/etc/conf.d/node_id.conf", "node_id.conf", 60),
    file!("opt/aspera/etc/product-info.mf", "product-info.mf", 60),
    file!("opt/aspera/etc/rootkeystore.db", "rootkeystore.txt", 60),
    file!(
        "opt/aspera/var/aspera_tokenauth_id_rsa",
        "token-key.txt",
        60
    ),
    file!(
        "opt/aspera/var/log/aspera-scp-transfer.1.log.gz",
        "server-transfer.1.log",
        7
    ),
    file!(
        "opt/aspera/var/log/aspera-scp-transfer.log",
        "server-transfer.log",
        0
    ),
    file!("opt/aspera/var/log/asperanoded.log", "asperanoded.log", 0),
    file!("var/log/messages", "messages.log", 0),
];

/// Second names of files: the log in use is a hard link into the ring of numbered ones.
const LINKS: &[(&str, &str)] = &[(
    "home/dwhitfield/.aspera/connect/var/log/aspera-scp-transfer.1.log",
    "home/dwhitfield/.aspera/connect/var/log/aspera-scp-transfer.log",
)];

/// The evidence, sorted by path.
#[must_use]
pub fn files() -> &'static [DemoFile] {
    FILES
}

/// The case that the evidence belongs to.
#[must_use]
pub fn case() -> DemoCase {
    DemoCase {
        package_id: "bQx7dLm2wA",
        package_name: "Reel 4 colour pass",
        user_id: "70512",
        user_name: "Dana Whitfield",
        org: "northlight-example",
        problem: "The second upload of the package broke off after an hour and a half, and no retry starts.",
        har: "home/dwhitfield/Downloads/aoc-session.har",
    }
}

/// Lays the evidence out below `dir`, as the node's root file system.
///
/// # Errors
/// Where a folder or file below `dir` cannot be made, written or given its time.
pub fn build(dir: &Path) -> io::Result<()> {
    for file in files() {
        let to = dir.join(file.path);
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent)?;
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "the demo's own made-up evidence goes into a temporary folder"
        )]
        let mut out = fs::File::create(&to)?;
        out.write_all(&on_disk(file)?)?;
        out.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(file.modified))?;
    }
    for (file, second) in LINKS {
        fs::hard_link(dir.join(file), dir.join(second))?;
    }
    Ok(())
}

fn on_disk(file: &DemoFile) -> io::Result<Vec<u8>> {
    if !file.path.ends_with(".gz") {
        return Ok(file.bytes.to_vec());
    }
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(file.bytes)?;
    packed.finish()
}
