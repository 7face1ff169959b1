//! Lines that must be caught, with the detector that has to fire for each.
use super::*;

const JWT: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhYmMiLCJleHAiOjE3MDAwMDAwMDB9.bm90LWEtcmVhbC1zaWduYXR1cmUtMDEyMzQ1";
const ATM: &str = "ATM2_ACsAAEXAMPLEq7Vn0bK3wTzL9dPfHsYx2RmJc8UeGi5oAaNlQvC1kMpZtBhWrEuSyXjI";
const KEY_LINE: &str = "yrT0lU8PMv0NImuxi7XP1HuZ2Ddzc23oPeyi9uxcQBgGxFauaiZsnxnhP4UU47wG";

/// Every template with `{}` filled in, and the detector that must fire.
fn caught() -> Vec<(&'static str, String)> {
    let mut rows: Vec<(&'static str, String)> = Vec::new();
    let mut add = |id, line: &str| rows.push((id, line.to_owned()));
    for form in [
        "Authorization: Bearer {}",
        "x {} y",
        "\"token\":\"{}\"",
        "\\\"token\\\":\\\"{}\\\"",
        "https://h.ibm.com/p?access_token={}&v=2",
        "line one\\n{}",
        "cookie aoc.token={};",
    ] {
        add("jwt", &form.replace("{}", JWT));
    }
    for form in [
        "DBG Parameter 9: {}",
        "DBG open_sess: token {}",
        "-W {} -P 33001",
        "<token>{}</token>",
        "%22{}%22",
        "\\n{}",
        "faspe://~user.x~@~host.a.b~:33001/p?token={}&cookie=~secret.cookie.x~",
    ] {
        add("transfer-token", &form.replace("{}", ATM));
    }
    add(
        "transfer-token",
        "DBG In hex: 41544D325F41437341414558414D504C457137566E30624B3377547A4C39",
    );
    add(
        "transfer-token",
        "DBG In hex: 61746D3d41544D325F41437341414558414D504C457137566E30624B3377547A4C39",
    );
    for form in [
        "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
        "\"ssh_private_key\":\"-----BEGIN PRIVATE KEY-----\\n{}\\n-----END PRIVATE KEY-----\"",
        "2026-11-21 21:23:28.598 [99d-f2739740] DBG -----BEGIN OPENSSH PRIVATE KEY-----\n2026-11-21 21:23:28.598 [99d-f2739740] DBG {}",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n{}",
        "{}\n-----END RSA PRIVATE KEY-----",
        "PuTTY-User-Key-File-3: ssh-rsa\nPrivate-Lines: 14\n{}",
        "%2D%2D%2D%2D%2DBEGIN%20RSA%20PRIVATE%20KEY-----%0A{}",
    ] {
        add("private-key", &form.replace("{}", KEY_LINE));
    }
    add(
        "private-key",
        "key MIIEpAIBAAKCAQEAexamplekeymaterialNotReal0000 end",
    );
    add(
        "private-key",
        "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAABFwAAAAdzc2gtcn",
    );
    for line in [
        "Authorization: Bearer xexpires_in=Zk81mQpLtR29xYwVb7",
        "Authorization: Basic dXNlcjpCbHVlLUhlcm9uLTQ0NzEh",
        "Basic dXNlcjpwYXNz",
        "\"Authorization\",\"value\":\"Basic YWtfMTIzOnNlY3JldDEyMw==\"",
        "Authorization: Bearer q7Vn0bK3wTzL9dPfHsYx2RmJc8UeGi5oAaNlQvC1",
        "authorization: bearer abc123def456",
        "using new token=Bearer q7Vn0bK3wTzL9dPfHsYx2RmJc8Ue",
        "Authorization: Digest username=\"~user.x~\", realm=\"x\", nonce=\"~n.x~\", response=\"6629fae49393a05397450978507c4ef1\"",
        "Proxy-Authorization: Negotiate YIIJvwYGKwYBBQUCoIIJszCCCa+gMDAu",
        "WWW-Authenticate: NTLM TlRMTVNTUAACAAAADAAMADgAAAAFgokC",
        "Authorization: 9f3KQ2mZbT7wEXAMPLE",
    ] {
        add("auth-scheme", line);
    }
    for line in [
        "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
        "s3://AKIAIOSFODNN7EXAMPLE:~secret.url.x~@s3.amazonaws.com/b",
        "key ASIAIOSFODNN7EXAMPLE secret wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    ] {
        add("aws-key", line);
    }
    for line in [
        "remote: ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "token glpat-AbCdEf0123456789xYzQ",
        "slack xoxb-123456789012-AbCdEfGhIjKlMnOpQrStUvWx",
        "key=AIzaSyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q",
        "ya29.a0AfH6SMBx1y2Z3abcdefghijk",
        "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    ] {
        add("cloud-token", line);
    }
    for line in [
        "https://s3.amazonaws.com/b/k?X-Amz-Signature=fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024",
        "https://x.blob.core.windows.net/c?sv=1&sig=Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA%3D%3D&se=2",
        "https://storage.googleapis.com/b?X-Goog-Signature=8f3a9b2c1d4e5f60718293a4b5c6d7e8",
        "AWS4-HMAC-SHA256 Credential=~aws.x~/20260101/us-east-1/s3/aws4_request, Signature=fe5f80f77d5fa3beca038a248ff027d0",
        "SAMLResponse=PHNhbWxwOlJlc3BvbnNlIHhtbG5zOnNhbWxwPSJ1cm4",
    ] {
        add("url-signature", line);
    }
    for line in [
        "ERR callback https://svc:q7Vn0bK3wTzL9dPfHs@~host.a.b~/ops unreachable",
        "--proxy=dnat://~user.x~:Pr0xy-Lantern-552@~ip4.private.a.b~:9091",
        "s3://~aws.x~:wJalrXUtnFEMI%2FK7MDENG@s3.amazonaws.com/bucket",
        "redis://:hunter22@localhost:31415",
    ] {
        add("url-password", line);
    }
    add("public-link", "open https://aspera.pub/AbCd3F9 now");
    for line in LABELLED {
        add("labelled-secret", line);
    }
    for line in [
        "Cookie: _session_id=q7Vn0bK3wTzL9dPfHsYx2RmJc8UeGi5o; theme=dark",
        "cookie: a=b; sid=s%3Aabcdef123456",
        "Set-Cookie: aoc.refresh=q7Vn0bK3wTzL; Path=/; HttpOnly",
        "> Cookie: x=AbCdEf0123",
        "{\"name\":\"Cookie\",\"value\":\"_session_id=q7Vn0bK3wTzL9dPf\"}",
        "{\"value\":\"_session_id=q7Vn0bK3wTzL9dPf\",\"name\":\"cookie\"}",
        "\"cookies\": [\n {\n \"name\": \"_session_id\",\n \"value\": \"q7Vn0bK3wTzL9dPf\"\n }\n]",
        "\"iam_cookie\": \"iam-Cookie-Saffron-Kettle-3391\"",
    ] {
        add("cookie", line);
    }
    for line in [
        "cookie=\"aspera.aoc:~x.a~:TWFyaWEgTG9wZXo=:~email.a.b~\"",
        "UserStr: aspera.aoc:YXNwZXJhLW9uLWNsb3Vk:TWFyaWEgTG9wZXo=:bWFyaWEubG9wZXpA",
        "-u aspera.shares2:b4eb5dea-0c3f-4e80-afb4-a03f83bbb0f8:bWxvcGV6:dGV4dA -l 10",
        "ASPERA_SCP_COOKIE=aspera.faspex20:u:b4eb5dea-0c3f-4e80-afb4-a03f83bbb0f8:am9lQHguZXhhbXBsZQ",
    ] {
        add("transfer-cookie", line);
    }
    add(
        "access-key",
        "Could not validate bearer token (access_key='ak-9f3KQ2mZbT7wEXAMPLE'), Error: x",
    );
    add(
        "access-key",
        "\"node\": {\"access_key\": \"ak-9f3KQ2mZbT7wEXAMPLE\"}",
    );
    for line in [
        "to maria.lopez@acme-films.example done",
        "maria.lopez%40acme-films.example",
        "\"maria.lopez\\u0040acme-films.example\"",
        "maria&#64;acme-films.example",
        "bWFyaWEubG9wZXpAYWNtZS1maWxtcy5leGFtcGxl",
        "6D617269612E6C6F70657A4061636D652D66696C6D732E6578616D706C65",
        "xferuser@xfer01.acme-films.example:/incoming/",
        "mailto:o'brien@x.example",
        "~user.k3v~@acme-films.example",
        "Zo\\303\\253@acme-films.example",
        "YldGeWFXRXViRzl3WlhwQVlXTnRaUzFtYVd4dGN5NWxlR0Z0Y0d4bA==",
    ] {
        add("email", line);
    }
    for line in [
        "local=10.77.0.21:39570 peer=203.0.113.9:33001",
        "Filter string peer_ip(10.77.0.5) inserted",
        "peer IP [192.168.1.20] port 33001",
        "dhcp 8.8.4.4",
        "https://10.1.2.3/x",
        "::ffff:10.0.0.1",
        "\"serverIPAddress\":\"52.116.1.7\"",
        "from 10.0.0.0/8",
    ] {
        add("ip4", line);
    }
    for line in [
        "peer=fd77::5 port",
        "[2001:db8:77::9]:33001",
        "addr 2001:db8:0:0:1:2:3:4,",
        "fe80::a00:27ff:fe4e:66a1%eth0",
    ] {
        add("ip6", line);
    }
    for line in [
        "Local mac address: 'ae:97:6f:d1:91:71'",
        "AE-97-6F-D1-91-71 dynamic",
        "ClientMacAddress: ae976fd19171",
    ] {
        add("mac", line);
    }
    for line in [
        "\"/home/mlopez/.aspera/cli/etc/aspera.conf\"",
        "Opening folder: C:/Users/Maria Lopez/AppData",
        "C:\\Users\\mlopez\\x",
        "\"C:\\\\Users\\\\mlopez\\\\x\"",
        "/Users/mlopez/Library/Logs",
        "%2Fhome%2Fmlopez%2F.aspera",
        "file:///home/mlopez/x",
        "DBG In hex: 2F686F6D652F6D6C6F70657A2F6C6F6773",
    ] {
        add("home-user", line);
    }
    for line in [
        "user=\"xferuser\" targetrate=1",
        "system_user=mlopez token=-",
        "--user=mlopez --host=~host.a.b~",
        "<user>mlopez</user>",
        "ClientUser: mlopez\n",
        "\"remote_user\":\"mlopez\"",
    ] {
        add("user", line);
    }
    for line in [
        "remote_host=xfer01.acme-films.example system",
        "Host: xfer01.acme-films.example:8443(cr)",
        "ServerHostname: xfer01.acme-films.example\n",
        "<server_name>xfer01.acme.example</server_name>",
        "--host=xfer01",
        "Nov 21 21:23:29 edit-ws7 ascp[2484]: DBG x",
        "2026-11-21T21:23:29.298575-08:00 edit-ws7 ascp[2484]: DBG x",
        "<151>1 2026-11-21T21:23:29.298575-08:00 edit-ws7 ascp 2484 - - x",
    ] {
        add("host", line);
    }
    let mut deflate = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(
        &mut deflate,
        b"{\"user_id\":\"42\",\"scope\":\"node.ak1:user:all\",\"expires_at\":\"2026\"}\n==SIGNATURE==\nabcdef",
    )
    .unwrap();
    let bearer = data_encoding::BASE64.encode(&deflate.finish().unwrap());
    add("node-bearer", &format!("Authorization: Bearer {bearer}"));
    add("node-bearer", &format!("x {bearer} y"));
    rows
}

const LABELLED: &[&str] = &[
    "ERR proxy login failed password=Blue-Heron-4471! host=~host.a.b~",
    "password: Blue-Heron-4471!",
    "  password: hunter\n",
    "\"password\":\"hunter\"",
    "\"remote_password\" : \"Winter2024!Reel\"",
    "\\\"password\\\":\\\"Corr3ct\\\"",
    "\\\\\\\"password\\\\\\\":\\\\\\\"Corr3ct\\\\\\\"",
    "'client_secret' => 'abc123XYZ'",
    "<password>Marble-Finch-208</password>",
    "x <password> marble finch 208 </password>",
    "x <password>Marble-Finch-208",
    "<ns:password type=\"x\">Marble-Finch-208</ns:password>",
    "<password><![CDATA[Marble-Finch-208]]></password>",
    "<encryption_key>tok-Encrypt-Key-Juniper-6620</encryption_key>",
    "<add key=\"token\" value=\"q7Vn0bK3\"/>",
    "<x password=\"Marble\"/>",
    "--password Blue-Heron",
    "--password=Blue-Heron",
    "\"--password\",\"Blue-Heron\"",
    "[\"ascp\", \"-W\", \"q7Vn0bK3wTzL9\"]",
    "ascp -W q7Vn0bK3wTzL9 -P 33001",
    "curl -u svc:hunter22 https://localhost/",
    "export ASPERA_SCP_PASS=Blue-Heron-4471!",
    "set ASPERA_SCP_FILEPASS=Velvet-Otter",
    "--local-enc-pass=Velvet-Otter-File-Pass-19",
    "DBG In hex: 2D2D6C6F63616C2D656E632D706173733D56656C7665742D4F747465722D46696C652D506173732D3139",
    "X-Api-Key: ak9f3KQ2mZbT7w",
    "apiKey=ak9f3KQ2mZbT7w",
    "node_password=\"Quartz-Fern-71\" changed",
    "token_encryption_key: \"tok-Juniper-6620\"",
    "{\"name\":\"password\",\"value\":\"hunter\"}",
    "{\"value\":\"hunter\",\"name\":\"password\"}",
    "\"X-Auth-Token\", \"value\": \"abcdef99\"",
    "https://~host.a.b~/x?passcode=AbC123&y=1",
    "url?password%3Dhunter22%26x",
    "refresh_token=abc-def-123-xyz",
    "accessToken: 'abc.def.123'",
    "user[password]=hunter",
    "AccountKey=Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA==;EndpointSuffix=x",
    "_session_id=q7Vn0bK3wTzL9dPf",
    "pwd=1234",
    "eyJwYXNzd29yZCI6Ikh1bnRlcjIyISJ9",
    "dGhlIHBhc3N3b3JkPUh1bnRlcjIyISBnb2Vz",
    "password=\u{7530}\u{4e2d}\u{592a}\u{90ce}",
];

#[test]
fn every_line_that_must_be_caught_is() {
    let mut missed = Vec::new();
    for (id, line) in caught() {
        let found = blocking(line.as_bytes(), &[]);
        if !found.contains(id) {
            missed.push(format!("{id}: {line} -> {found:?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn every_detector_that_blocks_has_a_line() {
    let more = kinds::SECRETS.iter().chain(kinds::PEOPLE);
    let ids: BTreeSet<&str> = caught()
        .iter()
        .map(|r| r.0)
        .chain(more.map(|r| r.0))
        .collect();
    // These have tests of their own.
    let apart = ["known-secret", "known-name", "unread"];
    for d in detectors().iter().filter(|d| d.severity.blocks()) {
        assert!(ids.contains(d.id) || apart.contains(&d.id), "{}", d.id);
    }
}

#[test]
fn any_bytes_are_survived() {
    let mut seed = 1u64;
    let mut text = Vec::new();
    let words: Vec<Vec<u8>> = caught().into_iter().map(|r| r.1.into_bytes()).collect();
    for _ in 0..3000 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let word = &words[(seed >> 33) as usize % words.len()];
        let from = (seed >> 7) as usize % word.len();
        let to = from + (seed >> 17) as usize % (word.len() - from + 1);
        text.extend_from_slice(&word[from..to]);
        text.push((seed >> 40) as u8);
    }
    let mut raw = Vec::new();
    scan(&scanner(None, &[]), &text, &mut raw);
    for cut in 0..400 {
        scan(&scanner(None, &[]), &text[cut * 3..cut * 3 + 200], &mut raw);
    }
    assert!(raw.iter().all(|r| r.at <= text.len()));
}
