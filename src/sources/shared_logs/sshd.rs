//! What a line of the SSH server is about: whose login, and from which address. It decides nothing;
//! `shared` keeps the lines of transfer users with it.
use std::net::IpAddr;

/// What one message says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::sources) struct Said<'a> {
    /// The login that it names, whether or not such an account exists.
    pub user: Option<&'a [u8]>,
    /// The first address in it.
    pub address: Option<IpAddr>,
    /// It is about the server itself, not about anybody's login.
    pub server: bool,
    /// It says what only ascp makes an SSH server say.
    pub by_ascp: bool,
    /// Number of the process that goes on with this session.
    pub child: Option<u32>,
}

/// True for the parts of an SSH server, which newer ones split into several programs.
pub(in crate::sources) fn is_sshd(program: &[u8]) -> bool {
    matches!(program, b"sshd" | b"sshd-session" | b"sshd-auth")
}

/// Reads one message.
pub(in crate::sources) fn read(message: &[u8]) -> Said<'_> {
    if let Some(child) = message.strip_prefix(b"User child is on pid ") {
        let child = std::str::from_utf8(child).ok();
        return Said {
            child: child.and_then(|child| child.trim().parse().ok()),
            ..Said::default()
        };
    }
    let about_server = [
        &b"Server listening on "[..],
        b"Received signal ",
        b"Received SIGHUP",
        b"error: Bind to port ",
        b"fatal: Cannot bind any address",
    ];
    if about_server.iter().any(|start| message.starts_with(start)) {
        return Said {
            server: true,
            ..Said::default()
        };
    }
    Said {
        user: user(message),
        address: address(message),
        by_ascp: memchr::memmem::find(message, b"fingerprint mismatch").is_some(),
        ..Said::default()
    }
}

/// The login that a message names.
fn user(message: &[u8]) -> Option<&[u8]> {
    // PAM writes fields: `rhost=… user=ana`; `ruser=` is somebody else.
    if let Some(name) = after(message, b" user=") {
        return login(name);
    }
    if let Some(name) = message.strip_prefix(b"User ") {
        return login(name);
    }
    // The more telling mark comes first: `subsystem request for sftp by user ana`.
    let marks: [&[u8]; 4] = [
        b" user ",
        b"nvalid user ",
        b"llegal user ",
        b"Authorized to ",
    ];
    if let Some(name) = marks.iter().find_map(|mark| after(message, mark)) {
        return login(name);
    }
    let name = after(message, b" for ")?;
    let no_login: [&[u8]; 3] = [b"directory ", b"file ", b"getaddrinfo "];
    let is_lookup = memchr::memmem::find(message, b"getaddrinfo for ").is_some();
    if is_lookup || no_login.iter().any(|word| name.starts_with(word)) {
        return None;
    }
    login(name)
}

/// What follows the first `mark`.
fn after<'a>(text: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    let at = memchr::memmem::find(text, mark)?;
    text.get(at + mark.len()..)
}

/// The login name at the start of a text; an empty one is a name too (`invalid user  from …`).
fn login(text: &[u8]) -> Option<&[u8]> {
    let end = text
        .iter()
        .position(|b| b" (,:'\"[".contains(b))
        .unwrap_or(text.len());
    let name = text.get(..end)?;
    Some(name.strip_suffix(b".").unwrap_or(name))
}

/// The first address in a text.
fn address(message: &[u8]) -> Option<IpAddr> {
    message.split(|b| b" =".contains(b)).find_map(|word| {
        let word = word.strip_prefix(b"[").unwrap_or(word);
        let end = word
            .iter()
            .position(|b| b"],%".contains(b))
            .unwrap_or(word.len());
        let word = std::str::from_utf8(word.get(..end)?).ok()?;
        // Anything shorter cannot be one, and parsing each word of each line would cost.
        if word.len() < 3 || !word.contains(['.', ':']) {
            return None;
        }
        word.trim_end_matches(['.', ':'])
            .parse()
            .or_else(|_| word.parse())
            .ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_name_a_login_is_known() {
        for message in [
            "Accepted publickey for ana from 10.77.0.21 port 38760 ssh2: RSA SHA256:x",
            "Failed password for ana from 10.77.0.21 port 38760 ssh2",
            "Failed none for invalid user ana from 10.77.0.21 port 5 ssh2",
            "Postponed publickey for ana from 10.77.0.21 port 5 ssh2 [preauth]",
            "Invalid user ana from 10.77.0.21 port 5",
            "Illegal user ana from 10.77.0.21",
            "error: maximum authentication attempts exceeded for ana from 10.77.0.21 port 5 ssh2 [preauth]",
            "error: maximum authentication attempts exceeded for invalid user ana from 10.77.0.21 port 5",
            "Disconnecting authenticating user ana 10.77.0.21 port 5: Too many [preauth]",
            "Disconnected from user ana 10.77.0.21 port 5",
            "Disconnected from invalid user ana 10.77.0.21 port 5 [preauth]",
            "Connection closed by authenticating user ana 10.77.0.21 port 5 [preauth]",
            "Connection reset by user ana 10.77.0.21 port 5",
            "User ana from 10.77.0.21 not allowed because not listed in AllowUsers",
            "User ana not allowed because account is locked",
            "pam_unix(sshd:session): session opened for user ana(uid=1000) by (uid=0)",
            "pam_unix(sshd:session): session closed for user ana",
            "pam_sss(sshd:auth): authentication failure; logname= ruser=bob rhost=10.77.0.21 user=ana",
            "error: PAM: Authentication failure for ana from 10.77.0.21",
            "fatal: Access denied for user ana by PAM account configuration [preauth]",
            "input_userauth_request: invalid user ana [preauth]",
            "Starting session: command for ana from 10.77.0.21 port 5 id 0",
            "Close session: user ana from 10.77.0.21 port 5 id 0",
            "subsystem request for sftp by user ana",
        ] {
            let said = read(message.as_bytes());
            assert_eq!(said.user, Some(&b"ana"[..]), "{message}");
            assert!(!said.server, "{message}");
            if message.contains("10.77.0.21") {
                assert_eq!(
                    said.address,
                    Some("10.77.0.21".parse().unwrap()),
                    "{message}"
                );
            }
        }
    }

    #[test]
    fn messages_without_a_login_name_none() {
        for message in [
            "Received disconnect from 10.77.0.21 port 44264:11: done",
            "Connection from 10.77.0.21 port 5 on 10.77.0.5 port 33001 rdomain \"\"",
            "fatal: ssh_packet_send_debug: send DEBUG: Broken pipe",
            "Authentication refused: bad ownership or modes for directory /home/ana",
            "Authentication refused: bad ownership or modes for file /home/ana/.ssh/authorized_keys",
            "reverse mapping checking getaddrinfo for ana.example [10.77.0.21] failed.",
            "User child is on pid 30351",
            "Server listening on 0.0.0.0 port 33001.",
            "",
        ] {
            assert_eq!(read(message.as_bytes()).user, None, "{message}");
        }
    }

    #[test]
    fn addresses_of_both_families_are_found_in_their_odd_places() {
        for (message, expected) in [
            (
                "Received disconnect from 10.77.0.21 port 44264:11: done",
                Some("10.77.0.21"),
            ),
            (
                "Received disconnect from 10.77.0.21: 11: done",
                Some("10.77.0.21"),
            ),
            (
                "Connection closed by fd77::21 port 5 [preauth]",
                Some("fd77::21"),
            ),
            ("Connection closed by fe80::1%eth0 port 5", Some("fe80::1")),
            ("x failure; rhost=fd77::21 user=ana", Some("fd77::21")),
            (
                "mapping for a.example [10.77.0.21] failed",
                Some("10.77.0.21"),
            ),
            ("fatal: Timeout before authentication", None),
            ("version 1.2.3", None),
        ] {
            let expected = expected.map(|text| text.parse().unwrap());
            assert_eq!(read(message.as_bytes()).address, expected, "{message}");
        }
    }

    #[test]
    fn the_server_its_children_and_ascp_are_recognised() {
        assert!(read(b"Server listening on 0.0.0.0 port 33001.").server);
        assert!(read(b"Received signal 15; terminating.").server);
        assert_eq!(read(b"User child is on pid 30351").child, Some(30351));
        let mismatch = b"Received disconnect from 10.77.0.21 port 4:11: SSH host-key authentication failed - fingerprint mismatch [preauth]";
        assert!(read(mismatch).by_ascp);
        assert!(!read(b"Received disconnect from 10.77.0.21 port 4:11: done").by_ascp);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_fall(message: Vec<u8>) {
            read(&message);
        }
    }
}
