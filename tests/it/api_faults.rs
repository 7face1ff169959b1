//! Everything that commonly stands between a person and the APIs: each fault has its own sentence with what to
//! do next, costs only its own entry, and tells no secret.
use std::io::{Read, Write};
use std::net::TcpListener;

use aoc_bundle::aoc::fake::Fake;
use aoc_bundle::aoc::fake::keys::{new_pem, pem};

use crate::api::{ANA, Cloud, tree};
use crate::kit::{Ended, Run};

const WORD: &str = "Opal-Harbour-77";

/// `settings` with everything right, and then changed.
fn settings(cloud: &Cloud, change: impl Fn(Run) -> Run) -> Ended {
    let end = change(cloud.with_key(cloud.run("settings"))).end();
    for secret in ["CANARY", "PRIVATE KEY", WORD] {
        assert!(!end.stderr.contains(secret), "{secret}: {}", end.stderr);
    }
    end
}

/// A proxy that answers everything in this way; its address.
fn proxy(status: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        }
    });
    format!("http://staff:{WORD}@{at}")
}

/// A new private key that is locked with [`WORD`].
fn locked_key() -> String {
    use pkcs8::der::Decode;
    let open = new_pem().unwrap();
    let body: String = open.lines().filter(|l| !l.starts_with('-')).collect();
    let der = data_encoding::BASE64.decode(body.as_bytes()).unwrap();
    let info = pkcs8::PrivateKeyInfoRef::from_der(&der).unwrap();
    let how =
        pkcs8::pkcs5::pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(2048, &[7; 16], [9; 16]);
    let locked = info.encrypt_with_params(how.unwrap(), WORD).unwrap();
    pem("ENCRYPTED PRIVATE KEY", &[], locked.as_bytes())
}

#[test]
fn each_fault_of_the_way_there_is_told_with_the_next_step() {
    let cloud = Cloud::new();
    let via = |status: &'static str| {
        let proxy = proxy(status);
        settings(&cloud, |run| {
            run.env("HTTPS_PROXY", &proxy).env("NO_PROXY", "")
        })
    };
    via("407 Proxy Authentication Required")
        .exits(1)
        .says(["wants a user and a password", "HTTPS_PROXY"]);
    via("502 Bad Gateway")
        .exits(1)
        .says(["gives no connection", "NO_PROXY"]);
    let at = |url: &str| {
        let run = Run::new("settings")
            .env("NO_PROXY", "*")
            .env("HOME", "/nonexistent");
        let run = run.args(["--aoc-url", url, "--org", "acme"]);
        cloud
            .with_key(run)
            .path("--ca-cert", &cloud.path("ca.pem"))
            .end()
    };
    at("https://no-such-cloud.invalid").exits(1).says([
        "no-such-cloud.invalid was not found in DNS",
        "compare the name",
    ]);
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    at(&format!("https://localhost:{}", closed.port()))
        .exits(1)
        .says(["does not answer on port", "open the firewall"]);
    let untrusted = Run::new("settings")
        .env("NO_PROXY", "localhost")
        .env("HOME", cloud.path(""))
        .args(["--aoc-url", &cloud.cloud_url(), "--org", "acme"]);
    cloud
        .with_key(untrusted)
        .end()
        .exits(1)
        .says(["signed by nobody whom this machine trusts", "--ca-cert"]);
}

#[test]
fn each_fault_of_a_login_is_told_with_the_next_step() {
    let cloud = Cloud::new();
    settings(&cloud, |run| {
        run.env("AOC_BUNDLE_USERNAME", "carl@acme.example")
    })
    .exits(1)
    .says(["no user with this e-mail", "AOC_BUNDLE_USERNAME"]);
    settings(&cloud, |run| run.env("AOC_BUNDLE_CLIENT_ID", "nobody"))
        .exits(1)
        .says([
            "client ID or client secret is wrong",
            "AOC_BUNDLE_CLIENT_ID",
        ]);
    settings(&cloud, |run| run.env("AOC_BUNDLE_CLIENT_ID", "cl3NoJwt"))
        .exits(1)
        .says(["not allowed to log in this way", "must enable JWT"]);
    cloud.write("locked.pem", &locked_key());
    let locked = |run: Run| run.env("AOC_BUNDLE_PRIVATE_KEY_FILE", cloud.path("locked.pem"));
    settings(&cloud, locked).exits(1).says([
        "the private key is locked",
        "AOC_BUNDLE_PRIVATE_KEY_PASSPHRASE",
    ]);
    settings(&cloud, |run| {
        locked(run).env("AOC_BUNDLE_PRIVATE_KEY_PASSPHRASE", "wrong")
    })
    .exits(1)
    .says(["the passphrase does not open the private key"]);
    settings(&cloud, |run| {
        locked(run).env("AOC_BUNDLE_PRIVATE_KEY_PASSPHRASE", WORD)
    })
    .exits(1)
    .says(["signature does not fit the public key"]);
    let mut late = Cloud::new();
    late.fake = Fake::ahead(4000).unwrap();
    late.write("ca.pem", late.fake.authority.pem());
    late.register("key.pem");
    settings(&late, |run| run)
        .exits(1)
        .says(["this machine's clock is off", "set this machine's clock"]);
}

#[test]
fn a_user_without_rights_is_told_what_to_send_to_an_admin() {
    let cloud = Cloud::new();
    cloud.register_for("bob.lang@acme.example", "key.pem");
    let bob = |run: Run| run.env("AOC_BUNDLE_USERNAME", "bob.lang@acme.example");
    let end = settings(&cloud, bob);
    end.exits(3)
        .says(["an organization admin must run this; send them this line: aoc-bundle settings"]);
    assert!(
        end.text().contains("not shown to this user"),
        "{}",
        end.text()
    );
    // Admin rights are asked for behind those of a user, and only here.
    let tokens = || {
        let asked = cloud.fake.world.asked();
        asked.iter().filter(|p| p.ends_with("/token")).count()
    };
    let before = tokens();
    let client = |run: Run| bob(run).env("AOC_BUNDLE_CLIENT_ID", "cl2UserOnly");
    settings(&cloud, client).exits(3).says([
        "may not have the wanted rights",
        "an organization admin must run this",
    ]);
    assert_eq!(tokens() - before, 2);
}

#[test]
fn a_package_that_is_not_seen_costs_only_its_own_entry() {
    let cloud = Cloud::new();
    let out = tempfile::tempdir().unwrap();
    let tree = tree();
    let run = cloud
        .with_key(cloud.run("collect"))
        .path("--root", tree.path())
        .args(["--os", "linux", "--package-id", "zzTop_1234"])
        .path("-o", out.path());
    run.end().exits(3).says([
        "does not know this package, or does not show it with this login",
        "run it as a user who sees it",
    ]);
    let bundle = crate::zips::Bundle::read(&crate::kit::only_file(out.path()));
    let settings = bundle.json("settings/organization.json");
    assert_eq!(settings["token_settings"][0]["value"], 3600);
    // Ana has nothing to do with a package that she does not see: her name is nobody's business.
    let user = bundle.json("aoc/user.json");
    assert!(
        user["remark"].as_str().unwrap().contains("--user-id"),
        "{user}"
    );
    for (name, content) in &bundle.entries {
        let text = String::from_utf8_lossy(content);
        assert!(
            !text.contains("Ana Weber") && !text.contains(ANA),
            "{name}: {text}"
        );
    }
}
