//! The program at a terminal: what it asks, and that it never asks where nobody sits.
use std::io::{Read, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::api::{ANA, Cloud};
use crate::kit::{Run, Tree, lines, only_file};
use crate::zips::Bundle;

/// A run on a terminal of its own.
struct Seat {
    child: std::process::Child,
    terminal: pty_process::blocking::Pty,
    shown: Arc<Mutex<String>>,
    /// What was waited for already.
    read: usize,
}

impl Seat {
    fn take(run: Run) -> Self {
        let (terminal, other_end) = pty_process::blocking::open().unwrap();
        terminal.resize(pty_process::Size::new(40, 200)).unwrap();
        let std = run.into_command();
        let mut command =
            pty_process::blocking::Command::new(std.get_program()).args(std.get_args());
        for (name, value) in std.get_envs() {
            command = match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let child = command.spawn(other_end).unwrap();
        let shown = Arc::new(Mutex::new(String::new()));
        let mut reader = std::fs::File::from(rustix::io::dup(&terminal).unwrap());
        let store = Arc::clone(&shown);
        std::thread::spawn(move || {
            let mut piece = [0; 4096];
            // The end of a terminal is an error on Linux.
            while let Ok(n @ 1..) = reader.read(&mut piece) {
                let text = String::from_utf8_lossy(&piece[..n]).into_owned();
                store.lock().unwrap().push_str(&text);
            }
        });
        Self {
            child,
            terminal,
            shown,
            read: 0,
        }
    }

    /// Waits until this is shown, behind what was waited for before.
    #[track_caller]
    fn sees(&mut self, words: &str) -> &mut Self {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let shown = self.shown.lock().unwrap().clone();
            if let Some(at) = shown[self.read..].find(words) {
                self.read += at + words.len();
                return self;
            }
            assert!(
                Instant::now() < until,
                "{words:?} is not in {:?}",
                &shown[self.read..]
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn types(&mut self, text: &str) -> &mut Self {
        self.terminal
            .write_all(format!("{text}\n").as_bytes())
            .unwrap();
        self
    }

    /// Everything that was shown, once the program ended.
    fn ends(&mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        std::thread::sleep(Duration::from_millis(100));
        (code, self.shown.lock().unwrap().clone())
    }
}

struct Desk {
    tree: Tree,
    out: tempfile::TempDir,
    home: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let tree = Tree::new();
        tree.client_log(lines(5));
        Self {
            tree,
            out: tempfile::tempdir().unwrap(),
            home: tempfile::tempdir().unwrap(),
        }
    }

    fn run(&self) -> Run {
        Run::new("collect")
            .path("--root", self.tree.path())
            .args(["--os", "linux", "--package-id", "bYA_ilq73g"])
            .path("-o", self.out.path())
            .env("HOME", self.home.path())
            .env("NO_PROXY", "localhost")
            .env("TERM", "xterm")
    }

    fn bundle(&self) -> Bundle {
        Bundle::read(&only_file(self.out.path()))
    }
}

/// Skips the four settings.
fn skips_settings(seat: &mut Seat) {
    seat.sees("Access (login) token expiration:").types("skip");
}

fn entry(bundle: &Bundle, name: &str) -> Value {
    let manifest = bundle.manifest();
    let entries = manifest["entries"].as_array().unwrap().clone();
    let is = |e: &Value| e["path"] == name || e["entry"] == name;
    entries
        .into_iter()
        .find(is)
        .unwrap_or_else(|| panic!("{name}: {manifest:#}"))
}

#[test]
fn typed_settings_land_in_the_bundle_with_their_source() {
    let desk = Desk::new();
    let mut seat = Seat::take(desk.run());
    seat.sees("Access (login) token expiration:").types("1h");
    seat.sees("1 hour");
    seat.sees("Refresh token rotation:").types("a while");
    seat.sees("is not understood; write for example 1h");
    seat.sees("Refresh token rotation:").types("off");
    seat.sees("Inactive session logout:").types("");
    seat.sees("Transfer node token:").types("30 days");
    let (code, shown) = seat.ends();
    assert_eq!(code, Some(0), "{shown}");
    let settings = desk.bundle().json("settings/organization.json");
    assert_eq!(settings["source"], "typed");
    let rows = settings["token_settings"].as_array().unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|r| {
            (
                r["value"].as_i64(),
                r["reads"].as_str().unwrap(),
                r["source"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (Some(3600), "1 hour", Some("typed")),
            (None, "off", Some("typed")),
            (None, "not given", None),
            (Some(2_592_000), "30 days", Some("typed")),
        ]
    );
    assert!(rows[0]["at"].as_str().unwrap().ends_with('Z'), "{settings}");
    assert!(
        settings["missing"][0]
            .as_str()
            .unwrap()
            .contains("Admin > Organization > Security")
    );
}

#[test]
fn without_an_answer_the_bundle_says_how_to_get_everything() {
    let desk = Desk::new();
    let mut seat = Seat::take(desk.run());
    skips_settings(&mut seat);
    let (code, shown) = seat.ends();
    assert_eq!(code, Some(0), "{shown}");
    assert!(
        !shown.contains("Bearer token ("),
        "nobody named the cloud: {shown}"
    );
    let bundle = desk.bundle();
    for name in [
        "settings/organization.json",
        "aoc/package.json",
        "aoc/user.json",
        "aoc/transfers.json",
        "node/info.json",
        "node/access-key.json",
        "node/transfers.json",
        "node/events.json",
        "node/tether.json",
    ] {
        let told = entry(&bundle, name);
        let reason = told["reason"].as_str().unwrap();
        assert_eq!(told["status"], "skipped", "{told}");
        assert!(reason.contains("; or: "), "{name}: {reason}");
        assert!(
            !reason.contains('~'),
            "nothing of our own words is cut: {reason}"
        );
    }
}

#[test]
fn a_login_is_asked_for_where_the_cloud_was_named_and_never_shown() {
    let cloud = Cloud::new();
    let grant = aoc_bundle::aoc::fake::Grant {
        subdomain: "acme".into(),
        subject: ANA.into(),
        scope: "admin:all".into(),
        expires: i64::MAX,
    };
    cloud.fake.world.grant("own-token-5512", grant);
    let desk = Desk::new();
    let named = |run: Run| {
        run.args(["--aoc-url", &cloud.cloud_url(), "--org", "acme"])
            .path("--ca-cert", &cloud.path("ca.pem"))
    };
    let mut seat = Seat::take(named(desk.run()));
    seat.sees("Bearer token (it is not shown")
        .types("own-token-5512");
    let (code, shown) = seat.ends();
    assert_eq!(code, Some(0), "{shown}");
    assert!(!shown.contains("own-token"), "{shown}");
    let settings = desk.bundle().json("settings/organization.json");
    assert_eq!(
        (
            settings["source"].as_str(),
            settings["token_settings"][0]["value"].as_i64()
        ),
        (Some("api"), Some(3600))
    );

    let desk = Desk::new();
    let mut seat = Seat::take(named(desk.run()));
    seat.sees("Bearer token (").types("");
    seat.sees("File of your private key").types("/no/such/file");
    seat.sees("cannot be read");
    seat.sees("File of your private key")
        .types(&cloud.path("key.pem").to_string_lossy());
    seat.sees("Client ID").types("cl1EntaBc9");
    seat.sees("E-mail of your login").types(ANA);
    let (code, shown) = seat.ends();
    assert_eq!(code, Some(0), "{shown}");
    assert_eq!(
        desk.bundle().json("aoc/user.json")["user"]["name"],
        "Ana Weber"
    );

    let desk = Desk::new();
    let mut seat = Seat::take(named(desk.run()));
    seat.sees("Bearer token (").types("");
    seat.sees("File of your private key").types("");
    skips_settings(&mut seat);
    assert_eq!(seat.ends().0, Some(0));

    let desk = Desk::new();
    let mut seat = Seat::take(named(desk.run()).args(["--yes"]));
    let (code, shown) = seat.ends();
    assert_eq!(code, Some(0), "{shown}");
    assert!(!shown.contains("Bearer token ("), "{shown}");
}

#[test]
fn a_preset_of_ascli_is_offered_and_used_only_with_consent() {
    let cloud = Cloud::new();
    let desk = Desk::new();
    std::fs::create_dir_all(desk.home.path().join(".aspera/ascli")).unwrap();
    let text = format!(
        "default: {{aoc: mine}}\nmine:\n  url: https://acme.ibmaspera.com\n  auth: jwt\n  username: {ANA}\n  client_id: cl1EntaBc9\n  private_key: '@file:{}'\n",
        cloud.path("key.pem").display()
    );
    std::fs::write(desk.home.path().join(".aspera/ascli/config.yaml"), text).unwrap();
    let mut seat = Seat::take(desk.run());
    seat.sees("ascli has a login to Aspera on Cloud here: mine (acme.ibmaspera.com)");
    seat.sees("[Y/n]").types("n");
    skips_settings(&mut seat);
    assert_eq!(seat.ends().0, Some(0));
    let desk_home = desk.home.path();

    // Taken, it is asked for at its own address; here a proxy stands for it that lets nobody through.
    let dead = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://{}", dead.local_addr().unwrap());
    drop(dead);
    let second = Desk::new();
    let run = second
        .run()
        .env("HOME", desk_home)
        .env("HTTPS_PROXY", proxy);
    let mut seat = Seat::take(run);
    seat.sees("[Y/n]").types("");
    let (code, shown) = seat.ends();
    assert_eq!(code, Some(3), "{shown}");
    assert!(shown.contains("api.ibmaspera.com"), "{shown}");

    // Without a terminal it is only mentioned.
    let third = Desk::new();
    let end = third.run().env("HOME", desk_home).end();
    end.exits(0);
    let told = entry(&third.bundle(), "settings/organization.json");
    let reason = told["reason"].as_str().unwrap();
    assert!(reason.contains("--ascli-preset mine"), "{reason}");
}
