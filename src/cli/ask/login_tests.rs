//! Logins at the terminal: what is asked, what Enter does, and that nothing is asked for ever.
use super::*;
use crate::aoc::fake::keys::new_pem;
use crate::cli::ask::terminal::scripted::Scripted;

fn offer(name: &str) -> Offer {
    Offer {
        name: name.to_owned(),
        host: format!("{name}.ibmaspera.com"),
    }
}

#[test]
fn a_preset_is_taken_only_with_consent() {
    let two = [offer("acme"), offer("globex")];
    let chosen = |offers: &[Offer], answers: &[&str]| preset(offers, &mut Scripted::new(answers));
    for (answers, wanted) in [
        (&[""][..], Some("acme")),
        (&["y"], Some("acme")),
        (&["2"], Some("globex")),
        (&["3", "x", "2"], Some("globex")),
        (&["3", "x", "0", "2"], None),
        (&["N"], None),
        (&[], None),
    ] {
        assert_eq!(chosen(&two, answers).as_deref(), wanted, "{answers:?}");
    }
    assert_eq!(chosen(&two[..1], &["yes"]).as_deref(), Some("acme"));
    assert_eq!(chosen(&[], &["y"]), None);
}

fn asked(answers: &[&str], known: Given) -> (Given, Vec<String>) {
    let mut person = Scripted::new(answers);
    let given = typed(known, "acme.ibmaspera.com", &mut person);
    (given, person.asked)
}

#[test]
fn a_token_is_enough_and_enter_goes_on_without() {
    let (given, questions) = asked(&["tok-1"], Given::default());
    assert_eq!(given.token.unwrap().expose_secret(), "tok-1");
    assert!(questions.len() == 1 && questions[0].starts_with("(hidden)"));
    for answers in [&["", ""][..], &[""], &[]] {
        let (given, _) = asked(answers, Given::default());
        assert!(
            given.token.is_none() && given.private_key.is_none(),
            "{answers:?}"
        );
    }
}

#[test]
fn a_key_is_asked_for_with_all_that_it_needs() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        #[expect(clippy::disallowed_methods, reason = "tests make their own files")]
        std::fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    };
    let key = file("key.pem", &new_pem().unwrap());
    let public = file(
        "pub.pem",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    );
    let (given, questions) = asked(
        &["", "/gone", &public, &key, "id-1", "ana@x.example"],
        Given::default(),
    );
    assert_eq!(given.client_id.as_deref(), Some("id-1"));
    assert_eq!(given.username.as_deref(), Some("ana@x.example"));
    assert!(given.login().is_ok());
    assert_eq!(questions.len(), 6);
    let known = Given {
        client_id: Some("id-2".to_owned()),
        ..Given::default()
    };
    let (given, questions) = asked(&["", &key, "ana@x.example"], known);
    assert_eq!(given.client_id.as_deref(), Some("id-2"));
    assert_eq!(questions.len(), 3, "what is known is not asked for");
    let (given, _) = asked(&["", &key, "", ""], Given::default());
    assert!(given.private_key.is_none());
    let (given, questions) = asked(&["", "/a", "/b", "/c", "/d"], Given::default());
    assert!(
        given.private_key.is_none() && questions.len() == 4,
        "not for ever"
    );
}

#[test]
fn a_locked_key_is_opened_with_its_passphrase() {
    use pkcs8::der::Decode;
    let pem = new_pem().unwrap();
    let body: String = pem.lines().filter(|l| !l.starts_with('-')).collect();
    let der = data_encoding::BASE64.decode(body.as_bytes()).unwrap();
    let params =
        pkcs8::pkcs5::pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(2048, &[7; 16], [9; 16]);
    let info = pkcs8::PrivateKeyInfoRef::from_der(&der).unwrap();
    let locked = info
        .encrypt_with_params(params.unwrap(), "open sesame")
        .unwrap();
    let text = crate::aoc::fake::keys::pem("ENCRYPTED PRIVATE KEY", &[], locked.as_bytes());
    let open = |answers: &[&str]| opened(text.as_bytes(), &mut Scripted::new(answers)).is_some();
    assert!(open(&["wrong", "open sesame"]));
    assert!(!open(&["wrong", "wrong", "wrong", "open sesame"]));
}
