//! `aoc-bundle settings`: shows the token settings of the organization as a table.
use anyhow::{Result, anyhow};

use crate::aoc::api::settings;
use crate::aoc::api::settings::{Organization, Setting};
use crate::aoc::login::session::Session;
use crate::cli::args::SettingsArgs;
use crate::cli::exit::{Exit, Usage};
use crate::cli::options::request;
use crate::cli::output::{print, say};
use crate::collect::Api;

pub(in crate::cli) fn run(args: &SettingsArgs) -> Result<Exit> {
    let Api::Online { question, no_cloud } = request::api(args)? else {
        return Err(Usage("settings are asked of the API; leave --offline away".to_owned()).into());
    };
    if let Some(no) = no_cloud {
        return Err(anyhow!("{}; {}", no.missing.reason, no.missing.remedy));
    }
    let question = question.ok_or_else(|| anyhow!("there is nobody to ask"))?;
    let cloud = question
        .cloud
        .as_ref()
        .ok_or_else(|| anyhow!("there is nobody to ask"))?;
    let failed = |e: crate::aoc::http::ApiError| anyhow!("{e}; {}", e.remedy());
    let client = question.client().map_err(failed)?;
    let address = cloud
        .address()
        .map_err(|m| anyhow!("{}; {}", m.reason, m.remedy))?;
    let session = Session::new(&client, address.clone(), &cloud.login);
    let made = settings::ask(&session, question.times()).map_err(failed)?;
    if args.json {
        let at = question.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        print(&settings::document(&made, "api", &at).to_string());
    } else {
        table(&made);
    }
    if made.clock.get("at_risk") == Some(&true.into()) {
        say(
            "aoc-bundle: this machine's clock differs from that of Aspera on Cloud by more than a minute, and tokens fail with it; turn on its time service",
        );
    }
    for line in &made.missing {
        say(&format!("aoc-bundle: {line}"));
    }
    Ok(if made.missing.is_empty() {
        Exit::Complete
    } else {
        Exit::Incomplete
    })
}

fn rows(title: &str, settings: &[Setting]) {
    print(title);
    for row in settings {
        print(&format!(
            "  {:<42} {:<28} {}",
            row.label, row.reads, row.setting
        ));
    }
}

fn table(made: &Organization) {
    rows("Sessions and tokens", &made.token_settings);
    rows("Logins and passwords", &made.login_settings);
    for life in &made.effective {
        let text = |name: &str| life.get(name).and_then(|v| v.as_str()).unwrap_or_default();
        print(&format!(
            "A token of {} that was given out just now lives {}.",
            text("scope"),
            text("reads")
        ));
    }
    if let Some(key) = &made.verification_key_sha256 {
        print(&format!(
            "Key that nodes check tokens with (SHA-256): {key}"
        ));
    }
    if !made.recent_changes.is_empty() {
        print(&format!(
            "Changes of these settings in the last days that the organization lists: {}",
            made.recent_changes.len()
        ));
    }
}
