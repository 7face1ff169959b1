//! Hostile repetition: four megabytes of what makes each walker look around. Each must stay linear.
use std::time::Instant;

use super::rules::rules_tests::redactor;
use super::*;

const SIZE: usize = 4 << 20;

const PIECES: &[&str] = &[
    "\"password\":\"",
    "\"password\":{",
    "\"password\":[",
    "password='",
    "password=",
    "password: ",
    "{\"name\":\"token\"",
    "{\"name\":\"token\",",
    "{\"name\":\"token\",\"value\":{",
    "name=\"token\" ",
    "<a name=\"token\">",
    "<password>",
    "<password><![CDATA[",
    "&quot;password&quot;:&quot;",
    "%22password%22:%22",
    "\\\"password\\\":\\\"",
    "\\\\\\\"password\\\\\\\":\\\\\\\"",
    "\"cookies\":[",
    "\"cookies\":{\"",
    "cookie: a=",
    "set-cookie: a=b; ",
    "authorization: digest a=",
    "authorization: basic ",
    "authorization: bearer x,",
    "\"metadata\":{\"a\":",
    "-----END X-----",
    "-----BEGIN X-----",
    "-----BEGIN X-----\n",
    "-----END X-----\n",
    "-----END X-----AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
    "\"a",
    "\\\"",
    "\\",
    "{",
    "[",
    "eyJ",
    "/eyJ",
    " eyJhbGciOiJSUzI1NiJ9.",
    "eyJhbGciOiJSUzI1NiJ9./",
    "eyJhIjoxfQ== ",
    "::",
    "1:",
    "@",
    "a@b.com ",
    "a@",
    "%40",
    "http://a:",
    "http://a:b@",
    "://",
    "a.",
    "1.",
    "/home/",
    "/home/a/",
    "\\users\\",
    "aspera.aoc:",
    "aspera.aoc:YQ==:",
    "in hex: 41",
    "DBG Parameter 1: -W ",
    "Parameter 1: -W\n",
    "open_sess: token ",
    "bearer ",
    "basic a",
    "user ",
    "-u a:",
    "-W ",
    "atm",
    "-rwxr-xr-x 1 ",
    "lic=1:1:",
    "signed in as ",
    "context=",
    "/public/send/",
    "source=a/",
    "docroot=/a/",
    "-",
    "ab-cd-ef-",
    "<1>",
    "\n",
    "~secret.password.",
    "%25",
    "%253D",
    "%252525253D",
    "\\x3d",
    "\\u003d\\\\",
    "password&#61;",
    "&amp;#61;",
    "word=3d",
    "kty\"",
    "\"kty\":1,",
    "{\"kty\":\"",
    "\"name\":\"token\",",
    "\"value\":\"x\",\"name\":\"token\",",
    "form-data; name=\"password\"\n\n",
    "form-data; name=\"password\"\\r\\n\\r\\n--",
    "private-lines: 9999\n",
    "\"encoding\":\"base64\",",
    "\"text\":\"a\",\"encoding\":\"base64\",",
    ";base64,",
    ";base64,QUJDREVGR0g= ",
    "dest64=",
    " -enc ",
    "H4sI",
    "PD94",
    "VVVV",
    "LS0tLS1CRUdJTi",
    "SAMLResponse=PHNhbW",
    "token:\n a",
    "\\n-----END X-----",
    "?key=",
    "key=x1(",
    "glpat-x1(",
];

#[test]
#[ignore = "takes some minutes; prints times"]
fn repetition_costs_linear_time() {
    let mut r = redactor(Level::Strict);
    let mut tally = Tally::default();
    r.block(
        b"password=a!b@c#d$e% password=Zk81mQpLtR29",
        Dialect::Log,
        &mut tally,
    );
    let mut learned = Learned::default();
    for secret in tally.take_secrets() {
        learned.insert(&secret);
    }
    assert_eq!(learned.len(), 2);
    r.learn(learned);
    let mut slow = Vec::new();
    // Every literal that makes the engine look, too.
    let literals = r.anchors.literals();
    let literals = literals.iter().filter_map(|l| std::str::from_utf8(l).ok());
    for piece in PIECES.iter().copied().chain(literals) {
        for size in [SIZE / 16, SIZE] {
            let text = piece.repeat(size / piece.len());
            let begun = Instant::now();
            r.block(text.as_bytes(), Dialect::Log, &mut Tally::default());
            let took = begun.elapsed().as_secs_f64();
            if took * (SIZE as f64) / (size as f64) > 12.0 {
                slow.push(format!("{piece:?} {size} bytes: {took:.2} s"));
                break;
            }
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}
