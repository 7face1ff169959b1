//! From what was typed to a settled request: environment, settings file and clock are read here and
//! nowhere else.
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::api;
use super::api::{ApiSettings, Around};
use super::{secrets, sizes, user_rules};
use crate::cli::args::{
    CaseArgs, CollectArgs, LevelArg, MapArgs, OsArg, RedactionArgs, RoleArg, SettingsArgs,
};
use crate::cli::ask::{package, terminal};
use crate::cli::exit::Usage;
use crate::collect::{Api, Case, Clock, MapRequest, Named, Output, Request};
use crate::pseudonym::Key;
use crate::redact::{Level, Rules};
use crate::sources::item::Role;
use crate::sources::paths::catalogue::Os;
use crate::sources::time_window::Window;

/// Largest zip where nothing else is said: 1 GiB.
const DEFAULT_SIZE: u64 = 1 << 30;
/// Largest settings file: 8 MiB.
const LARGEST_SETTINGS: u64 = 8 << 20;
/// Deflate level: as small as `zip -6`.
const DEFLATE: u32 = 6;

/// The settings file: the same names as the options.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Settings {
    package_id: Option<String>,
    package_name: Option<String>,
    user_id: Option<String>,
    user_name: Option<String>,
    org: Option<String>,
    case: Option<String>,
    output: Option<PathBuf>,
    key_file: Option<PathBuf>,
    max_size: Option<String>,
    deadline: Option<String>,
    jobs: Option<usize>,
    #[serde(default)]
    keep: Vec<String>,
    #[serde(default)]
    log: Vec<String>,
    #[serde(default)]
    rule: Vec<user_rules::Row>,
    aoc_url: Option<String>,
    ascli_preset: Option<String>,
    node_url: Option<String>,
    ca_cert: Option<PathBuf>,
    api_deadline: Option<String>,
    client_id: Option<String>,
    private_key_file: Option<PathBuf>,
    username: Option<String>,
    /// The table with the rules of the file.
    #[serde(skip)]
    table: Option<Rules>,
}

impl Settings {
    /// What it says of the APIs.
    fn api(&self) -> ApiSettings {
        ApiSettings {
            aoc_url: self.aoc_url.clone(),
            ascli_preset: self.ascli_preset.clone(),
            node_url: self.node_url.clone(),
            ca_cert: self.ca_cert.clone(),
            api_deadline: self.api_deadline.clone(),
            client_id: self.client_id.clone(),
            private_key_file: self.private_key_file.clone(),
            username: self.username.clone(),
        }
    }
}

/// What the redactor is made of, for commands that do not collect.
pub(in crate::cli) struct Redaction {
    pub(in crate::cli) rules: Rules,
    pub(in crate::cli) key: Option<Key>,
    pub(in crate::cli) keep: Vec<String>,
}

/// Rules, key and kept values as they are typed and as the settings file says.
pub(in crate::cli) fn redaction(args: &RedactionArgs) -> Result<Redaction> {
    let settings = settings(args.config.as_deref())?;
    let mut keep = args.keep.clone();
    keep.extend(settings.keep);
    Ok(Redaction {
        key: secrets::key(args.key_file.as_deref().or(settings.key_file.as_deref()))?,
        keep,
        rules: match settings.table {
            Some(table) => table,
            None => Rules::builtin()?,
        },
    })
}

/// A system's name for the rooms below.
pub(in crate::cli) fn os(arg: Option<OsArg>) -> Os {
    match arg {
        None => Os::current(),
        Some(OsArg::Linux) => Os::Linux,
        Some(OsArg::Macos) => Os::Macos,
        Some(OsArg::Windows) => Os::Windows,
    }
}

/// A side's name for the rooms below.
pub(in crate::cli) fn role(arg: RoleArg) -> Option<Role> {
    match arg {
        RoleArg::Auto | RoleArg::Both => None,
        RoleArg::Client => Some(Role::Client),
        RoleArg::Server => Some(Role::Server),
    }
}

/// A level's name for the rooms below.
pub(in crate::cli) fn level(args: &RedactionArgs) -> Level {
    match args.level {
        LevelArg::Standard => Level::Standard,
        LevelArg::Strict => Level::Strict,
    }
}

/// The reversal map that is wanted; the passphrase is asked for here where it is not given.
pub(in crate::cli) fn map(args: &MapArgs, may_ask: bool) -> Result<Option<MapRequest>> {
    let Some(path) = &args.map else {
        return Ok(None);
    };
    Ok(Some(MapRequest {
        output: output(Some(path)),
        lock: secrets::lock(
            &args.map_recipient,
            args.map_passphrase_file.as_deref(),
            may_ask,
        )?,
    }))
}

/// The clock: fixed by `SOURCE_DATE_EPOCH`, so that the same evidence gives the same bytes.
#[expect(clippy::disallowed_methods, reason = "the environment is read here")]
pub(in crate::cli) fn clock() -> Result<Clock> {
    match std::env::var("SOURCE_DATE_EPOCH") {
        Err(_) => Ok(Clock::Machine),
        Ok(text) => {
            let seconds: i64 = text
                .trim()
                .parse()
                .map_err(|_| Usage("SOURCE_DATE_EPOCH must be a number of seconds".to_owned()))?;
            let at = Timestamp::from_second(seconds)
                .map_err(|_| Usage("SOURCE_DATE_EPOCH is out of range".to_owned()))?;
            Ok(Clock::Fixed(at))
        }
    }
}

fn settings(file: Option<&Path>) -> Result<Settings> {
    let Some(file) = file else {
        return Ok(Settings::default());
    };
    let bytes = user_rules::read(file, LARGEST_SETTINGS)
        .context("cannot read the file of --config")?
        .ok_or_else(|| {
            Usage("the file of --config is larger than 8 MiB; put long lists of words into files of their own, with `words-file`".to_owned())
        })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Usage("the file of --config is not UTF-8; save it as UTF-8".to_owned()))?;
    let mut settings: Settings = toml::from_str(&text).map_err(|e| {
        // The parser quotes the line, which may hold anything: only place and reason are told.
        let line = e.span().map_or(0, |s| {
            text[..s.start.min(text.len())].matches('\n').count() + 1
        });
        Usage(format!(
            "the file of --config is not understood in line {line}: {}",
            without_value(e.message())
        ))
    })?;
    let rows = std::mem::take(&mut settings.rule);
    if !rows.is_empty() {
        settings.table = Some(user_rules::table(file, &text, rows)?);
    }
    Ok(settings)
}

/// A reason of the parser without the value that it complains about: `invalid type: string "x",
/// expected usize` says what was typed.
fn without_value(reason: &str) -> String {
    match (reason.split_once(": "), reason.rsplit_once(", expected ")) {
        (Some((what, _)), Some((_, wanted))) if what.starts_with("invalid ") => {
            format!("{what}, expected {wanted}")
        }
        _ => reason.to_owned(),
    }
}

fn case(args: &CollectArgs, settings: &Settings) -> Result<Case> {
    let typed = &args.case;
    let or = |a: &Option<String>, b: &Option<String>| {
        a.as_ref()
            .or(b.as_ref())
            .map(|t| t.trim().to_owned())
            .filter(|t| !t.is_empty())
    };
    let number = or(&typed.case, &settings.case);
    if let Some(number) = &number
        && !(number.len() <= 32
            && number
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-')))
    {
        return Err(Usage(
            "the number of --case holds letters and digits only, e.g. TS012345678".to_owned(),
        )
        .into());
    }
    let mut case = Case {
        number,
        problem: or(&typed.problem, &None),
        org: None,
        package: Named {
            id: or(&typed.package_id, &settings.package_id),
            name: or(&typed.package_name, &settings.package_name),
        },
        user: Named {
            id: or(&typed.user_id, &settings.user_id),
            name: or(&typed.user_name, &settings.user_name),
        },
        ..Case::default()
    };
    if let Some(org) = or(&typed.org, &settings.org) {
        case.learn_from_url(&org);
        if case.org.is_none() {
            return Err(Usage(
                "--org is not understood; give the subdomain of the organization, for example acme"
                    .to_owned(),
            )
            .into());
        }
    }
    if let Some(url) = &typed.package_url {
        case.learn_from_url(url);
    }
    Ok(case)
}

/// A folder if it is one or is written like one, else a file.
fn output(path: Option<&PathBuf>) -> Output {
    match path {
        None => Output::Folder(PathBuf::from(".")),
        Some(path) if path.is_dir() || path.to_string_lossy().ends_with(['/', '\\']) => {
            Output::Folder(path.clone())
        }
        Some(path) => Output::File(path.clone()),
    }
}

/// The settled request.
pub(in crate::cli) fn request(args: &CollectArgs) -> Result<Request> {
    let mut settings = settings(args.redaction.config.as_deref())?;
    let usage = |text: String| anyhow::Error::from(Usage(text));
    if args.os.is_some() && args.root.is_none() && os(args.os) != Os::current() {
        return Err(usage(
            "--os names another system than this one; give the folder of its image with --root"
                .to_owned(),
        ));
    }
    if let Some(root) = &args.root
        && !root.is_dir()
    {
        return Err(usage("the folder of --root does not exist".to_owned()));
    }
    let clock = clock()?;
    let window = Window::parse(
        args.since.as_deref(),
        args.until.as_deref(),
        clock.now(),
        &TimeZone::system(),
    )
    .map_err(|e| usage(e.to_string()))?;
    let size = args.max_size.as_ref().or(settings.max_size.as_ref());
    let deadline = args.deadline.as_ref().or(settings.deadline.as_ref());
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let jobs = args.jobs.or(settings.jobs).unwrap_or(cores);
    if !(1..=256).contains(&jobs) {
        return Err(usage("--jobs is a number from 1 to 256".to_owned()));
    }
    let mut keep = args.redaction.keep.clone();
    keep.extend(settings.keep.iter().cloned());
    let environment = environment();
    let case = case(args, &settings)?;
    let api = if args.offline {
        Api::Offline
    } else {
        let around = Around {
            case: &case,
            window,
            now: clock.now(),
            environment: &environment,
            may_ask: package::may_ask(&args.output) && !args.dry_run,
            named: names_the_cloud(&args.case),
        };
        api::settle(&args.api, &settings.api(), &around)?
    };
    let mut logs = args.log.clone();
    logs.extend(settings.log.iter().cloned());
    Ok(Request {
        case,
        ask: None,
        ask_settings: None,
        known_settings: Vec::new(),
        os: os(args.os),
        root: args.root.clone(),
        role: role(args.role),
        logs,
        hars: args.har.clone(),
        window,
        zone: None,
        max_size: size
            .map_or(Ok(DEFAULT_SIZE), |s| sizes::size(s))
            .map_err(usage)?,
        deadline: deadline
            .map(|d| sizes::duration(d))
            .transpose()
            .map_err(usage)?,
        jobs,
        level: level(&args.redaction),
        keep,
        rules: settings.table.take(),
        key: secrets::key(
            args.redaction
                .key_file
                .as_deref()
                .or(settings.key_file.as_deref()),
        )?,
        map: None,
        output: output(args.output.output.as_ref().or(settings.output.as_ref())),
        deflate: DEFLATE,
        commands: !args.no_commands,
        clock,
        environment,
        api,
    })
}

/// What `settings` asks.
pub(in crate::cli) fn api(args: &SettingsArgs) -> Result<Api> {
    let settings = settings(args.config.as_deref())?;
    let typed = CollectArgs {
        case: CaseArgs {
            org: args.org.clone(),
            ..CaseArgs::default()
        },
        ..CollectArgs::default()
    };
    let case = case(&typed, &settings)?;
    let environment = environment();
    let around = Around {
        case: &case,
        window: Window::default(),
        now: clock()?.now(),
        environment: &environment,
        may_ask: terminal::is_there() && !args.json,
        named: args.org.is_some(),
    };
    api::settle(&args.api, &settings.api(), &around)
}

/// True if the person gave an address of the web application: they want the cloud to be asked.
fn names_the_cloud(case: &CaseArgs) -> bool {
    let org = case.org.as_deref().unwrap_or_default();
    case.package_url.is_some() || org.contains('.')
}

fn environment() -> Vec<(std::ffi::OsString, std::ffi::OsString)> {
    std::env::vars_os().collect()
}
