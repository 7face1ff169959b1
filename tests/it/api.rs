//! The program against the fake of Aspera on Cloud and of a node, over real TCP and TLS.
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use aoc_bundle::aoc::fake::keys::new_pem;
use aoc_bundle::aoc::fake::wire::Answer;
use aoc_bundle::aoc::fake::{Fake, Grant};
use aoc_bundle::aoc::login::keys::SigningKey;
use tempfile::TempDir;

use crate::kit::{Ended, Run, Tree, lines, only_file};
use crate::zips::Bundle;

pub const ANA: &str = "ana.weber@acme.example";

/// The fake, and the files that a person would have.
pub struct Cloud {
    pub fake: Fake,
    pub folder: TempDir,
}

impl Cloud {
    pub fn new() -> Self {
        let cloud = Self {
            fake: Fake::start().unwrap(),
            folder: tempfile::tempdir().unwrap(),
        };
        cloud.write("key.pem", &new_pem().unwrap());
        cloud.register("key.pem");
        cloud.write("ca.pem", cloud.fake.authority.pem());
        cloud.write("node", "acme-key-1:CANARY-aksecret-2\n");
        cloud
    }

    /// Registers the public half of a key in Ana's profile.
    pub fn register(&self, file: &str) {
        self.register_for(ANA, file);
    }

    /// The same for somebody else.
    pub fn register_for(&self, email: &str, file: &str) {
        let pem = fs::read(self.path(file)).unwrap();
        let key = SigningKey::read(&pem, None).unwrap();
        self.fake.world.register_key(email, key.public());
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn cloud_url(&self) -> String {
        format!("https://localhost:{}", self.fake.cloud().port())
    }

    /// A run that trusts the fake and has no credentials yet.
    pub fn run(&self, command: &str) -> Run {
        Run::new(command)
            .env("NO_PROXY", "localhost")
            .env("HOME", self.folder.path())
            .args(["--aoc-url", &self.cloud_url(), "--org", "acme"])
            .path("--ca-cert", &self.path("ca.pem"))
    }

    pub fn with_key(&self, run: Run) -> Run {
        run.env("AOC_BUNDLE_CLIENT_ID", "cl1EntaBc9")
            .env("AOC_BUNDLE_PRIVATE_KEY_FILE", self.path("key.pem"))
            .env("AOC_BUNDLE_USERNAME", ANA)
    }

    pub fn with_node(&self, run: Run) -> Run {
        let url = format!("https://localhost:{}", self.fake.node().port());
        run.args(["--node-url", &url])
            .env("AOC_BUNDLE_NODE_AUTH_FILE", self.path("node"))
    }

    /// Collects into a fresh folder.
    fn collect(&self, tree: &Tree, dress: impl Fn(Run) -> Run) -> (Ended, Option<Bundle>) {
        let out = tempfile::tempdir().unwrap();
        let run = self
            .run("collect")
            .path("--root", tree.path())
            .args([
                "--os",
                "linux",
                "--package-id",
                "bYA_ilq73g",
                "--since",
                "2026-11-22",
            ])
            .path("-o", out.path());
        let end = dress(run).end();
        let made = end.code == Some(0) || end.code == Some(3);
        let bundle = made.then(|| {
            let mut bundle = Bundle::read(&only_file(out.path()));
            bundle.folder = Some(out);
            bundle
        });
        (end, bundle)
    }
}

pub fn tree() -> Tree {
    let tree = Tree::new();
    tree.client_log(lines(20));
    tree
}

fn no_canary(bundle: &Bundle) {
    for (name, content) in &bundle.entries {
        // The address of the case's own user stays, whole; its domain alone does not.
        let text = String::from_utf8_lossy(content).replace(ANA, "");
        assert!(!text.contains("CANARY"), "{name}: {text}");
        for name_of_person in ["bob.lang", "Bob Lang", "acme.example"] {
            assert!(
                !text.contains(name_of_person),
                "{name}: {name_of_person}: {text}"
            );
        }
    }
}

#[test]
fn everything_that_the_apis_know_is_in_the_bundle_and_redacted() {
    let cloud = Cloud::new();
    let node = format!("https://localhost:{}", cloud.fake.node().port());
    cloud.fake.world.set_node_url(&node);
    let (end, bundle) = cloud.collect(&tree(), |run| cloud.with_node(cloud.with_key(run)));
    end.exits(0);
    let bundle = bundle.unwrap();
    no_canary(&bundle);
    let settings = bundle.json("settings/organization.json");
    let read = |n: usize| {
        settings["token_settings"][n]["reads"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        [read(0), read(1), read(2), read(3)],
        ["1 hour", "off", "2 hours", "1 day"]
    );
    assert_eq!(settings["token_settings"][0]["value"], 3600, "{settings}");
    assert_eq!(
        settings["token_settings"][0]["setting"],
        "access_token_duration"
    );
    assert_eq!(settings["effective"][0]["seconds"], 3600, "{settings}");
    let package = bundle.json("aoc/package.json");
    assert_eq!(
        (package["state"].as_str(), package["package"]["id"].as_str()),
        (Some("failed"), Some("bYA_ilq73g"))
    );
    assert_eq!(package["package"]["files_completed"], 2);
    let files = package["node"]["contents"]["files"].as_array();
    assert_eq!(files.map(Vec::len), Some(2), "{package}");
    let transfers = bundle.json("aoc/transfers.json");
    assert_eq!(transfers["transfers"][0]["error_code"], 37);
    assert!(
        transfers["transfers"][0]["error_message"]
            .as_str()
            .unwrap()
            .contains("token expired")
    );
    let info = bundle.json("node/info.json");
    assert_eq!(
        (
            info["info"]["version"].as_str(),
            info["certificate"]["accepted"].as_bool()
        ),
        (Some("4.4.5.1646"), Some(true))
    );
    let own = bundle.json("node/transfers.json");
    assert_eq!(own["transfers"][0]["sessions"][0]["retry_count"], 3);
    assert_eq!(bundle.json("node/tether.json")["tethered"], true);
    for entry in ["aoc/user.json", "node/access-key.json", "node/events.json"] {
        bundle.json(entry);
    }
    let contacted = &bundle.json("manifest.json")["hosts_contacted"];
    let calls = contacted.as_array().unwrap();
    let token = calls.iter().find(|c| c["method"] == "POST").unwrap();
    assert_eq!(
        (token["path"].as_str(), token["status"].as_u64()),
        (Some("/api/v1/oauth2/{id}/token"), Some(200))
    );
    assert!(
        calls.iter().any(|c| c["path"] == "/ops/transfers"),
        "{contacted}"
    );
    assert_eq!(cloud.fake.world.writes(), Vec::<String>::new());
}

#[test]
fn offline_opens_no_connection_and_says_how_to_get_the_settings() {
    let cloud = Cloud::new();
    let (end, bundle) = cloud.collect(&tree(), |run| {
        cloud.with_node(cloud.with_key(run)).args(["--offline"])
    });
    end.exits(0);
    assert_eq!(cloud.fake.connections(), 0);
    let manifest = bundle.unwrap().json("manifest.json");
    assert_eq!(manifest["hosts_contacted"], serde_json::json!([]));
    let (end, bundle) = cloud.collect(&tree(), |run| run);
    end.exits(0);
    assert_eq!(
        cloud.fake.connections(),
        0,
        "without credentials nobody is asked"
    );
    let manifest = bundle.unwrap().json("manifest.json");
    let entries = manifest["entries"].as_array().unwrap();
    let of_settings = |e: &&serde_json::Value| e["path"] == "settings/organization.json";
    let entry = entries.iter().find(of_settings).unwrap();
    let reason = entry["reason"].as_str().unwrap();
    for word in [
        "AOC_BUNDLE_TOKEN",
        "Admin > Organization > Security",
        "send them this line: aoc-bundle settings",
    ] {
        assert!(reason.contains(word), "{word}: {reason}");
    }
}

#[test]
fn what_goes_wrong_costs_its_own_entry_and_is_told() {
    let cloud = Cloud::new();
    let world = &cloud.fake.world;
    world.fail("/api/v1/packages", 9, Answer::page(502));
    world.fail("/analytics", 9, Answer::json(403, &serde_json::json!({})));
    let (end, bundle) = cloud.collect(&tree(), |run| cloud.with_key(run));
    end.exits(3).says([
        "answered with status 502 and a page instead of JSON",
        "does not show the transfers of the organization",
    ]);
    let bundle = bundle.unwrap();
    bundle.json("settings/organization.json");
    assert!(
        !bundle
            .entries
            .iter()
            .any(|(n, _)| n.ends_with("aoc/package.json"))
    );

    cloud.write("key.pem", &new_pem().unwrap());
    let (end, bundle) = cloud.collect(&tree(), |run| cloud.with_key(run));
    end.exits(3).says(["signature does not fit the public key"]);
    no_canary(&bundle.unwrap());

    cloud.write("key.pem", "no key");
    let (end, _) = cloud.collect(&tree(), |run| cloud.with_key(run));
    end.exits(3).says(["the private key is no PEM text"]);
    let (end, _) = cloud.collect(&tree(), |run| run.args(["--ascli-preset", "gone"]));
    end.exits(3)
        .says(["the configuration of ascli cannot be read"]);
    let (end, _) = cloud.collect(&tree(), |run| {
        run.args(["--node-url", "http://node.example"])
    });
    end.exits(2)
        .says(["begins with http", "give the address with https"]);
}

#[test]
fn a_dead_api_does_not_hold_the_bundle_up() {
    let cloud = Cloud::new();
    let late = Answer {
        delay: Duration::from_secs(60),
        ..Answer::page(200)
    };
    cloud.fake.world.fail("/", 99, late);
    let began = Instant::now();
    let (end, _) = cloud.collect(&tree(), |run| {
        cloud
            .with_node(cloud.with_key(run))
            .args(["--api-deadline", "2s"])
    });
    end.exits(3).says(["did not answer in time"]);
    assert!(
        began.elapsed() < Duration::from_secs(8),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn settings_are_shown_as_a_table_by_every_way_in() {
    let cloud = Cloud::new();
    let shows = |end: &Ended| {
        let text = end.text();
        for row in [
            "Access (login) token expiration",
            "1 hour",
            "Refresh token rotation",
            "off",
            "node_token_duration",
        ] {
            assert!(text.contains(row), "{row}: {text}\n{}", end.stderr);
        }
    };
    let end = cloud.with_key(cloud.run("settings")).end();
    end.exits(0);
    shows(&end);
    let grant = Grant {
        subdomain: "acme".into(),
        subject: ANA.into(),
        scope: "admin:all".into(),
        expires: i64::MAX,
    };
    cloud.fake.world.grant("own-token", grant);
    let end = cloud
        .run("settings")
        .env("AOC_BUNDLE_TOKEN", "Bearer own-token")
        .args(["--json"])
        .end();
    end.exits(0);
    assert_eq!(end.json()["token_settings"][3]["value"], 86_400);
    fs::create_dir_all(cloud.path(".aspera/ascli")).unwrap();
    let preset = format!(
        "mine:\n  url: {}\n  auth: jwt\n  username: {ANA}\n  client_id: cl1EntaBc9\n  private_key: '@file:{}'\n",
        cloud.cloud_url(),
        cloud.path("key.pem").display()
    );
    cloud.write(".aspera/ascli/config.yaml", &preset);
    let end = Run::new("settings")
        .env("NO_PROXY", "localhost")
        .env("HOME", cloud.folder.path())
        .env("USERPROFILE", cloud.folder.path())
        .args(["--org", "acme", "--ascli-preset", "mine"])
        .path("--ca-cert", &cloud.path("ca.pem"))
        .end();
    end.exits(0);
    shows(&end);
    let end = cloud.run("settings").end();
    end.exits(1)
        .says(["no credentials were given", "AOC_BUNDLE_TOKEN"]);
    let end = cloud
        .run("settings")
        .env("AOC_BUNDLE_TOKEN", "s3cr3t-stale")
        .end();
    end.exits(1)
        .says(["does not accept the token", "log in again"]);
    assert!(!end.stderr.contains("s3cr3t"));
}

#[test]
fn names_that_the_cloud_confirms_stay_in_clear_in_logs_too_and_nobody_elses_do() {
    let cloud = Cloud::new();
    let node = format!("https://localhost:{}", cloud.fake.node().port());
    cloud.fake.world.set_node_url(&node);
    let tree = Tree::new();
    let said = "2026-11-22 09:00:10.123 [7410-80299740] LOG";
    tree.client_log(format!(
        "{said} package name=\"Reel 12 dailies\" sender_name=\"Ana Weber\" user={ANA}\n{said} recipient_name=\"Bob Lang\" email=bob.lang@acme.example\n"
    ));
    let (end, bundle) = cloud.collect(&tree, |run| cloud.with_node(cloud.with_key(run)));
    end.exits(0);
    let bundle = bundle.unwrap();
    let log = String::from_utf8_lossy(bundle.ending("aspera-scp-transfer.log").1).into_owned();
    for own in ["Reel 12 dailies", "Ana Weber", ANA] {
        assert!(log.contains(own), "{own}: {log}");
    }
    let case = bundle.json("case.json");
    assert_eq!(
        (
            case["package"]["name"].as_str(),
            case["user"]["id"].as_str(),
            case["user"]["email"].as_str()
        ),
        (Some("Reel 12 dailies"), Some("45071"), Some(ANA)),
        "{case}"
    );
    assert_eq!(bundle.json("aoc/user.json")["user"]["name"], "Ana Weber");
    for (name, content) in &bundle.entries {
        let text = String::from_utf8_lossy(content);
        for other in ["Bob Lang", "bob.lang", "CANARY"] {
            assert!(!text.contains(other), "{name}: {other}: {text}");
        }
    }
    let diagnosis = bundle.json("diagnosis.json").to_string();
    for finding in [
        "api-refresh-off",
        "api-settings-changed",
        "package-failed",
        "cloud-transfer-failed",
        "node-transfer-failed",
    ] {
        assert!(diagnosis.contains(finding), "{finding}: {diagnosis}");
    }
    assert!(
        !diagnosis.contains("node-clock") && !diagnosis.contains("node-not-tethered"),
        "{diagnosis}"
    );
}

#[test]
fn a_trace_tells_for_which_organization_a_login_is() {
    let folder = tempfile::tempdir().unwrap();
    let body = r#"{"id":"77","name":"Acme","subdomain_name":"acme-made-up"}"#;
    let entry = serde_json::json!({"startedDateTime": "2026-11-22T10:00:00.000Z", "time": 1.5,
        "request": {"method": "GET", "url": "https://api.ibmaspera.com/api/v1/organization", "headers": [], "cookies": []},
        "response": {"status": 200, "content": {"mimeType": "application/json", "size": body.len(), "text": body}}});
    let har = serde_json::json!({"log": {"version": "1.2", "creator": {"name": "x"}, "entries": [entry], "pages": []}});
    let path = folder.path().join("trace.har");
    fs::write(&path, har.to_string()).unwrap();
    // A proxy that is not there: the question goes to the cloud's own name, and gets no further.
    let dead = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://{}", dead.local_addr().unwrap());
    drop(dead);
    let run = |har: bool| {
        let tree = tree();
        let out = tempfile::tempdir().unwrap();
        let run = Run::new("collect")
            .env("HOME", folder.path())
            .env("HTTPS_PROXY", &proxy)
            .env("NO_PROXY", "")
            .env("AOC_BUNDLE_TOKEN", "own-token")
            .path("--root", tree.path())
            .args(["--os", "linux"])
            .path("-o", out.path());
        let run = if har { run.path("--har", &path) } else { run };
        run.end()
    };
    run(true)
        .exits(3)
        .says(["the proxy on the way to api.ibmaspera.com"]);
    run(false).exits(3).says([
        "not for which organization",
        "give it with --org or --aoc-url",
    ]);
}
