//! What the machine itself is called, who lives on it, and in which zone its local stamps are, for
//! the redactor (names that are to be replaced wherever they stand) and for the time window.
use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use sysinfo::System;

use super::host::Machine;
use super::host_image::{SMALL, plist_value, read_text as text, shell_value};
use crate::sources::files::root_fs::{Tree, What};
use crate::sources::paths::catalogue::Os;

/// What a machine knows about itself. All of it is raw.
#[derive(Clone, Debug)]
pub struct HostIdentity {
    /// Its names, short and with domain, in lower case; `localhost` and the like are left out.
    pub host_names: Vec<String>,
    /// Login names of people (and of accounts that have a home folder); system accounts are left out.
    pub users: Vec<String>,
    /// Full names of people, from the account list.
    pub people: Vec<String>,
    /// Accounts whose shell is Aspera's: only transfers run under them.
    pub transfer_users: Vec<String>,
    /// The zone of stamps that name none.
    pub time_zone: TimeZone,
    /// False where the zone could not be found and UTC was taken instead.
    pub zone_known: bool,
}

/// Reads the identity of the machine, or of the one whose image is mounted.
#[must_use]
pub fn identity(tree: &Tree, machine: Machine) -> HostIdentity {
    let zone = zone_of(tree, machine);
    let accounts = accounts(tree);
    HostIdentity {
        host_names: host_names(tree, machine),
        users: accounts.users.into_iter().collect(),
        people: accounts.people.into_iter().collect(),
        transfer_users: accounts.transfer_users.into_iter().collect(),
        zone_known: zone.is_some(),
        time_zone: zone.unwrap_or(TimeZone::UTC),
    }
}

/// The name by which the machine calls itself.
pub(in crate::sources) fn own_name(tree: &Tree, machine: Machine) -> Option<String> {
    if machine == Machine::Here {
        return System::host_name().ok().filter(|name| is_name(name));
    }
    let by_files = match tree.os() {
        Os::Linux => [
            text(tree, "/etc/hostname")
                .lines()
                .next()
                .map(str::to_owned),
            text(tree, "/etc/HOSTNAME")
                .lines()
                .next()
                .map(str::to_owned),
            shell_value(&text(tree, "/etc/sysconfig/network"), "HOSTNAME"),
        ],
        Os::Macos => {
            let preferences = text(
                tree,
                "/Library/Preferences/SystemConfiguration/preferences.plist",
            );
            let value = |name| plist_value(&preferences, name);
            [
                value("HostName"),
                value("LocalHostName"),
                value("ComputerName"),
            ]
        }
        Os::Windows => [None, None, None],
    };
    let by_files = by_files.into_iter().flatten();
    by_files
        .map(|name| name.trim().to_owned())
        .find(|name| is_name(name))
}

/// True for a name that tells this machine from others.
fn is_name(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or_default();
    let common = [
        "",
        "localhost",
        "ip6-localhost",
        "ip6-loopback",
        "localhost4",
        "localhost6",
        "(none)",
    ];
    !common.contains(&first.to_ascii_lowercase().as_str())
        && name.parse::<std::net::IpAddr>().is_err()
        && !name.contains(char::is_whitespace)
}

fn host_names(tree: &Tree, machine: Machine) -> Vec<String> {
    let mut names = BTreeSet::new();
    let mut add = |name: &str| {
        if is_name(name) {
            names.insert(name.to_lowercase());
            names.extend(name.split_once('.').map(|(short, _)| short.to_lowercase()));
        }
    };
    let own = own_name(tree, machine);
    if let Some(own) = &own {
        add(own);
    }
    let hosts = match tree.os() {
        Os::Windows => text(tree, r"C:\Windows\System32\drivers\etc\hosts"),
        Os::Linux | Os::Macos => text(tree, "/etc/hosts"),
    };
    for name in names_in_hosts(&hosts, own.as_deref()) {
        add(&name);
    }
    // A short name is a full one together with the domain in which this machine searches.
    let resolv = text(tree, "/etc/resolv.conf");
    if let Some(own) = own.as_deref().filter(|own| !own.contains('.')) {
        for domain in search_domains(&resolv) {
            add(&format!("{own}.{domain}"));
        }
    }
    names.into_iter().collect()
}

/// Names in a hosts file that are this machine's: those on a line with its own name, and those of
/// loopback addresses (Debian gives the host `127.0.1.1`).
fn names_in_hosts(hosts: &str, own: Option<&str>) -> Vec<String> {
    let short = |name: &str| name.split('.').next().unwrap_or_default().to_lowercase();
    let own = own.map(short);
    let mut found = Vec::new();
    for line in hosts.lines() {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = line.split_whitespace();
        let Some(address) = words.next() else {
            continue;
        };
        let names: Vec<&str> = words.collect();
        let loopback = address.starts_with("127.") || address == "::1";
        let is_own = names.iter().any(|name| own.as_ref() == Some(&short(name)));
        if loopback || is_own {
            found.extend(
                names
                    .into_iter()
                    .filter(|name| is_name(name))
                    .map(str::to_owned),
            );
        }
    }
    found
}

/// The domains of `search` and `domain` lines, at most six as resolvers do.
fn search_domains(resolv: &str) -> Vec<String> {
    let mut domains = Vec::new();
    for line in resolv.lines() {
        let mut words = line.split_whitespace();
        if matches!(words.next(), Some("search" | "domain")) {
            domains.extend(words.filter(|word| word.contains('.')).map(str::to_owned));
        }
    }
    domains.truncate(6);
    domains
}

#[derive(Default)]
struct Accounts {
    users: BTreeSet<String>,
    people: BTreeSet<String>,
    transfer_users: BTreeSet<String>,
}

/// Home folders that belong to nobody in particular.
const COMMON_HOMES: [&str; 9] = [
    "shared",
    "public",
    "default",
    "default user",
    "all users",
    "guest",
    "lost+found",
    "defaultapppool",
    "linuxbrew",
];

fn accounts(tree: &Tree) -> Accounts {
    let mut accounts = Accounts::default();
    read_passwd(&text(tree, "/etc/passwd"), &mut accounts);
    let homes = match tree.os() {
        Os::Linux => "/home",
        Os::Macos => "/Users",
        Os::Windows => r"C:\Users",
    };
    let folders = tree.folders(homes).into_iter();
    accounts.users.extend(folders.filter(|name| {
        !name.starts_with('.') && !COMMON_HOMES.contains(&name.to_lowercase().as_str())
    }));
    accounts
}

/// Accounts of people in a `passwd` file: those with a number that systems give to people, or with a
/// home where people live. An account like `daemon` is no secret and too common a word to replace.
fn read_passwd(passwd: &str, accounts: &mut Accounts) {
    for line in passwd.lines() {
        let fields: Vec<&str> = line.split(':').collect();
        let &[user, _, uid, _, gecos, home, ..] = fields.as_slice() else {
            continue;
        };
        let uid: u32 = uid.parse().unwrap_or(0);
        // 65534 and 4294967294 are `nobody`.
        let by_number = (1000..65_534).contains(&uid) || (65_536..u32::MAX - 1).contains(&uid);
        let by_home = ["/home/", "/Users/", "/export/home/"]
            .iter()
            .any(|at| home.starts_with(at));
        if user.is_empty() || user.starts_with(['#', '+', '-']) {
            continue;
        }
        let shell = fields
            .last()
            .and_then(|shell| shell.trim_end().rsplit('/').next());
        if shell.is_some_and(|shell| shell.starts_with("aspshell")) {
            accounts.transfer_users.insert(user.to_owned());
        }
        if !(by_number || by_home) {
            continue;
        }
        accounts.users.insert(user.to_owned());
        let person = gecos.split(',').next().unwrap_or_default().trim();
        // One word alone is more often the name of a service than of a person.
        if person.contains(' ') && person != user {
            accounts.people.insert(person.to_owned());
        }
    }
}

/// The zone in which the machine writes local stamps; `None` where it cannot be found.
pub(in crate::sources) fn zone_of(tree: &Tree, machine: Machine) -> Option<TimeZone> {
    if machine == Machine::Here {
        return TimeZone::try_system().ok();
    }
    let named = zone_name(tree).and_then(|name| {
        let own = zone_folders(tree.os()).iter();
        let mut own = own.filter_map(|folder| tree.read(&format!("{folder}/{name}"), SMALL).ok());
        // The image's own rules come first: they are those by which it wrote.
        own.find_map(|data| TimeZone::tzif(&name, &data).ok())
            .or_else(|| TimeZone::get(&name).ok())
    });
    named.or_else(|| {
        let data = tree.read("/etc/localtime", SMALL).ok()?;
        TimeZone::tzif("", &data).ok()
    })
}

fn zone_folders(os: Os) -> &'static [&'static str] {
    match os {
        Os::Linux => &["/usr/share/zoneinfo"],
        Os::Macos => &["/var/db/timezone/zoneinfo", "/usr/share/zoneinfo"],
        Os::Windows => &[],
    }
}

/// The zone's name, from the link that `/etc/localtime` is, or from a file that holds the name.
fn zone_name(tree: &Tree) -> Option<String> {
    let clock = text(tree, "/etc/sysconfig/clock");
    let candidates = [
        link_text(tree, "/etc", "localtime").and_then(|target| {
            let (_, name) = target.rsplit_once("zoneinfo/")?;
            Some(name.to_owned())
        }),
        text(tree, "/etc/timezone")
            .lines()
            .next()
            .map(str::to_owned),
        text(tree, "/etc/TIMEZONE")
            .lines()
            .find_map(|line| shell_value(line, "TZ")),
        shell_value(&clock, "ZONE").or_else(|| shell_value(&clock, "TIMEZONE")),
    ];
    let candidates = candidates.into_iter().flatten();
    candidates
        .map(|name| name.trim().to_owned())
        .find(|name| is_zone_name(name))
}

/// What a link says, without following it: the zone's file need not be in the image.
fn link_text(tree: &Tree, folder: &str, name: &str) -> Option<String> {
    let folder = tree.look(folder);
    if folder.what != What::Folder {
        return None;
    }
    let target = std::fs::read_link(folder.real.join(name)).ok()?;
    Some(target.to_string_lossy().into_owned())
}

/// A zone's name becomes part of a path: only letters, digits and signs that zones have.
fn is_zone_name(name: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"_+-".contains(&b))
    };
    name.len() < 64 && name.split('/').all(part)
}

#[cfg(test)]
#[path = "identity_tests.rs"]
mod tests;
