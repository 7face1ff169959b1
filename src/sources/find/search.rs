//! Looks for everything in the catalogue, for the places that settings name and for what the
//! person named with `--log`. It lists all names of all things; `decide` makes one of them each.
use std::collections::BTreeMap;
use std::rc::Rc;

use super::discovery::Search;
use super::log_destinations::{SyslogFile, syslog_files, transferd_folders};
use super::user_paths;
use crate::sources::aspera_conf::{ConfError, log_directories};
use crate::sources::files::path_kind::read_start;
use crate::sources::files::root_fs::{FileId, Found, Tree, What};
use crate::sources::paths::catalogue::{Catalogue, Row, RowKind};
use crate::sources::paths::pattern::{NativePath, PathPattern};
use crate::sources::paths::places::{Places, for_people, resolve_glob};

/// The row that is looked for in folders which an `aspera.conf` names.
const CONF_FOLDER_ROW: &str = "conf-log-folder";
/// The row of files which a syslog rule names.
const SYSLOG_FILE_ROW: &str = "syslog-rule-file";
/// No settings are longer; what stands behind is not looked at.
const SETTING_LIMIT: u64 = 4 << 20;

/// One name of one thing that was found.
#[derive(Clone, Debug)]
pub(in crate::sources) struct Hit {
    pub(in crate::sources) row: Rc<Row>,
    /// Whose home it is in.
    pub(in crate::sources) user: Option<String>,
    pub(in crate::sources) found: Found,
    /// How specific the pattern was that found it.
    pub(in crate::sources) weight: usize,
    /// Place below `logs/<role>/<slug>/`, where it is not the file name alone.
    pub(in crate::sources) tail: Option<String>,
}

/// An `aspera.conf` that could be read only in part.
#[derive(Clone, Debug)]
pub(in crate::sources) struct BrokenConf {
    pub(in crate::sources) hit: Hit,
    pub(in crate::sources) error: ConfError,
}

/// All that a search brought to light.
#[derive(Debug, Default)]
pub(in crate::sources) struct Survey {
    pub(in crate::sources) hits: Vec<Hit>,
    /// Patterns of the catalogue without a single hit, as people read them.
    pub(in crate::sources) missing: Vec<(Rc<Row>, String)>,
    pub(in crate::sources) broken: Vec<BrokenConf>,
    /// Arguments of `--log` that match nothing, with the reason.
    pub(in crate::sources) unmatched: Vec<user_paths::Unmatched>,
}

pub(in crate::sources) fn survey(
    search: &Search,
    places: &Places,
    catalogue: &Catalogue,
) -> Survey {
    let tree = Tree::new(search.os, search.root.as_deref());
    let mut survey = Survey::default();
    for row in &catalogue.rows {
        let row = Rc::new(row.clone());
        for glob in &row.globs {
            let hits = look_for(&tree, &row, glob, places);
            if hits.is_empty()
                && let Some(native) = for_people(search.os, glob, places)
            {
                survey.missing.push((Rc::clone(&row), native));
            }
            survey.hits.extend(hits);
        }
    }
    add_overrides(&tree, places, catalogue, &mut survey);
    for argument in &search.logs {
        match user_paths::find(&tree, search, argument) {
            Ok(hits) => survey.hits.extend(hits),
            Err(unmatched) => survey.unmatched.push(unmatched),
        }
    }
    survey
}

fn look_for(tree: &Tree, row: &Rc<Row>, glob: &str, places: &Places) -> Vec<Hit> {
    let mut hits = Vec::new();
    for probe in resolve_glob(tree.os(), glob, places) {
        let Ok(pattern) = PathPattern::parse(tree.os(), &probe.native_glob) else {
            continue;
        };
        let weight = pattern.weight();
        hits.extend(
            tree.expand(&pattern, row.kind.rotates())
                .into_iter()
                .map(|found| Hit {
                    row: Rc::clone(row),
                    user: probe.home_user.clone(),
                    found,
                    weight,
                    tail: None,
                }),
        );
    }
    hits
}

/// Reads every setting that says where logs go, each file once, and looks there. The logs belong to
/// the product whose settings named the place.
fn add_overrides(tree: &Tree, places: &Places, catalogue: &Catalogue, survey: &mut Survey) {
    let mut settings: BTreeMap<&FileId, (Setting, &Hit)> = BTreeMap::new();
    for hit in &survey.hits {
        if let (What::File { id, .. }, Some(setting)) = (&hit.found.what, setting(tree, hit)) {
            let best = settings.entry(id).or_insert((setting, hit));
            if hit.weight > best.1.weight {
                *best = (setting, hit);
            }
        }
    }
    let settings: Vec<(Setting, Hit)> = settings
        .into_values()
        .map(|(setting, hit)| (setting, hit.clone()))
        .collect();
    for (setting, hit) in settings {
        let Ok(text) = read_start(&hit.found.real, SETTING_LIMIT) else {
            continue;
        };
        let targets = match setting {
            Setting::AsperaConf => {
                let (folders, error) = log_directories(&text);
                if let Some(error) = error {
                    let hit = hit.clone();
                    survey.broken.push(BrokenConf { hit, error });
                }
                folders
                    .into_iter()
                    .map(|found| found.directory)
                    .map(Target::Folder)
                    .collect()
            }
            Setting::Transferd => transferd_folders(&text)
                .into_iter()
                .map(Target::Folder)
                .collect(),
            Setting::Syslog => syslog_files(&String::from_utf8_lossy(&text))
                .into_iter()
                .map(Target::Syslog)
                .collect::<Vec<_>>(),
        };
        for target in targets {
            survey
                .hits
                .extend(look_at(tree, places, catalogue, &hit, target));
        }
    }
}

/// Settings that say where logs go.
#[derive(Clone, Copy)]
enum Setting {
    AsperaConf,
    Transferd,
    Syslog,
}

enum Target {
    Folder(String),
    Syslog(SyslogFile),
}

fn look_at(
    tree: &Tree,
    places: &Places,
    catalogue: &Catalogue,
    setting: &Hit,
    target: Target,
) -> Vec<Hit> {
    let (template, variable, place) = match &target {
        Target::Folder(folder) => (CONF_FOLDER_ROW, "log_directory", folder),
        Target::Syslog(file) => (SYSLOG_FILE_ROW, "syslog_file", &file.path),
    };
    let Some(template) = catalogue.row(template) else {
        return Vec::new();
    };
    if !NativePath::parse(tree.os(), place).absolute {
        return Vec::new();
    }
    let mut places = places.clone();
    places.vars.insert(variable.to_owned(), place.clone());
    let row = match &target {
        Target::Folder(_) => Row {
            product: setting.row.product.clone(),
            slug: setting.row.slug.clone(),
            role: setting.row.role,
            scope: setting.row.scope,
            ..template.clone()
        },
        Target::Syslog(file) if file.shared => Row {
            kind: RowKind::SharedLog,
            ..template.clone()
        },
        Target::Syslog(_) => template.clone(),
    };
    let row = Rc::new(row);
    row.globs
        .iter()
        .flat_map(|glob| look_for(tree, &row, glob, &places))
        .map(|hit| Hit {
            user: setting.user.clone(),
            ..hit
        })
        .collect()
}

fn setting(tree: &Tree, hit: &Hit) -> Option<Setting> {
    if hit.row.kind != RowKind::Config {
        return None;
    }
    let path = NativePath::parse(tree.os(), &hit.found.native);
    let name = path.file_name().to_ascii_lowercase();
    match hit.row.id.as_str() {
        _ if name == "aspera.conf" => Some(Setting::AsperaConf),
        "aspera-conf-dropins" => Some(Setting::AsperaConf),
        "rsyslog-conf" | "syslog-conf" => Some(Setting::Syslog),
        _ if hit.row.slug == "sdk" && name != "product-info.mf" => Some(Setting::Transferd),
        _ => None,
    }
}
