//! The support case of the options and of the settings file.
use anyhow::Result;

use super::settings_file::SettingsFile;
use crate::cli::args::CaseArgs;
use crate::cli::exit::Usage;
use crate::collect::{Case, Named};

/// The case of the options, completed from the settings file.
pub(super) fn case(typed: &CaseArgs, settings: &SettingsFile) -> Result<Case> {
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

/// True if the user gave an address of the web application, which means that the organization is to be asked.
pub(super) fn names_the_cloud(case: &CaseArgs) -> bool {
    let org = case.org.as_deref().unwrap_or_default();
    case.package_url.is_some() || org.contains('.')
}
