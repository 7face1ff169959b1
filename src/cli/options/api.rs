//! What is asked of the APIs, and with which credentials: from options, environment, settings file and ascli presets.
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::environment::Environment;
use super::settings_file::SettingsFile;
use super::{presets, secrets, sizes};
use crate::aoc::api_address::Address;
use crate::aoc::http::{Auth, Origin, Proxies, read_ca_file};
use crate::aoc::login::credentials::{CredentialError, Given, node_auth};
use crate::aoc::login::presets::{Offer, PresetError};
use crate::cli::args::ApiArgs;
use crate::cli::ask::login;
use crate::cli::ask::terminal::Terminal;
use crate::cli::exit::Usage;
use crate::collect::{Api, Case, NoCloud};
use crate::sources::answers::cloud::{Cloud, DEADLINE, Missing, NodeAt, Question};
use crate::sources::time_window::Window;

/// Longest time for all calls that can be asked for: 10 minutes.
const LONGEST: Duration = Duration::from_secs(600);

/// What the questions depend on besides the options of the API.
pub(super) struct Context<'a> {
    pub(super) case: &'a Case,
    pub(super) window: Window,
    pub(super) now: Timestamp,
    pub(super) environment: &'a Environment,
    /// The user can be asked at the terminal.
    pub(super) may_ask: bool,
    /// The user gave the address of the organization.
    pub(super) named: bool,
}

/// Why there are no credentials for the organization.
enum NoCredentials {
    /// None were given; these presets of ascli could be used.
    Nothing(Vec<Offer>),
    Credentials(CredentialError),
    Preset(PresetError),
    Other(Missing),
}

impl NoCredentials {
    fn into_no_cloud(self) -> NoCloud {
        let (missing, is_failure) = match self {
            Self::Nothing(offers) => {
                let nothing = CredentialError::None;
                let here = offers.first().map_or_else(String::new, |first| {
                    format!("; one is here: --ascli-preset {}", first.name)
                });
                let remedy = format!("{}{here}", nothing.remedy());
                (Missing::new(&nothing.to_string(), &remedy), false)
            }
            Self::Credentials(error) => {
                let remedy = error.remedy();
                let is_failure = error != CredentialError::None;
                (Missing::new(&error.to_string(), remedy), is_failure)
            }
            Self::Preset(error) => (
                Missing::new(
                    &error.to_string(),
                    "mend the preset, or give credentials in the environment (AOC_BUNDLE_TOKEN, …)",
                ),
                true,
            ),
            Self::Other(missing) => (missing, true),
        };
        NoCloud {
            missing,
            is_failure,
        }
    }
}

impl From<CredentialError> for NoCredentials {
    fn from(error: CredentialError) -> Self {
        Self::Credentials(error)
    }
}

/// What is asked of the APIs.
pub(super) fn api(args: &ApiArgs, settings: &SettingsFile, context: &Context<'_>) -> Result<Api> {
    let usage = |text: String| anyhow::Error::from(Usage(text));
    let roots = match args.ca_cert.as_ref().or(settings.ca_cert.as_ref()) {
        Some(file) => read_ca_file(file).map_err(|e| usage(e.to_string()))?,
        None => Vec::new(),
    };
    let deadline = match args
        .api_deadline
        .as_ref()
        .or(settings.api_deadline.as_ref())
    {
        Some(text) => sizes::duration(text).map_err(usage)?.min(LONGEST),
        None => DEADLINE,
    };
    let node = match args.node_url.as_ref().or(settings.node_url.as_ref()) {
        Some(url) => Some(NodeAt {
            origin: Origin::parse(url)
                .map_err(|e| usage(format!("--node-url: {e}; {}", e.remedy())))?,
            auth: node_credentials(context.environment)?,
        }),
        None => None,
    };
    let url = args.aoc_url.as_ref().or(settings.aoc_url.as_ref());
    if let Some(url) = url {
        Address::parse(url, None).map_err(|e| usage(format!("--aoc-url: {e}; {}", e.remedy())))?;
    }
    let cloud = cloud(args, settings, context, url);
    let (cloud, no_cloud) = match cloud {
        Ok(cloud) => (Some(cloud), None),
        Err(why) => (None, Some(why.into_no_cloud())),
    };
    let asks = cloud.is_some() || node.is_some();
    let question = asks.then(|| {
        Arc::new(Question {
            cloud,
            node,
            roots,
            deadline,
            proxies: Proxies::System,
            window: (context.window.since, context.window.until),
            now: context.now,
        })
    });
    Ok(Api::Online { question, no_cloud })
}

/// The organization that is asked, with the login.
fn cloud(
    args: &ApiArgs,
    settings: &SettingsFile,
    context: &Context<'_>,
    url: Option<&String>,
) -> Result<Cloud, NoCredentials> {
    let mut url = url.cloned();
    let given = credentials(args, settings, context, &mut url)?;
    let link = given.link.as_ref().map(|l| l.expose_secret().to_owned());
    let link = link.map(Zeroizing::new);
    let login = given.login()?;
    let organization = context.case.org.as_deref();
    let place = url.as_deref().or(organization).or_else(|| {
        link.as_deref()
            .map(|l| l.as_str())
            .filter(|l| l.contains("://"))
    });
    let address = place
        .map(|p| Address::parse(p, organization).map_err(|e| NoCredentials::Other(e.into())))
        .transpose()?;
    Ok(Cloud::at(address, login))
}

/// Credentials from environment, settings file and preset; where there are none, those that the user chooses or types
/// at the terminal. A preset may give the address in `url` as well.
fn credentials(
    args: &ApiArgs,
    settings: &SettingsFile,
    context: &Context<'_>,
    url: &mut Option<String>,
) -> Result<Given, NoCredentials> {
    let given = of_environment(context.environment)?;
    let own = Given {
        client_id: settings.client_id.clone(),
        username: settings.username.clone(),
        private_key: match (&given.private_key, &settings.private_key_file) {
            (None, Some(file)) => Some(key_file(file, "private_key_file")?),
            _ => None,
        },
        ..Given::default()
    };
    let given = given.or(own);
    let wanted = args.ascli_preset.as_ref();
    let wanted = wanted.or(settings.ascli_preset.as_ref()).cloned();
    if wanted.is_none() && !given.is_no_way_in() {
        return Ok(given);
    }
    let offers = match wanted {
        Some(_) => Vec::new(),
        None => fitting(
            presets::offers(context.environment),
            url.as_deref(),
            context,
        ),
    };
    let taken = match wanted {
        None if context.may_ask => login::preset(&offers, &mut Terminal),
        wanted => wanted,
    };
    if let Some(name) = taken {
        let preset = presets::preset(&name, context.environment).map_err(NoCredentials::Preset)?;
        *url = url.take().or_else(|| preset.url.clone());
        return Ok(given.or(Given::of_preset(preset)?));
    }
    let nothing = given.client_id.is_none();
    let place = url.as_deref().or(context.case.org.as_deref());
    let given = match place {
        Some(place) if context.may_ask && (url.is_some() || context.named) => {
            login::typed(given, place, &mut Terminal)
        }
        _ => given,
    };
    if given.is_no_way_in() && nothing {
        return Err(NoCredentials::Nothing(offers));
    }
    Ok(given)
}

/// The presets of the organization; all of them where no organization was given.
fn fitting(offers: Vec<Offer>, url: Option<&str>, context: &Context<'_>) -> Vec<Offer> {
    let place = url.or(context.case.org.as_deref());
    let meant = place.and_then(|p| Address::parse(p, context.case.org.as_deref()).ok());
    let fits = |offer: &Offer| {
        let own = Address::parse(&offer.host, None).ok();
        meant.as_ref().is_none_or(|m| {
            own.is_some_and(|o| o.organization == m.organization && o.api.host == m.api.host)
        })
    };
    offers.into_iter().filter(fits).collect()
}

fn of_environment(environment: &Environment) -> Result<Given, NoCredentials> {
    let file = environment.variable("AOC_BUNDLE_PRIVATE_KEY_FILE");
    Ok(Given {
        token: environment.secret("AOC_BUNDLE_TOKEN"),
        client_id: environment.variable("AOC_BUNDLE_CLIENT_ID"),
        client_secret: environment.secret("AOC_BUNDLE_CLIENT_SECRET"),
        private_key: file
            .map(|f| key_file(Path::new(&f), "AOC_BUNDLE_PRIVATE_KEY_FILE"))
            .transpose()?,
        passphrase: environment.secret("AOC_BUNDLE_PRIVATE_KEY_PASSPHRASE"),
        username: environment.variable("AOC_BUNDLE_USERNAME"),
        refresh_token: environment.secret("AOC_BUNDLE_REFRESH_TOKEN"),
        link: environment.secret("AOC_BUNDLE_PUBLIC_LINK"),
        link_password: environment.secret("AOC_BUNDLE_LINK_PASSWORD"),
    })
}

/// The private key that a variable or a setting of this name points to.
fn key_file(file: &Path, name: &'static str) -> Result<SecretString, NoCredentials> {
    let unreadable = || {
        NoCredentials::Other(Missing::new(
            &format!("the file of {name} cannot be read"),
            "compare its path and rights; it must be PEM text",
        ))
    };
    let content = secrets::content(file, name).map_err(|_| unreadable())?;
    let text = std::str::from_utf8(&content).map_err(|_| unreadable())?;
    Ok(SecretString::from(text))
}

fn node_credentials(environment: &Environment) -> Result<Option<Auth>> {
    const NAME: &str = "AOC_BUNDLE_NODE_AUTH_FILE";
    let Some(file) = environment.variable(NAME) else {
        return Ok(None);
    };
    let content = secrets::content(Path::new(&file), NAME)?;
    let text = SecretString::from(String::from_utf8_lossy(&content).as_ref());
    let auth = node_auth(&text).map_err(|e| Usage(format!("{e}; {}", e.remedy())))?;
    Ok(Some(auth))
}
