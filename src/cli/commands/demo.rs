//! `aoc-bundle demo`: a complete run on evidence that is built into the program.
use std::sync::Arc;

use anyhow::{Context, Result};
use secrecy::SecretString;

use super::collect;
use crate::aoc::api_address::Address;
use crate::aoc::fake::{Fake, keys::new_pem};
use crate::aoc::http::{Auth, Origin, Proxies};
use crate::aoc::login::credentials::Login;
use crate::aoc::login::keys::SigningKey;
use crate::cli::args::{CaseArgs, CollectArgs, DemoArgs, OsArg};
use crate::cli::exit::Exit;
use crate::cli::options::{redaction, request};
use crate::cli::output::say;
use crate::collect::Api;
use crate::sources::answers::cloud;
use crate::sources::answers::cloud::{DEADLINE, NodeAt, Question};
use crate::sources::demo;
use crate::sources::demo::DemoCase;

/// The e-mail of the demo's user.
const EMAIL: &str = "dana.whitfield@northlight.example";

/// A fake of Aspera on Cloud and of the node with the data of the demo case.
struct Cloud {
    api: Api,
    _fake: Fake,
}

impl Cloud {
    fn start(case: &DemoCase, now: jiff::Timestamp) -> Option<Self> {
        let quoted = format!("\"{}\"", case.org);
        let fake = Fake::telling(&[
            ("\"acme\"", &quoted),
            ("acme.example", "northlight.example"),
            ("bYA_ilq73g", case.package_id),
            ("Reel 12 dailies", case.package_name),
            ("45071", case.user_id),
            ("ana.weber@northlight.example", EMAIL),
            ("Ana Weber", case.user_name),
            ("2026-11-22T", "2026-11-17T"),
        ])
        .ok()?;
        let end = i64::try_from(demo::STORY_END).ok();
        let end = end.and_then(|s| jiff::Timestamp::from_second(s).ok());
        let key = SigningKey::read(new_pem().ok()?.as_bytes(), None).ok()?;
        fake.world.register_key(EMAIL, key.public());
        let here = |port| Origin {
            host: "localhost".to_owned(),
            port,
        };
        let node = here(fake.node().port());
        fake.world.set_node_url(&node.url());
        let question = Question {
            cloud: Some(cloud::Cloud::at(
                Some(Address {
                    organization: Some(case.org.to_owned()),
                    api: here(fake.cloud().port()),
                }),
                Login::Jwt {
                    client_id: "cl1EntaBc9".to_owned(),
                    client_secret: None,
                    key,
                    username: EMAIL.to_owned(),
                },
            )),
            node: Some(NodeAt {
                origin: node,
                auth: Some(Auth::Basic(
                    "acme-key-1".to_owned(),
                    SecretString::from("CANARY-aksecret-2"),
                )),
            }),
            roots: vec![fake.authority.root()],
            deadline: DEADLINE,
            proxies: Proxies::None,
            window: (None, end),
            now,
        };
        let api = Api::Online {
            question: Some(Arc::new(question)),
            no_cloud: None,
        };
        Some(Self { api, _fake: fake })
    }
}

pub(in crate::cli) fn run(args: &DemoArgs) -> Result<Exit> {
    let tree = tempfile::tempdir().context("cannot make a folder for the demo's evidence")?;
    demo::build(tree.path()).context("cannot lay out the demo's evidence")?;
    let case = demo::case();
    let typed = CollectArgs {
        case: CaseArgs {
            package_id: Some(case.package_id.to_owned()),
            package_name: Some(case.package_name.to_owned()),
            user_id: Some(case.user_id.to_owned()),
            user_name: Some(case.user_name.to_owned()),
            org: Some(case.org.to_owned()),
            problem: Some(case.problem.to_owned()),
            ..CaseArgs::default()
        },
        har: vec![tree.path().join(case.har)],
        root: Some(tree.path().to_path_buf()),
        os: Some(OsArg::Linux),
        output: args.output.clone(),
        offline: true,
        ..CollectArgs::default()
    };
    if !args.output.quiet && !args.output.json {
        say(
            "This is a demo on made-up evidence: a node, a client and a browser trace of one failed transfer.",
        );
    }
    let mut request = request::request(&typed)?;
    // The cloud of the demo listens on this machine only; without it the demo has the logs alone.
    let cloud = Cloud::start(&case, request.clock.now());
    if let Some(cloud) = &cloud {
        request.api = cloud.api.clone();
    }
    request.map = redaction::map(&args.map, !args.output.yes)?;
    collect::job(request, &args.output)
}
