//! Which programs are Aspera's, as system logs name them, and where other programs (the kernel,
//! systemd, launchd) speak about them.

/// Programs whose names do not begin with `aspera` or `faspex`.
const NAMES: [&[u8]; 24] = [
    b"ascp",
    b"ascp4",
    b"async",
    b"aejd",
    b"http-gateway",
    b"httpgateway",
    b"faspio-gateway",
    b"ascli",
    b"trapd",
    b"transferd",
    b"aspshell",
    b"aspshell-r",
    b"asconfigurator",
    b"asnodeadmin",
    b"asuserdata",
    b"asctl",
    b"asconsole",
    b"aswatchadmin",
    b"aswatchfolderadmin",
    b"asrunadmin",
    b"asdelete",
    b"asunprotect",
    b"asprotect",
    b"asp-cloud-config",
];

/// The kernel cuts names of processes to this many bytes.
const KERNEL_NAME: usize = 15;

/// True for the file name of a program of Aspera.
pub(in crate::sources) fn is_aspera(program: &[u8]) -> bool {
    let program = program.strip_suffix(b".exe").unwrap_or(program);
    begins(program, b"aspera") || begins(program, b"faspex") || NAMES.contains(&program)
}

fn begins(text: &[u8], start: &[u8]) -> bool {
    text.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// True where the kernel speaks about a process of Aspera: crashes, memory, hangs.
pub(in crate::sources) fn kernel_names_aspera(message: &[u8]) -> bool {
    words(message).any(|(at, end)| {
        let word = message.get(at..end).unwrap_or_default();
        let before = message.get(..at).unwrap_or_default();
        let after = message.get(end..).unwrap_or_default();
        is_kernel_name(word) && names_a_process(before, after)
    })
}

/// A process' name as the kernel has it, which may be cut (`asperawatchfold`).
fn is_kernel_name(word: &[u8]) -> bool {
    let is_cut = |name: &&[u8]| name.len() > KERNEL_NAME && name.get(..KERNEL_NAME) == Some(word);
    is_aspera(word) || NAMES.iter().any(is_cut)
}

/// True where the words around show that a process is meant: `async` is a plain word as well.
fn names_a_process(before: &[u8], after: &[u8]) -> bool {
    let starts = |marks: &[&[u8]]| marks.iter().any(|mark| after.starts_with(mark));
    let ends = |marks: &[&[u8]]| marks.iter().any(|mark| before.ends_with(mark));
    (after.starts_with(b"[") && after.get(1).is_some_and(u8::is_ascii_digit))
        || (ends(&[b"("]) && starts(&[b")"]))
        || ends(&[b"task=", b"comm=", b"comm=\"", b"Comm: ", b"comm: "])
        || (ends(&[b"task "]) && starts(&[b":"]))
        || starts(&[
            b" invoked oom-killer",
            b": segfault",
            b" general protection",
        ])
}

/// The places of runs of letters, digits, `-` and `_`.
fn words(text: &[u8]) -> impl Iterator<Item = (usize, usize)> + '_ {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text.get(from..)?.iter().position(|&b| is_part(b))?;
        let length = text.get(start..)?.iter().position(|&b| !is_part(b));
        let end = length.map_or(text.len(), |length| start + length);
        from = end;
        Some((start, end))
    })
}

/// True where systemd speaks about a unit of Aspera: the unit must be what the line is about, not
/// a word somewhere in another unit's description.
pub(in crate::sources) fn systemd_names_aspera(message: &[u8]) -> bool {
    const VERBS: [&[u8]; 20] = [
        b"Started ",
        b"Starting ",
        b"Stopped ",
        b"Stopping ",
        b"Reloaded ",
        b"Reloading ",
        b"Finished ",
        b"Failed to start ",
        b"Failed to stop ",
        b"Deactivated ",
        b"Listening on ",
        b"Closed ",
        b"Dependency failed for ",
        b"Timed out starting ",
        b"Unit ",
        b"Condition check resulted in ",
        b"Created slice ",
        b"Removed slice ",
        b"Reached target ",
        b"Failed to load ",
    ];
    let verb = VERBS.iter().find_map(|verb| message.strip_prefix(*verb));
    let unit = verb.unwrap_or(message).trim_ascii_start();
    let unit = unit.strip_prefix(b"LSB: ").unwrap_or(unit);
    if begins(unit, b"aspera") || begins(unit, b"ibm aspera") || begins(unit, b"faspio-gateway") {
        return true;
    }
    // `/usr/lib/systemd/system/asperanoded.service:12: Unknown …`, with or without brackets.
    let path = unit.strip_prefix(b"[").unwrap_or(unit);
    if !path.starts_with(b"/") {
        return false;
    }
    let end = path
        .iter()
        .position(|b| b": ]".contains(b))
        .unwrap_or(path.len());
    let path = path.get(..end).unwrap_or(path);
    let from = memchr::memrchr(b'/', path).map_or(0, |at| at + 1);
    begins(path.get(from..).unwrap_or_default(), b"aspera")
}

/// True where launchd speaks about a job of Aspera: `(com.aspera.asperanoded[77]): exited …`.
pub(in crate::sources) fn launchd_names_aspera(message: &[u8]) -> bool {
    let label = message.strip_prefix(b"(").unwrap_or(message);
    let label = label.strip_prefix(b"system/").unwrap_or(label);
    begins(label, b"com.aspera.") || begins(label, b"com.ibm.software.aspera.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_of_aspera_and_near_misses() {
        for name in [
            "ascp",
            "ascp4",
            "ascp.exe",
            "async",
            "asperanoded",
            "asperacentral",
            "asperahttpd",
            "asperaredisd",
            "asperarund",
            "asperawatchd",
            "asperawatchfolderd",
            "asperawatchfolder",
            "aejd",
            "asperaejd",
            "http-gateway",
            "faspio-gateway",
            "ascli",
            "asperalm",
            "trapd",
            "asperatransferd",
            "transferd",
            "aspera_httpgateway",
            "Aspera",
            "faspex",
        ] {
            assert!(is_aspera(name.as_bytes()), "{name}");
        }
        for name in [
            "",
            "asc",
            "ascpx",
            "xascp",
            "scp",
            "rsync",
            "asyncd",
            "snmptrapd",
            "aspell",
            "asper",
            "sshd",
            "kernel",
            "redis-server",
            "gateway",
        ] {
            assert!(!is_aspera(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn the_kernel_about_aspera_and_about_others() {
        for message in [
            "[12.3] ascp[123]: segfault at 0 ip 00007f sp 00007f error 4 in libc.so.6",
            "traps: asperanoded[99] general protection fault ip:7f",
            "Out of memory: Killed process 99 (asperanoded) total-vm:1kB",
            "oom-kill:constraint=CONSTRAINT_NONE,task=asperanoded,pid=99,uid=0",
            "asperawatchfold invoked oom-killer: gfp_mask=0x0",
            "oom_reaper: reaped process 99 (async), now anon-rss:0kB",
            "INFO: task ascp:1234 blocked for more than 120 seconds.",
            "CPU: 1 PID: 7 Comm: ascp4 Not tainted",
            "audit: type=1701 pid=7 comm=\"ascp\" exe=\"/opt/aspera/bin/ascp\" sig=11",
        ] {
            assert!(kernel_names_aspera(message.as_bytes()), "{message}");
        }
        for message in [
            "async_tx: api initialized",
            "async: scan started",
            "Killed process 99 (mysqld) total-vm:1kB",
            "usb 1-1: product: ascp",
            "IN=eth0 OUT= SRC=10.0.0.9 DST=10.0.0.5 PROTO=UDP DPT=33001",
            "",
        ] {
            assert!(!kernel_names_aspera(message.as_bytes()), "{message}");
        }
    }

    #[test]
    fn systemd_about_aspera_and_about_others() {
        for message in [
            "Started asperanoded.service - IBM Aspera Node API.",
            "asperanoded.service: Main process exited, code=killed, status=9/KILL",
            "Unit asperacentral.service entered failed state.",
            "Failed to start aspera_httpgateway.service.",
            "Starting IBM Aspera HTTP Gateway...",
            "Starting LSB: Aspera Central...",
            "/usr/lib/systemd/system/asperanoded.service:12: Unknown key name",
            "[/etc/systemd/system/asperarund.service:3] Unknown lvalue",
        ] {
            assert!(systemd_names_aspera(message.as_bytes()), "{message}");
        }
        for message in [
            "Started Session 12 of user xferuser.",
            "Started backup.service - Backup of aspera.service logs.",
            "backup-aspera.service: Succeeded.",
            "Starting Daily apt upgrade and clean activities...",
            "/etc/systemd/system/mysql.service:3: see asperanoded.service",
            "sshd.service: Succeeded.",
        ] {
            assert!(!systemd_names_aspera(message.as_bytes()), "{message}");
        }
    }

    #[test]
    fn launchd_about_aspera_and_about_others() {
        assert!(launchd_names_aspera(
            b"(com.aspera.asperanoded[77]): Service exited"
        ));
        assert!(launchd_names_aspera(b"com.aspera.asperacentral: spawned"));
        assert!(!launchd_names_aspera(
            b"(com.apple.mdworker[77]): com.aspera.x"
        ));
    }
}
