//! Names of entries in the zip: where a thing found on a disk is put, each place used once. Pure.
use std::collections::{BTreeMap, BTreeSet};

use super::outcome::Thing;
use crate::sources::item::Role;
use crate::sources::paths::catalogue::{Os, RowKind, Scope};
use crate::sources::paths::pattern::NativePath;
use crate::sources::paths::rotation;

/// The entry of each thing, in the same order. Two things never share one, not even on a system
/// that ignores upper and lower case.
pub(in crate::sources) fn entries(os: Os, things: &[Thing]) -> Vec<String> {
    let crowded = products_of_several_users(things);
    let mut used = BTreeSet::new();
    things
        .iter()
        .map(|thing| {
            let user = thing
                .user
                .as_deref()
                .filter(|_| crowded.contains(&folder_of(thing)));
            let wanted = wanted(os, thing, user);
            let path = NativePath::parse(os, &thing.native);
            let entry = free(&used, &wanted, &path);
            used.insert(entry.to_lowercase());
            entry
        })
        .collect()
}

/// Folders whose logs come from the homes of several people, so that the person must be named.
fn products_of_several_users(things: &[Thing]) -> BTreeSet<String> {
    let mut users: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for thing in things {
        if let Some(user) = &thing.user {
            users.entry(folder_of(thing)).or_default().insert(user);
        }
    }
    users
        .into_iter()
        .filter(|(_, users)| users.len() > 1)
        .map(|(folder, _)| folder)
        .collect()
}

fn folder_of(thing: &Thing) -> String {
    let side = match thing.row.role.role() {
        Some(Role::Client) => "client",
        Some(Role::Server) | None => "server",
    };
    format!("logs/{side}/{}", thing.row.slug)
}

fn wanted(os: Os, thing: &Thing, user: Option<&str>) -> String {
    let path = NativePath::parse(os, &thing.native);
    let parts: Vec<String> = path.parts.iter().map(|part| safe(part)).collect();
    let name = |text: &str| rotation::without_compression(text).to_owned();
    match thing.kind {
        RowKind::Config | RowKind::Sealed => {
            let drive = path
                .drive
                .map(|drive| format!("{drive}/"))
                .unwrap_or_default();
            format!("system/config/{drive}{}", parts.join("/"))
        }
        RowKind::SharedLog if thing.tail.is_none() => {
            format!("logs/server/system/{}", name(&safe(path.file_name())))
        }
        RowKind::Log | RowKind::SharedLog => {
            let mut entry = folder_of(thing);
            if let Some(user) = user.filter(|_| thing.row.scope == Scope::User) {
                entry.push('/');
                entry.push_str(&safe(user));
            }
            let tail = thing.tail.as_deref().unwrap_or(path.file_name());
            for part in tail.split('/') {
                entry.push('/');
                entry.push_str(&safe(part));
            }
            name(&entry)
        }
    }
}

/// The wanted entry, or the nearest free one: with the folders above the file put before its name,
/// and at last with a number.
fn free(used: &BTreeSet<String>, wanted: &str, path: &NativePath) -> String {
    let is_free = |entry: &String| !used.contains(&entry.to_lowercase());
    let plain = wanted.to_owned();
    if is_free(&plain) {
        return plain;
    }
    let (folder, file) = wanted.rsplit_once('/').unwrap_or(("", wanted));
    let above = path.parts.len().saturating_sub(1);
    let with_folders = (1..=above).map(|count| {
        let folders: Vec<String> = path.parts[above - count..above]
            .iter()
            .map(|part| safe(part))
            .collect();
        format!("{folder}/{}/{file}", folders.join("/"))
    });
    let numbered = (2_u64..).map(|number| format!("{wanted}-{number}"));
    with_folders.chain(numbered).find(is_free).unwrap_or(plain)
}

/// A name that every system can unpack.
fn safe(name: &str) -> String {
    let text: String = name
        .chars()
        .map(|sign| match sign {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
            sign if sign.is_control() => '_',
            sign => sign,
        })
        .collect();
    match text.as_str() {
        "" | "." | ".." => "_".to_owned(),
        _ => text,
    }
}
