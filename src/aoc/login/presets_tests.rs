//! Presets of ascli in the spellings that its documentation allows.
use secrecy::ExposeSecret;

use super::*;

const TEXT: &str = r#"
config: {version: "4.x"}
default: {aoc: myaoc, node: mynode, config: global_common_defaults}
global_common_defaults: {version_check_days: 0}
myaoc:
  url: https://acme.ibmaspera.com
  auth: jwt
  username: ana@made-up.test
  private_key: "@file:~/.aspera/ascli/key.pem"
  passphrase: "@env:KEY_WORD"
  client_id: aBc1
  client_secret: "@val:@file:not-a-file"
included:
  preset: myaoc
  username: bob@made-up.test
mynode:
  url: "@preset:nested.deep.url"
  username: 1234567
  password: "@base64:c2VjcmV0 "
nested: {deep: {url: "https://node.made-up.test:9092"}}
ruby: {url: https://x.test, password: "@ruby:`id`"}
vaulted: {url: https://x.test, vault: '{"type":"file"}', client_secret: "@vault:aoc.password"}
circle: {preset: circle}
circle2: {url: "@preset:circle2.url"}
chained: {private_key: "@base64:@file:/b64", link: "https://acme.ibmaspera.com/packages/public/receive?token=t"}
odd: {url: "@nothing:known", password: [1, 2], username: ""}
missing: {private_key: "@file:/gone", passphrase: "@env:GONE"}
"#;

fn variables(name: &str) -> Option<String> {
    let found = match name {
        "HOME" => "/home/ana",
        "USERPROFILE" => "C:\\Users\\ana",
        "KEY_WORD" => "open sesame",
        _ => return None,
    };
    Some(found.to_owned())
}

fn files(path: &Path) -> Option<Zeroizing<Vec<u8>>> {
    let content: &[u8] = match path.to_str()? {
        "/home/ana/.aspera/ascli/key.pem" => b"KEY\n",
        "/b64" => b"S0VZ\nCg==\n",
        _ => return None,
    };
    Some(Zeroizing::new(content.to_vec()))
}

fn presets() -> Presets<'static> {
    Presets::read(TEXT, false, &variables, &files).unwrap()
}

fn open(secret: Option<&SecretString>) -> Option<&str> {
    secret.map(ExposeSecret::expose_secret)
}

#[test]
fn values_are_followed_to_their_end() {
    let all = presets();
    let aoc = all.preset(all.default_for("aoc").unwrap()).unwrap();
    assert_eq!(aoc.url.as_deref(), Some("https://acme.ibmaspera.com"));
    assert_eq!(
        (aoc.auth.as_deref(), aoc.client_id.as_deref()),
        (Some("jwt"), Some("aBc1"))
    );
    assert_eq!(open(aoc.private_key.as_ref()), Some("KEY\n"));
    assert_eq!(open(aoc.passphrase.as_ref()), Some("open sesame"));
    assert_eq!(open(aoc.client_secret.as_ref()), Some("@file:not-a-file"));
    let included = all.preset("included").unwrap();
    assert_eq!(included.username.as_deref(), Some("bob@made-up.test"));
    assert_eq!(open(included.private_key.as_ref()), Some("KEY\n"));
    let node = all.preset("mynode").unwrap();
    assert_eq!(node.url.as_deref(), Some("https://node.made-up.test:9092"));
    assert_eq!(
        (node.username.as_deref(), open(node.password.as_ref())),
        (Some("1234567"), Some("secret"))
    );
    let chained = all.preset("chained").unwrap();
    assert_eq!(open(chained.private_key.as_ref()), Some("KEY\n"));
    assert!(chained.link.is_some());
    let odd = all.preset("odd").unwrap();
    assert_eq!(
        (odd.url.as_deref(), odd.username),
        (Some("@nothing:known"), None)
    );
    assert_eq!(
        all.preset("nested.deep").unwrap().url.as_deref(),
        Some("https://node.made-up.test:9092")
    );
    assert!(!all.names().iter().any(|n| RESERVED.contains(n)) && all.names().contains(&"myaoc"));
    assert!(!format!("{aoc:?}").contains("sesame"));
}

#[test]
fn what_cannot_be_used_says_why() {
    let all = presets();
    let cases = [
        ("ruby", PresetError::Ruby { field: "password" }),
        (
            "vaulted",
            PresetError::NotFollowed {
                field: "client_secret",
                how: "vault",
            },
        ),
        ("circle", PresetError::Circle),
        ("circle2", PresetError::Circle),
        (
            "missing",
            PresetError::Missing {
                field: "private_key",
            },
        ),
        ("nobody", PresetError::Unknown),
        ("config.version", PresetError::Unknown),
    ];
    for (name, error) in cases {
        assert_eq!(all.preset(name).unwrap_err(), error, "{name}");
    }
    for text in ["", "- a\n- b\n", "just words", "a: [", "\t"] {
        assert_eq!(
            Presets::read(text, false, &variables, &files).err(),
            Some(PresetError::Damaged),
            "{text}"
        );
    }
}

#[test]
fn presets_that_log_in_by_themselves_are_offered_without_opening_a_secret() {
    let text = r#"
default: {aoc: second}
first: {url: "https://globex.ibmaspera.com", auth: jwt, username: x, client_id: a, private_key: "@file:/k"}
second: {url: "@env:SECOND", auth: jwt, client_id: a, private_key: "@ruby:x"}
inherits: {preset: first, url: acme.qa.ibmaspera.com}
by_link: {link: "https://acme.ibmaspera.com/packages/public/receive?token=t"}
short_link: {link: "https://aspera.pub/AbCdEfG"}
web: {url: "https://acme.ibmaspera.com", auth: web}
built_in_client: {url: "https://acme.ibmaspera.com", auth: jwt, private_key: "@file:/k"}
node: {url: "https://node.made-up.test:9092", username: u, password: p}
odd: [1, 2]
"#;
    let variables =
        |name: &str| (name == "SECOND").then(|| "https://acme.ibmaspera.com".to_owned());
    let files = |path: &Path| -> Option<Zeroizing<Vec<u8>>> { panic!("{path:?} was opened") };
    let presets = Presets::read(text, false, &variables, &files).unwrap();
    let found: Vec<_> = presets
        .offers()
        .into_iter()
        .map(|o| (o.name, o.host))
        .collect();
    let pair = |name: &str, host: &str| (name.to_owned(), host.to_owned());
    assert_eq!(
        found,
        [
            pair("second", "acme.ibmaspera.com"),
            pair("first", "globex.ibmaspera.com"),
            pair("inherits", "acme.qa.ibmaspera.com"),
            pair("by_link", "acme.ibmaspera.com"),
        ]
    );
}
