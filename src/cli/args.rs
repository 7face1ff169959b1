//! The command line as it is typed: parsed and checked for form, nothing looked up.
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::redact::Level;
use crate::sources::item::Role;
use crate::sources::paths::catalogue::Os;

/// Collects what IBM Support needs for a failed Aspera on Cloud transfer into one redacted zip.
#[derive(Debug, Parser)]
#[command(
    name = "aoc-bundle",
    version,
    about,
    args_conflicts_with_subcommands = true,
    max_term_width = 100
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) collect: CollectArgs,
}

/// What to do; `collect` where nothing is said.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The whole job: collect, redact, verify, write the zip
    Collect(Box<CollectArgs>),
    /// Known log paths of this system: found, missing, not readable
    Paths(PathsArgs),
    /// Only the organization's settings of tokens and logins
    Settings(SettingsArgs),
    /// Tell what went wrong from logs, network traces, folders or a bundle, and write nothing
    Diagnose(DiagnoseArgs),
    /// Check a bundle: integrity, safety, leaks
    Verify(VerifyArgs),
    /// Redact a file or standard input to standard output
    Redact(RedactArgs),
    /// Tell which rule cut what in a file or line, and why the rest stayed
    Explain(ExplainArgs),
    /// Put the real names back into text, with the map that was written beside the zip
    Reveal(RevealArgs),
    /// The whole job on built-in evidence
    Demo(DemoArgs),
}

/// Whose evidence is meant.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum RoleArg {
    /// Whatever is there
    #[default]
    Auto,
    /// The user's side
    Client,
    /// The node's side
    Server,
    /// Both sides
    Both,
}

impl RoleArg {
    /// The side; `None` for both.
    pub(super) fn role(self) -> Option<Role> {
        match self {
            Self::Auto | Self::Both => None,
            Self::Client => Some(Role::Client),
            Self::Server => Some(Role::Server),
        }
    }
}

/// How much is cut.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum LevelArg {
    /// Secrets and identifiers
    #[default]
    Standard,
    /// File and folder names of transferred content as well
    Strict,
}

impl LevelArg {
    /// The level of redaction.
    pub(super) fn level(self) -> Level {
        match self {
            Self::Standard => Level::Standard,
            Self::Strict => Level::Strict,
        }
    }
}

/// Systems whose paths are known.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum OsArg {
    /// Linux
    Linux,
    /// macOS
    Macos,
    /// Windows
    Windows,
}

impl OsArg {
    /// The system; this one where none is named.
    pub(super) fn os(arg: Option<Self>) -> Os {
        match arg {
            None => Os::current(),
            Some(Self::Linux) => Os::Linux,
            Some(Self::Macos) => Os::Macos,
            Some(Self::Windows) => Os::Windows,
        }
    }
}

/// Who the case is about.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "The case")]
pub(super) struct CaseArgs {
    /// ID of the package whose transfer failed
    #[arg(long, value_name = "ID")]
    pub(super) package_id: Option<String>,
    /// Name of the package
    #[arg(long, value_name = "NAME")]
    pub(super) package_name: Option<String>,
    /// Address of the package in the browser
    #[arg(long, value_name = "URL")]
    pub(super) package_url: Option<String>,
    /// ID of the user
    #[arg(long, value_name = "ID")]
    pub(super) user_id: Option<String>,
    /// Name or e-mail of the user
    #[arg(long, value_name = "NAME")]
    pub(super) user_name: Option<String>,
    /// Organization: its subdomain or address
    #[arg(long, value_name = "SUBDOMAIN|URL")]
    pub(super) org: Option<String>,
    /// Number of the support case, e.g. TS012345678
    #[arg(long, value_name = "NUMBER")]
    pub(super) case: Option<String>,
    /// What happened, in a sentence
    #[arg(long, value_name = "TEXT")]
    pub(super) problem: Option<String>,
}

/// Options of the redactor, shared by the commands that redact.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Redaction")]
pub(super) struct RedactionArgs {
    /// File with 32 or more random bytes (also in hexadecimal or base64), or with a passphrase of 16 or more
    /// characters: the same pseudonyms in every bundle made with it
    #[arg(long, value_name = "FILE")]
    pub(super) key_file: Option<PathBuf>,
    /// Value that stays in clear (never a secret); may be given several times
    #[arg(long, value_name = "VALUE")]
    pub(super) keep: Vec<String>,
    /// How much is cut
    #[arg(long, value_enum, default_value_t)]
    pub(super) level: LevelArg,
    /// Settings file (TOML), with rules of your own; options on the command line win
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

/// Options of the reversal map, shared by the commands that can write one.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Reversal map")]
pub(super) struct MapArgs {
    /// Also write an encrypted map from pseudonyms back to names, for `reveal`; never overwritten, and never for support
    #[arg(long, value_name = "FILE|DIR")]
    pub(super) map: Option<PathBuf>,
    /// Lock it to this public key of age (age1…) instead of a passphrase; may be given several times
    #[arg(
        long,
        value_name = "AGE1…",
        requires = "map",
        conflicts_with = "map_passphrase_file"
    )]
    pub(super) map_recipient: Vec<String>,
    /// Lock it with the passphrase in this file; else AOC_BUNDLE_MAP_PASSPHRASE counts, else the terminal is asked
    #[arg(long, value_name = "FILE", requires = "map")]
    pub(super) map_passphrase_file: Option<PathBuf>,
}

/// Where the APIs are. Credentials come from the environment, from a preset of ascli or from the terminal.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "APIs")]
pub(super) struct ApiArgs {
    /// Address of the organization, or of its API; credentials in AOC_BUNDLE_TOKEN, or in AOC_BUNDLE_CLIENT_ID,
    /// AOC_BUNDLE_PRIVATE_KEY_FILE and AOC_BUNDLE_USERNAME, else a terminal is asked
    #[arg(long, value_name = "URL")]
    pub(super) aoc_url: Option<String>,
    /// Take address and credentials from this preset of ascli; one that is found is offered on a terminal
    #[arg(long, value_name = "NAME")]
    pub(super) ascli_preset: Option<String>,
    /// Address of a transfer node, e.g. https://node.example.com:9092; credentials in AOC_BUNDLE_NODE_AUTH_FILE
    #[arg(long, value_name = "URL")]
    pub(super) node_url: Option<String>,
    /// Certificates (PEM) that are trusted beside those of the system
    #[arg(long, value_name = "FILE")]
    pub(super) ca_cert: Option<PathBuf>,
    /// Longest time for all API calls together, e.g. 30s; 15s where nothing is said
    #[arg(long, value_name = "DURATION")]
    pub(super) api_deadline: Option<String>,
}

/// Options of `settings`.
#[derive(Debug, Args)]
pub(super) struct SettingsArgs {
    /// Organization: its subdomain or address
    #[arg(long, value_name = "SUBDOMAIN|URL")]
    pub(super) org: Option<String>,
    #[command(flatten)]
    pub(super) api: ApiArgs,
    /// Settings file (TOML); options on the command line win
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// One JSON object on standard output
    #[arg(long)]
    pub(super) json: bool,
}

/// Options of `collect`.
#[derive(Debug, Default, Args)]
pub(super) struct CollectArgs {
    #[command(flatten)]
    pub(super) case: CaseArgs,
    /// HAR network trace, or a folder of them; may be given several times
    #[arg(long, value_name = "FILE|DIR", help_heading = "Evidence")]
    pub(super) har: Vec<PathBuf>,
    /// Further log: file, folder or glob; may be given several times
    #[arg(long, value_name = "FILE|DIR|GLOB", help_heading = "Evidence")]
    pub(super) log: Vec<String>,
    /// Only one side of the transfer
    #[arg(long, value_enum, default_value_t, help_heading = "Evidence")]
    pub(super) role: RoleArg,
    /// Only lines from this time on: RFC 3339, a date, or 24h, 7d
    #[arg(
        long,
        value_name = "TIME",
        help_heading = "Evidence",
        allow_hyphen_values = true
    )]
    pub(super) since: Option<String>,
    /// Only lines up to this time
    #[arg(
        long,
        value_name = "TIME",
        help_heading = "Evidence",
        allow_hyphen_values = true
    )]
    pub(super) until: Option<String>,
    /// Collect from a mounted image instead of this machine
    #[arg(long, value_name = "DIR", help_heading = "Evidence")]
    pub(super) root: Option<PathBuf>,
    /// System of the image
    #[arg(long, value_enum, help_heading = "Evidence")]
    pub(super) os: Option<OsArg>,
    /// Run no status commands
    #[arg(long, help_heading = "Evidence")]
    pub(super) no_commands: bool,
    /// Open no network connection
    #[arg(long, help_heading = "APIs")]
    pub(super) offline: bool,
    #[command(flatten)]
    pub(super) api: ApiArgs,
    #[command(flatten)]
    pub(super) redaction: RedactionArgs,
    #[command(flatten)]
    pub(super) map: MapArgs,
    /// Largest size of the zip, e.g. 500MB, 1GiB
    #[arg(long, value_name = "SIZE", help_heading = "Limits")]
    pub(super) max_size: Option<String>,
    /// Longest time for reading, e.g. 90s, 10m
    #[arg(long, value_name = "DURATION", help_heading = "Limits")]
    pub(super) deadline: Option<String>,
    /// Worker threads
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub(super) jobs: Option<usize>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
    /// Print what would be collected, and write nothing
    #[arg(long, help_heading = "Output")]
    pub(super) dry_run: bool,
}

/// Where results go and how much is told.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputArgs {
    /// The zip, or a folder for it
    #[arg(short, long, value_name = "FILE|DIR")]
    pub(super) output: Option<PathBuf>,
    /// One JSON object on standard output, nothing else there
    #[arg(long)]
    pub(super) json: bool,
    /// Only the path of the zip on standard output
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// Tell more
    #[arg(short, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
    /// Ask nothing
    #[arg(short, long)]
    pub(super) yes: bool,
}

/// Options of `paths`.
#[derive(Debug, Args)]
pub(super) struct PathsArgs {
    /// Look into a mounted image instead of this machine
    #[arg(long, value_name = "DIR")]
    pub(super) root: Option<PathBuf>,
    /// System whose paths to show
    #[arg(long, value_enum)]
    pub(super) os: Option<OsArg>,
    /// Only one side of the transfer
    #[arg(long, value_enum, default_value_t)]
    pub(super) role: RoleArg,
    /// Show missing paths too
    #[arg(short, long)]
    pub(super) all: bool,
    /// JSON on standard output
    #[arg(long)]
    pub(super) json: bool,
}

/// Options of `verify`.
#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// The bundle
    #[arg(value_name = "BUNDLE")]
    pub(super) bundle: PathBuf,
    /// Value that may stand in clear; may be given several times
    #[arg(long, value_name = "VALUE")]
    pub(super) keep: Vec<String>,
    /// Settings file (TOML): the words of its rules must not be left
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// JSON on standard output
    #[arg(long)]
    pub(super) json: bool,
    /// Say nothing; the exit code tells
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// Options of `diagnose`.
#[derive(Debug, Args)]
pub(super) struct DiagnoseArgs {
    /// Logs, network traces, folders, bundles
    #[arg(value_name = "INPUT", required = true)]
    pub(super) inputs: Vec<PathBuf>,
    /// Time zone of the hosts whose logs name none, such as Europe/Berlin; without it their times are uncertain
    #[arg(long, value_name = "ZONE")]
    pub(super) zone: Option<String>,
    #[command(flatten)]
    pub(super) redaction: RedactionArgs,
    /// JSON on standard output
    #[arg(long)]
    pub(super) json: bool,
    /// Only the verdict
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// Options of `redact`.
#[derive(Debug, Args)]
pub(super) struct RedactArgs {
    /// The file, read twice, so that what its end tells to be secret or personal is cut before as well;
    /// standard input, read once, where none is given
    #[arg(value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
    /// How to read it
    #[arg(long, value_enum, default_value_t)]
    pub(super) kind: KindArg,
    #[command(flatten)]
    pub(super) redaction: RedactionArgs,
    #[command(flatten)]
    pub(super) map: MapArgs,
}

/// Options of `reveal`.
#[derive(Debug, Args)]
pub(super) struct RevealArgs {
    /// Text with pseudonyms; standard input where none is given
    #[arg(value_name = "TEXT")]
    pub(super) text: Vec<String>,
    /// The map that was written beside the zip
    #[arg(long, value_name = "FILE")]
    pub(super) map: PathBuf,
    /// File with the secret key of age that the map was locked to
    #[arg(long, value_name = "FILE", conflicts_with = "map_passphrase_file")]
    pub(super) identity: Option<PathBuf>,
    /// File with the passphrase; else AOC_BUNDLE_MAP_PASSPHRASE counts, else the terminal is asked
    #[arg(long, value_name = "FILE")]
    pub(super) map_passphrase_file: Option<PathBuf>,
}

/// How a file is read.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum KindArg {
    /// By its name and its beginning, as a collection would
    #[default]
    Auto,
    /// Lines written by programs
    Log,
    /// A configuration: what stands under a secret's name is a secret
    Config,
    /// A JSON document
    Json,
    /// A network trace
    Har,
}

/// Options of `explain`.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The file, with or without the number of a line; - for standard input
    #[arg(value_name = "FILE[:LINE]", allow_hyphen_values = true)]
    pub(super) place: String,
    /// How to read it
    #[arg(long, value_enum, default_value_t)]
    pub(super) kind: KindArg,
    /// One JSON object on standard output
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) redaction: RedactionArgs,
}

/// Options of `demo`.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    #[command(flatten)]
    pub(super) map: MapArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}
