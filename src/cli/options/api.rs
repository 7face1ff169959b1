//! From options, environment, settings file and presets of ascli to what is asked of the APIs.
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{presets, secrets, sizes};
use crate::aoc::address::Address;
use crate::aoc::credentials::{CredentialError, Given, node_auth};
use crate::aoc::http::{Auth, Origin, Proxies, read_ca_file};
use crate::aoc::presets::{Offer, PresetError};
use crate::cli::args::ApiArgs;
use crate::cli::ask::login;
use crate::cli::ask::terminal::Terminal;
use crate::cli::exit::Usage;
use crate::collect::{Api, Case, NoCloud};
use crate::sources::answers::cloud::{Cloud, DEADLINE, Missing, NodeAt, Question};
use crate::sources::time_window::Window;

/// Longest time for all calls that can be asked for: 10 minutes.
const LONGEST: Duration = Duration::from_secs(600);

/// What the settings file says of the APIs; no secrets.
pub(in crate::cli) struct ApiSettings {
    pub(in crate::cli) aoc_url: Option<String>,
    pub(in crate::cli) ascli_preset: Option<String>,
    pub(in crate::cli) node_url: Option<String>,
    pub(in crate::cli) ca_cert: Option<PathBuf>,
    pub(in crate::cli) api_deadline: Option<String>,
    pub(in crate::cli) client_id: Option<String>,
    pub(in crate::cli) private_key_file: Option<PathBuf>,
    pub(in crate::cli) username: Option<String>,
}

/// Everything around the question.
pub(in crate::cli) struct Around<'a> {
    pub(in crate::cli) case: &'a Case,
    pub(in crate::cli) window: Window,
    pub(in crate::cli) now: Timestamp,
    pub(in crate::cli) environment: &'a [(OsString, OsString)],
    /// Somebody sits before a terminal and wants to be asked.
    pub(in crate::cli) may_ask: bool,
    /// The person named the organization by an address.
    pub(in crate::cli) named: bool,
}

impl Around<'_> {
    /// A variable of the environment.
    pub(in crate::cli) fn variable(&self, name: &str) -> Option<String> {
        let found = self.environment.iter().find(|(n, _)| n == name)?;
        let text = found.1.to_str()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn secret(&self, name: &str) -> Option<SecretString> {
        self.variable(name).map(SecretString::from)
    }
}

/// Why the credentials of a person cannot be used.
enum Trouble {
    /// None were given; these presets of ascli lie there.
    Nothing(Vec<Offer>),
    Credentials(CredentialError),
    Preset(PresetError),
    Other(Missing),
}

impl Trouble {
    fn told(self) -> NoCloud {
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

impl From<CredentialError> for Trouble {
    fn from(error: CredentialError) -> Self {
        Self::Credentials(error)
    }
}

/// What is asked of the APIs.
pub(in crate::cli) fn settle(
    args: &ApiArgs,
    settings: &ApiSettings,
    around: &Around<'_>,
) -> Result<Api> {
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
            auth: node_credentials(around)?,
        }),
        None => None,
    };
    let url = args.aoc_url.as_ref().or(settings.aoc_url.as_ref());
    if let Some(url) = url {
        Address::parse(url, None).map_err(|e| usage(format!("--aoc-url: {e}; {}", e.remedy())))?;
    }
    let cloud = cloud(args, settings, around, url);
    let (cloud, no_cloud) = match cloud {
        Ok(cloud) => (Some(cloud), None),
        Err(trouble) => (None, Some(trouble.told())),
    };
    let asks = cloud.is_some() || node.is_some();
    let question = asks.then(|| {
        Arc::new(Question {
            cloud,
            node,
            roots,
            deadline,
            proxies: Proxies::System,
            window: (around.window.since, around.window.until),
            now: around.now,
        })
    });
    Ok(Api::Online { question, no_cloud })
}

/// The way into the organization.
fn cloud(
    args: &ApiArgs,
    settings: &ApiSettings,
    around: &Around<'_>,
    url: Option<&String>,
) -> Result<Cloud, Trouble> {
    let mut url = url.cloned();
    let given = credentials(args, settings, around, &mut url)?;
    let link = given.link.as_ref().map(|l| l.expose_secret().to_owned());
    let link = link.map(Zeroizing::new);
    let login = given.login()?;
    let organization = around.case.org.as_deref();
    let place = url.as_deref().or(organization).or_else(|| {
        link.as_deref()
            .map(|l| l.as_str())
            .filter(|l| l.contains("://"))
    });
    let address = place
        .map(|p| Address::parse(p, organization).map_err(|e| Trouble::Other(e.into())))
        .transpose()?;
    Ok(Cloud::at(address, login))
}

/// Credentials from environment, settings file and preset; where there are none, those that the person takes
/// or types. A preset may tell the address as well.
fn credentials(
    args: &ApiArgs,
    settings: &ApiSettings,
    around: &Around<'_>,
    url: &mut Option<String>,
) -> Result<Given, Trouble> {
    let given = of_environment(around)?;
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
        None => fitting(presets::offers(around), url.as_deref(), around),
    };
    let taken = match wanted {
        None if around.may_ask => login::preset(&offers, &mut Terminal),
        wanted => wanted,
    };
    if let Some(name) = taken {
        let preset = presets::preset(&name, around).map_err(Trouble::Preset)?;
        *url = url.take().or_else(|| preset.url.clone());
        return Ok(given.or(Given::of_preset(preset)?));
    }
    let nothing = given.client_id.is_none();
    let place = url.as_deref().or(around.case.org.as_deref());
    let given = match place {
        Some(place) if around.may_ask && (url.is_some() || around.named) => {
            login::typed(given, place, &mut Terminal)
        }
        _ => given,
    };
    if given.is_no_way_in() && nothing {
        return Err(Trouble::Nothing(offers));
    }
    Ok(given)
}

/// Presets of the organization that is meant; all of them where none is.
fn fitting(offers: Vec<Offer>, url: Option<&str>, around: &Around<'_>) -> Vec<Offer> {
    let place = url.or(around.case.org.as_deref());
    let meant = place.and_then(|p| Address::parse(p, around.case.org.as_deref()).ok());
    let fits = |offer: &Offer| {
        let own = Address::parse(&offer.host, None).ok();
        meant.as_ref().is_none_or(|m| {
            own.is_some_and(|o| o.organization == m.organization && o.api.host == m.api.host)
        })
    };
    offers.into_iter().filter(fits).collect()
}

fn of_environment(around: &Around<'_>) -> Result<Given, Trouble> {
    let file = around.variable("AOC_BUNDLE_PRIVATE_KEY_FILE");
    Ok(Given {
        token: around.secret("AOC_BUNDLE_TOKEN"),
        client_id: around.variable("AOC_BUNDLE_CLIENT_ID"),
        client_secret: around.secret("AOC_BUNDLE_CLIENT_SECRET"),
        private_key: file
            .map(|f| key_file(Path::new(&f), "AOC_BUNDLE_PRIVATE_KEY_FILE"))
            .transpose()?,
        passphrase: around.secret("AOC_BUNDLE_PRIVATE_KEY_PASSPHRASE"),
        username: around.variable("AOC_BUNDLE_USERNAME"),
        refresh_token: around.secret("AOC_BUNDLE_REFRESH_TOKEN"),
        link: around.secret("AOC_BUNDLE_PUBLIC_LINK"),
        link_password: around.secret("AOC_BUNDLE_LINK_PASSWORD"),
    })
}

/// The private key that a variable or a setting of this name points to.
fn key_file(file: &Path, name: &'static str) -> Result<SecretString, Trouble> {
    let unreadable = || {
        Trouble::Other(Missing::new(
            &format!("the file of {name} cannot be read"),
            "compare its path and rights; it must be PEM text",
        ))
    };
    let content = secrets::content(file, name).map_err(|_| unreadable())?;
    let text = std::str::from_utf8(&content).map_err(|_| unreadable())?;
    Ok(SecretString::from(text))
}

fn node_credentials(around: &Around<'_>) -> Result<Option<Auth>> {
    const NAME: &str = "AOC_BUNDLE_NODE_AUTH_FILE";
    let Some(file) = around.variable(NAME) else {
        return Ok(None);
    };
    let content = secrets::content(Path::new(&file), NAME)?;
    let text = SecretString::from(String::from_utf8_lossy(&content).as_ref());
    let auth = node_auth(&text).map_err(|e| Usage(format!("{e}; {}", e.remedy())))?;
    Ok(Some(auth))
}
