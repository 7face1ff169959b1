//! The request of a run, from the command line, the environment, the settings file and the clock. They are read in
//! this folder and nowhere else.
use anyhow::Result;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::api::{Context, api as api_of};
use super::case::{case, names_the_cloud};
use super::environment::Environment;
use super::redaction::output;
use super::settings_file::SettingsFile;
use super::{secrets, settings_file, sizes};
use crate::cli::args::{CaseArgs, CollectArgs, OsArg, SettingsArgs};
use crate::cli::ask::{package, terminal};
use crate::cli::exit::Usage;
use crate::collect::{Api, Case, Clock, Request};
use crate::sources::paths::catalogue::Os;
use crate::sources::time_window::Window;

/// Largest zip where nothing else is said: 1 GiB.
const DEFAULT_SIZE: u64 = 1 << 30;
/// Deflate level: as small as `zip -6`.
const DEFLATE: u32 = 6;

/// The clock: fixed by `SOURCE_DATE_EPOCH`, so that the same evidence gives the same bytes.
#[expect(clippy::disallowed_methods, reason = "the environment is read here")]
fn clock() -> Result<Clock> {
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

/// The request of `collect` and `demo`. The caller sets what is asked at the terminal, and the reversal map.
pub(in crate::cli) fn request(args: &CollectArgs) -> Result<Request> {
    let settings = settings_file::read(args.redaction.config.as_deref())?;
    check_system(args)?;
    let clock = clock()?;
    let window = Window::parse(
        args.since.as_deref(),
        args.until.as_deref(),
        clock.now(),
        &TimeZone::system(),
    )
    .map_err(|e| usage(e.to_string()))?;
    let mut keep = args.redaction.keep.clone();
    keep.extend(settings.keep.iter().cloned());
    let mut logs = args.log.clone();
    logs.extend(settings.log.iter().cloned());
    let size = args.max_size.as_ref().or(settings.max_size.as_ref());
    let deadline = args.deadline.as_ref().or(settings.deadline.as_ref());
    let key_file = args.redaction.key_file.as_ref();
    let key_file = key_file.or(settings.key_file.as_ref());
    let environment = Environment::of_this_process();
    let case = case(&args.case, &settings)?;
    let api = match args.offline {
        true => Api::Offline,
        false => {
            let context = Context {
                case: &case,
                window,
                now: clock.now(),
                environment: &environment,
                may_ask: package::may_ask(&args.output) && !args.dry_run,
                named: names_the_cloud(&args.case),
            };
            api_of(&args.api, &settings, &context)?
        }
    };
    Ok(Request {
        case,
        ask: None,
        ask_settings: None,
        known_settings: Vec::new(),
        os: OsArg::os(args.os),
        root: args.root.clone(),
        role: args.role.role(),
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
        jobs: jobs(args, &settings)?,
        level: args.redaction.level.level(),
        keep,
        key: secrets::key(key_file.map(|f| f.as_path()))?,
        map: None,
        output: output(args.output.output.as_ref().or(settings.output.as_ref())),
        rules: settings.table,
        deflate: DEFLATE,
        commands: !args.no_commands,
        clock,
        environment: environment.0,
        api,
    })
}

fn usage(text: String) -> anyhow::Error {
    Usage(text).into()
}

/// The logs of another system can be collected from its image only.
fn check_system(args: &CollectArgs) -> Result<()> {
    if args.os.is_some() && args.root.is_none() && OsArg::os(args.os) != Os::current() {
        return Err(usage(
            "--os names another system than this one; give the folder of its image with --root"
                .to_owned(),
        ));
    }
    if args.root.as_ref().is_some_and(|root| !root.is_dir()) {
        return Err(usage("the folder of --root does not exist".to_owned()));
    }
    Ok(())
}

/// The number of threads; that of the cores where none is given.
fn jobs(args: &CollectArgs, settings: &SettingsFile) -> Result<usize> {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let jobs = args.jobs.or(settings.jobs).unwrap_or(cores);
    if !(1..=256).contains(&jobs) {
        return Err(usage("--jobs is a number from 1 to 256".to_owned()));
    }
    Ok(jobs)
}

/// What the command `settings` asks of the API.
pub(in crate::cli) fn api(args: &SettingsArgs) -> Result<Api> {
    let settings = settings_file::read(args.config.as_deref())?;
    let typed = CaseArgs {
        org: args.org.clone(),
        ..CaseArgs::default()
    };
    let case: Case = case(&typed, &settings)?;
    let context = Context {
        case: &case,
        window: Window::default(),
        now: clock()?.now(),
        environment: &Environment::of_this_process(),
        may_ask: terminal::is_there() && !args.json,
        named: args.org.is_some(),
    };
    api_of(&args.api, &settings, &context)
}
