//! Facts about the machine: what it is, how it is equipped, what time it thinks it is. Gathered in
//! the process itself on a live machine, read from files for a mounted image. All of it is raw: host
//! names and addresses in it are redacted by the caller like any other evidence.
//!
//! The fields, each left out where it is not known:
//!
//! | field | holds |
//! |---|---|
//! | `origin` | `live` or `image` |
//! | `host_name` | name of the machine as it calls itself |
//! | `os` | `name`, `version`, `long_name`, `id`, `build`, `kernel`, `kernels`, `architecture` |
//! | `machine` | `vendor`, `model`, `container`, `wsl` |
//! | `cpu` | `brand`, `vendor`, `logical_cores`, `physical_cores`, `mhz` |
//! | `memory` | `total_bytes`, `used_bytes`, `available_bytes`, `swap_total_bytes`, `swap_used_bytes`, `limit_bytes` (of the container) |
//! | `load` | mean number of waiting processes over `one_minute`, `five_minutes`, `fifteen_minutes` |
//! | `disks` | list of `mount`, `device`, `file_system`, `kind`, `total_bytes`, `free_bytes`, `read_only` |
//! | `network_mounts` | list of `mount`, `device`, `file_system`; sizes are not asked, a dead server would hang us |
//! | `network` | list of `name`, `mac`, `addresses`, `mtu`, `received_bytes`, `sent_bytes`, `receive_errors`, `send_errors` |
//! | `clock` | `utc`, `local`, `zone`, `offset_seconds`, `booted_utc`, `uptime_seconds` |
//! | `process` | `elevated` (root), `open_files_limit`, `locale` |
//! | `accounts` | number of accounts in the image's `etc/passwd` |
//! | `incomplete` | groups of facts that did not come in time |
use std::ffi::OsString;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};
use sysinfo::{
    CpuRefreshKind, DiskRefreshKind, Disks, MemoryRefreshKind, Networks, Product, RefreshKind,
    System,
};

use super::host_image as image;
use super::host_image::{SMALL, read_text};
use crate::sources::files::root_fs::Tree;

/// How long the disks may take: a dead mount can keep the answer back for ever.
const DISK_TIME: Duration = Duration::from_secs(5);
/// Whose files a tree shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    /// Those of the machine we run on: the system itself can be asked too.
    Here,
    /// Those of another machine, as a mounted image: only its files tell something.
    Image,
}

/// What the caller knows and this room may not ask for by itself.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The time now.
    pub now: Timestamp,
    /// The zone of this machine.
    pub zone: TimeZone,
    /// The environment: only locale and container variables are looked at.
    pub vars: Vec<(OsString, OsString)>,
}

/// Facts about the machine whose files `tree` shows, in the fields above.
#[must_use]
pub fn facts(tree: &Tree, machine: Machine, asked: &Asked) -> Value {
    match machine {
        Machine::Here => live(tree, asked),
        Machine::Image => image::facts(tree),
    }
}

fn live(tree: &Tree, asked: &Asked) -> Value {
    let mut facts = Map::new();
    let mut incomplete = Vec::new();
    facts.insert("origin".to_owned(), json!("live"));
    put(
        &mut facts,
        "host_name",
        System::host_name().ok().map(Value::from),
    );
    put(&mut facts, "os", object(live_os()));
    put(&mut facts, "machine", object(machine(tree, asked)));
    if let Ok(system) = System::new_with_specifics(
        RefreshKind::nothing()
            .with_cpu(CpuRefreshKind::nothing().with_frequency())
            .with_memory(MemoryRefreshKind::everything()),
    ) {
        put(&mut facts, "cpu", object(cpu(&system)));
        put(&mut facts, "memory", object(memory(&system)));
    }
    put(&mut facts, "load", load());
    match within(DISK_TIME, disks) {
        Some(disks) => put(&mut facts, "disks", disks),
        None => incomplete.push("disks"),
    }
    put(&mut facts, "network_mounts", network_mounts(tree));
    put(&mut facts, "network", networks());
    put(&mut facts, "clock", object(clock(asked)));
    put(&mut facts, "process", object(process(asked)));
    if !incomplete.is_empty() {
        facts.insert("incomplete".to_owned(), json!(incomplete));
    }
    Value::Object(facts)
}

pub(in crate::sources) type Fields = Vec<(&'static str, Option<Value>)>;

/// A value where it is known, as one field.
pub(in crate::sources) fn some<T: Into<Value>>(value: Option<T>) -> Option<Value> {
    value.map(Into::into)
}

/// An object of the fields that are known; `None` where none is.
pub(in crate::sources) fn object(fields: Fields) -> Option<Value> {
    let known: Map<String, Value> = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect();
    (!known.is_empty()).then_some(Value::Object(known))
}

pub(in crate::sources) fn put(facts: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        facts.insert(name.to_owned(), value);
    }
}

/// What `work` gives, or `None` where it takes longer than `time`; it is then left to itself.
fn within<T: Send + 'static>(
    time: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (send, receive) = sync_channel(1);
    std::thread::spawn(move || {
        // Nobody listens any more where it took too long.
        let _ = send.send(work());
    });
    receive.recv_timeout(time).ok()
}

fn live_os() -> Fields {
    vec![
        ("name", some(System::name().ok())),
        ("version", some(System::os_version().ok())),
        ("long_name", some(System::long_os_version().ok())),
        ("id", Some(System::distribution_id().into())),
        ("kernel", some(System::kernel_version().ok())),
        ("architecture", Some(System::cpu_arch().into())),
    ]
}

fn machine(tree: &Tree, asked: &Asked) -> Fields {
    let text = |path: &str| read_text(tree, path);
    let wsl = text("/proc/version").to_lowercase().contains("microsoft");
    let exists = |path: &str| tree.read(path, 1).is_ok();
    let container = container_kind(
        variable(asked, "container"),
        variable(asked, "KUBERNETES_SERVICE_HOST").is_some(),
        exists("/.dockerenv"),
        exists("/run/.containerenv"),
        &text("/proc/1/cgroup"),
    );
    vec![
        ("vendor", some(Product::vendor_name().ok())),
        ("model", some(Product::name().ok())),
        ("container", container.map(Value::from)),
        ("wsl", wsl.then_some(Value::Bool(true))),
    ]
}

/// Which kind of container this is, told by the marks that each kind leaves.
fn container_kind(
    variable: Option<String>,
    kubernetes: bool,
    docker: bool,
    podman: bool,
    cgroup: &str,
) -> Option<String> {
    let by_cgroup = [
        ("kubepods", "kubernetes"),
        ("docker", "docker"),
        ("libpod", "podman"),
        ("/lxc", "lxc"),
    ];
    if kubernetes {
        return Some("kubernetes".to_owned());
    }
    variable
        .or_else(|| podman.then(|| "podman".to_owned()))
        .or_else(|| docker.then(|| "docker".to_owned()))
        .or_else(|| {
            let found = by_cgroup.iter().find(|(mark, _)| cgroup.contains(mark));
            found.map(|&(_, kind)| kind.to_owned())
        })
}

fn variable(asked: &Asked, name: &str) -> Option<String> {
    let found = asked.vars.iter().find(|(known, _)| known == name);
    let value = found?.1.to_string_lossy().into_owned();
    (!value.is_empty()).then_some(value)
}

fn cpu(system: &System) -> Fields {
    let first = system.cpus().first();
    let mhz = first.map(sysinfo::Cpu::frequency).filter(|&mhz| mhz > 0);
    vec![
        (
            "brand",
            some(first.map(|cpu| cpu.brand().trim().to_owned())),
        ),
        ("vendor", some(first.map(|cpu| cpu.vendor_id().to_owned()))),
        ("logical_cores", Some(system.cpus().len().into())),
        ("physical_cores", some(System::physical_core_count().ok())),
        ("mhz", some(mhz)),
    ]
}

fn memory(system: &System) -> Fields {
    // Without a limit the group's memory is that of the machine.
    let limit = system.cgroup_limits().map(|group| group.total_memory);
    let limit = limit.filter(|&limit| limit < system.total_memory());
    vec![
        ("total_bytes", Some(system.total_memory().into())),
        ("used_bytes", Some(system.used_memory().into())),
        ("available_bytes", Some(system.available_memory().into())),
        ("swap_total_bytes", Some(system.total_swap().into())),
        ("swap_used_bytes", Some(system.used_swap().into())),
        ("limit_bytes", some(limit)),
    ]
}

fn load() -> Option<Value> {
    let load = System::load_average().ok()?;
    Some(json!({
        "one_minute": load.one,
        "five_minutes": load.five,
        "fifteen_minutes": load.fifteen,
    }))
}

fn disks() -> Option<Value> {
    let asked = DiskRefreshKind::nothing().with_storage().with_kind();
    let disks = Disks::new_with_refreshed_list_specifics(asked).ok()?;
    let one = |disk: &sysinfo::Disk| {
        json!({
            "mount": disk.mount_point().to_string_lossy(),
            "device": disk.name().to_string_lossy(),
            "file_system": disk.file_system().to_string_lossy(),
            "kind": disk.kind().to_string(),
            "total_bytes": disk.total_space(),
            "free_bytes": disk.available_space(),
            "read_only": disk.is_read_only(),
        })
    };
    Some(disks.iter().map(one).collect())
}

/// File systems that live on another host; transfers to them have their own kind of trouble.
const REMOTE: [&str; 14] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "gpfs",
    "lustre",
    "ceph",
    "glusterfs",
    "beegfs",
    "afs",
    "9p",
    "fuse",
    "webdav",
];

fn network_mounts(tree: &Tree) -> Option<Value> {
    let mounts = tree.read("/proc/self/mounts", SMALL).ok()?;
    let found = remote_mounts(&String::from_utf8_lossy(&mounts));
    (!found.is_empty()).then(|| found.into())
}

/// The remote file systems in a mount table. Options are left out: they can hold user names.
fn remote_mounts(table: &str) -> Vec<Value> {
    let one = |line: &str| {
        let mut fields = line.split(' ');
        let (device, mount, kind) = (fields.next()?, fields.next()?, fields.next()?);
        let family = kind.split('.').next()?;
        REMOTE.contains(&family).then(|| {
            json!({
                "mount": mount.replace("\\040", " "),
                "device": device.replace("\\040", " "),
                "file_system": kind,
            })
        })
    };
    table.lines().filter_map(one).collect()
}

fn networks() -> Option<Value> {
    let networks = Networks::new_with_refreshed_list().ok()?;
    let mut cards: Vec<_> = networks.iter().collect();
    cards.sort_by_key(|&(name, _)| name);
    let one = |(name, card): (&OsString, &sysinfo::NetworkData)| {
        let addresses: Vec<String> = card.ip_networks().iter().map(ToString::to_string).collect();
        json!({
            "name": name.to_string_lossy(),
            "mac": card.mac_address().to_string(),
            "addresses": addresses,
            "mtu": card.mtu(),
            "received_bytes": card.total_received(),
            "sent_bytes": card.total_transmitted(),
            "receive_errors": card.total_errors_on_received(),
            "send_errors": card.total_errors_on_transmitted(),
        })
    };
    Some(cards.into_iter().map(one).collect())
}

fn clock(asked: &Asked) -> Fields {
    let local = asked.now.to_zoned(asked.zone.clone());
    let booted = System::boot_time()
        .ok()
        .and_then(|at| i64::try_from(at).ok());
    let booted = booted.and_then(|at| Timestamp::from_second(at).ok());
    vec![
        (
            "utc",
            Some(asked.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string().into()),
        ),
        (
            "local",
            Some(local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string().into()),
        ),
        ("zone", some(asked.zone.iana_name().map(str::to_owned))),
        ("offset_seconds", Some(local.offset().seconds().into())),
        (
            "booted_utc",
            some(booted.map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())),
        ),
        ("uptime_seconds", some(System::uptime().ok())),
    ]
}

fn process(asked: &Asked) -> Fields {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"];
    let locale = locale.iter().find_map(|name| variable(asked, name));
    vec![
        ("elevated", is_elevated().map(Value::Bool)),
        ("open_files_limit", some(System::open_files_limit().ok())),
        ("locale", some(locale)),
    ]
}

#[cfg(unix)]
fn is_elevated() -> Option<bool> {
    Some(rustix::process::geteuid().is_root())
}

#[cfg(not(unix))]
fn is_elevated() -> Option<bool> {
    None
}

#[cfg(test)]
#[path = "host_tests.rs"]
mod tests;
