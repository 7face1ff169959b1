//! Every kind of secret and of person or machine, in the spellings that logs and traces have, and for
//! each the near misses that must stay.
use super::*;

pub(super) const SECRETS: &[(&str, &str)] = &[
    // Cloud and vendor credentials.
    (
        "cloud-token",
        "https://hooks.slack.com/services/T0EXAMPLE/B0EXAMPLE/q7Vn0bK3wTzL9dPfHsYx2RmJ",
    ),
    (
        "cloud-token",
        "mail SG.q7Vn0bK3wTzL9dPfHsYx2R.mJc8UeGi5oAaNlQvC1kMpZtBhWrEuSyXjIq7Vn0bK3wT",
    ),
    (
        "cloud-token",
        "client 8Kq8Q~q7Vn0bK3wTzL9dPfHsYx2RmJc8UeGi5oAa done",
    ),
    ("cloud-token", "dckr_pat_q7Vn0bK3wTzL9dPfHsYx2RmJc8U"),
    (
        "cloud-token",
        "glsa_q7Vn0bK3wTzL9dPfHsYx2RmJc8UeGi5o_ab12cd34",
    ),
    ("cloud-token", "hf_qVnbKwTzLdPfHsYxRmJcUeGioAaNlQvC1k"),
    (
        "cloud-token",
        "AGE-SECRET-KEY-1QGN768HAHQ8EXAMPLEQGN768HAHQ8EXAMPLEQGN768HAHQ8EXAM",
    ),
    (
        "cloud-token",
        "v2.local.q7Vn0bK3wTzL9dPfHsYx2RmJc8UeGi5oAaNlQvC1kMpZtBhWrEuSyXjI",
    ),
    (
        "cloud-token",
        "GOOG1EXAMPLEQ7VN0BK3WTZL9DPFHSYX2RMJC8UEGI5OAANLQVC1KMPZTBHW3",
    ),
    (
        "labelled-secret",
        "IBM_API_KEY=q7Vn0bK3wTzL9dPfHsYx2RmJc8UeGi5oAaNlQvC1kMpZ",
    ),
    (
        "labelled-secret",
        "AZURE_STORAGE_KEY=Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA==",
    ),
    (
        "labelled-secret",
        "X-Amz-Security-Token=FwoGZXIvYXdzEBYaDEXAMPLE123",
    ),
    (
        "password-hash",
        "mlopez:$6$q7Vn0bK3wTzL$q7Vn0bK3wTzL9dPfHsYx2RmJc8UeGi5oAaNlQvC1kMpZtBhWrEuSyXjI:19000:0",
    ),
    (
        "password-hash",
        "$2y$10$q7Vn0bK3wTzL9dPfHsYx2RmJc8UeGi5oAaNlQvC1kMpZtBhWrEuSy",
    ),
    (
        "password-hash",
        "$argon2id$v=19$m=65536,t=3,p=4$q7Vn0bK3wTzL$9dPfHsYx2RmJc8UeGi5oAaNlQvC1kMp",
    ),
    (
        "password-hash",
        "svc:{SSHA}q7Vn0bK3wTzL9dPfHsYx2RmJc8UeGi5o",
    ),
    ("password-hash", "svc:$apr1$q7Vn0bK3$wTzL9dPfHsYx2RmJc8UeG1"),
    // Tokens without the name of a scheme.
    (
        "auth-scheme",
        "blob TlRMTVNTUAADAAAAGAAYAHIAAAAYABgAigAAABQAFABIAAAA sent",
    ),
    (
        "jwt",
        "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..q7Vn0bK3wTzL9dPf.Yx2RmJc8UeGi5oAaNlQvC1k.MpZtBhWrEuSyXjIq",
    ),
    // Passwords in the notations that have no sign, or another one.
    (
        "labelled-secret",
        "<dict><key>password</key><string>Marble-Finch-208</string></dict>",
    ),
    (
        "labelled-secret",
        "<name>db.password</name><value>Marble-Finch-208</value>",
    ),
    (
        "labelled-secret",
        "<name>db.password</name>\n    <value>Marble-Finch-208</value>",
    ),
    (
        "labelled-secret",
        "- name: DB_PASSWORD\n  value: Marble-Finch-208\n",
    ),
    ("labelled-secret", "password: >-\n  Marble-Finch-208\n"),
    ("labelled-secret", "password: |\n  Marble-Finch-208\n"),
    (
        "labelled-secret",
        "machine x login ~user.a~ password Marble-Finch-208",
    ),
    (
        "labelled-secret",
        "the new password is Marble-Finch-208 now",
    ),
    (
        "labelled-secret",
        "sshpass -p Marble-Finch-208 ascp -P 33001",
    ),
    (
        "labelled-secret",
        "asnodeadmin -a -u ~user.a~ -p Marble-Finch-208 -x ~user.b~",
    ),
    ("labelled-secret", "\"sshpass\",\"-p\",\"Marble-Finch-208\""),
    ("labelled-secret", "mysql -uroot -pMarble-Finch-208 db"),
    (
        "labelled-secret",
        "tool.exe /u:~user.a~ /p:Marble-Finch-208",
    ),
    ("labelled-secret", "tool.exe /password:Marble-Finch-208"),
    ("labelled-secret", "asdelete --auth-pass Marble-Finch-208"),
    (
        "labelled-secret",
        "asp-cloud-config tether --aoc-registration-token Marble-Finch-208",
    ),
    (
        "labelled-secret",
        "CREATE USER x IDENTIFIED BY 'Marble-Finch-208'",
    ),
    (
        "labelled-secret",
        "Server=x;Uid=~user.a~;Pwd=Marble-Finch-208;",
    ),
    ("labelled-secret", "\"PASSWORD\" : [ \"Marble-Finch-208\" ]"),
    ("labelled-secret", "password\\u003dMarble-Finch-208"),
    ("labelled-secret", "password%253DMarble-Finch-208"),
    (
        "labelled-secret",
        "&quot;password&quot;:&quot;Marble-Finch-208&quot;",
    ),
    (
        "labelled-secret",
        "ascp --file-crypt=encrypt ASPERA_SCP_FILEPASS=Velvet",
    ),
    (
        "cookie",
        "curl -b 'sid=q7Vn0bK3wTzL9dPf' https://localhost/",
    ),
    (
        "cookie",
        "curl --cookie sid=q7Vn0bK3wTzL9dPf https://localhost/",
    ),
    // Random values where a secret stands.
    (
        "random-secret",
        "https://~host.a.b~/cb?code=q7Vn0bK3wTzL9dPfHsYx2RmJ&x=1",
    ),
    ("random-secret", "auth=q7Vn0bK3wTzL9dPfHsYx2RmJ"),
    ("random-secret", "\"sid\": \"q7Vn0bK3wTzL9dPfHsYx2RmJ\""),
    ("random-secret", "\"otp_seed\":\"q7Vn0bK3wTzL9dPfHsYx2RmJ\""),
    ("random-secret", "ticket: ST-q7Vn0bK3wTzL9dPfHsYx2RmJ"),
    ("random-secret", "--key q7Vn0bK3wTzL9dPfHsYx2RmJ"),
    ("random-secret", "<nonce>xkqvzjwpqmtrhgbdxkqvzj</nonce>"),
];

pub(super) const PEOPLE: &[(&str, &str)] = &[
    ("email", "maria.lopez=40acme-films.example"),
    ("email", "maria.lopez%u0040acme-films.example"),
    ("email", "maria.lopez&commat;acme-films.example"),
    ("email", "maria.lopez%2540acme-films.example"),
    ("email", "maria.lopez\\x40acme-films.example"),
    ("email", "maria.lopez&#x40;acme-films.example"),
    ("email", "maria.lopez\\\\u0040acme-films.example"),
    ("email", "maria@m\u{fc}ller.example"),
    ("email", "maria@acme.xn--p1ai"),
    ("email", "\"Maria Lopez\"@acme-films.example"),
    ("email", "\"email\": \"maria at acme\""),
    ("person", "\"full_name\": \"Maria Lopez\""),
    ("person", "first_name=Maria"),
    ("person", "\"lastName\":\"O'Brien\""),
    ("person", "\"phone\": \"+1 415 555 0132\""),
    ("person", "phone=+14155550132"),
    ("person", "\"ssn\": \"219-09-9999\""),
    ("person", "iban=DE89370400440532013000"),
    ("home-user", "C:\\Documents and Settings\\mlopez\\Desktop"),
    ("home-user", "/mnt/c/Users/mlopez/x"),
    ("home-user", "/export/home/mlopez/x"),
    ("home-user", "%2Fhome%2Fmlopez%2Fx"),
    ("home-user", "\\/home\\/mlopez\\/x"),
    (
        "user",
        "Accepted publickey for mlopez from ~ip4.a.b~ port 22",
    ),
    (
        "user",
        "Failed password for invalid user mlopez from ~ip4.a.b~ port 22",
    ),
    ("user", "session opened for user mlopez by (uid=0)"),
    ("user", "Invalid user mlopez from ~ip4.a.b~"),
    ("user", "ssh://mlopez@~host.a.b~/x"),
    ("ip4", "host ip-10-77-0-5.ec2.internal"),
    ("ip4", "dhcp-192-168-0-66 lease"),
    ("ip4", "5.0.77.10.in-addr.arpa"),
    ("ip4", "peer 010.077.000.005 x"),
    ("ip4", "IP 10.77.0.5.33001 > x"),
    ("ip4", "10.77.0.5_33001"),
    ("ip4", "10%2E77%2E0%2E5"),
    ("ip4", "::ffff:10.77.0.5"),
    (
        "ip6",
        "9.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.7.7.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
    ),
    ("ip6", "2001-db8-77--9.ipv6-literal.net"),
    ("ip6", "at ::a00:27ff:fe4e:66a1 port"),
    ("ip6", "http://[fd77::5]/"),
    ("ip6", "2001:DB8:77::9/64"),
    ("mac", "ae97.6fd1.9171"),
    ("mac", "mac ae976fd19171 x"),
    ("mac", "hwaddr=ae976fd19171"),
    ("mac", "link/ether ae:97:6f:d1:91:71"),
    ("mac", "mac=00-15-17-33-12-45"),
    ("host", "DESKTOP-1A2B3C4 started"),
    ("host", "LAPTOP-9Z8Y7X6"),
    ("host", "on WIN-1A2B3C4D5E6 now"),
    ("host", "COMPUTERNAME=GANDALF"),
    ("host", "from \\\\EDIT-WS7\\projects\\x"),
    ("host", "\"\\\\\\\\filer\\\\projects\""),
    ("host", "Marias-MacBook-Pro.local"),
    (
        "email",
        "0000  6d 61 72 69 61 2e 6c 6f 70 65 7a 40 61 63 6d 65  maria.lopez@acme\n0010  2d 66 69 6c 6d 73 2e 65 78 61 6d 70 6c 65        -films.exa",
    ),
    (
        "email",
        "00000000: 6d61 7269 612e 6c6f 7065 7a40 6163 6d65  maria.lopez@acme\n00000010: 2d66 696c 6d73 2e65 7861 6d70 6c65       -films.example",
    ),
];

#[test]
fn every_kind_is_caught() {
    let mut missed = Vec::new();
    for (id, line) in SECRETS.iter().chain(PEOPLE) {
        let found = blocking(line.as_bytes(), &[]);
        if !found.contains(id) {
            missed.push(format!("{id}: {line} -> {found:?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// What looks like one of them and is none.
const QUIET: &[&str] = &[
    "https://hooks.slack.com/services/~secret.url.x~",
    "release v2.local.build of the tool",
    "$2 $10 $6 for a seat",
    "mlopez_x:!:19000:0:99999:7:::",
    "root:x:0:0:root:/root:/bin/bash",
    "$6$~secret.hash.x~",
    "{SSHA}",
    "-p 33001 -P 33001 -l 100m",
    "mkdir -p /opt/aspera/var",
    "ps -p 4242 -o pid",
    "sshpass -p ~secret.password.x~ ascp",
    "/p:33001",
    "the password is wrong",
    "the password is not set",
    "password is required for user",
    "password: |\n  ~secret.password.x~\n",
    "password: >\n",
    "- name: DB_PASSWORD\n  value: ~secret.password.x~\n",
    "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef:\n      name: db\n",
    "<key>password</key><string>~secret.password.x~</string>",
    "<name>db.password</name><value></value>",
    "<key>password</key><true/>",
    "machine x login ~user.a~ password ~secret.password.x~",
    "IDENTIFIED BY '~secret.password.x~'",
    "errcode=40 code=15",
    "\"code\": \"ENOTFOUND\"",
    "code=ERR_CONNECTION_TIMED_OUT_FOREVER",
    "state=waiting_for_destination_confirmation",
    "\"state\": \"transfer-initiating-session\"",
    "nonce=~secret.nonce.x~",
    "key=xfer:029c1333-c732-4636-83c1-e1acec2864cb",
    "\"key\": \"aspera.faspManager.configuration.default\"",
    "\"key\": \"33a64df551425fcc55e4d42a148795d9f25f89d4\"",
    "auth=client_full_access_with_public_key",
    "sid=9b370b28-648f-4579-87a4-929e02869b3e",
    "--key /etc/aspera/keys/q7Vn0bK3.pem",
    "ticket: TS012345678",
    "session=9b370b28-648f-4579-87a4-929e02869b3e",
    "a=40 b=40acme",
    "x=40y.example",
    "rate=40mbit.example",
    "waiting for user mlopez",
    "import {x} from \"@babel/core.example\"",
    "\"email\": \"~email.a.b~\"",
    "email=none",
    "email_notifications: true",
    "\"email\": \"\"",
    "\"first_name\": \"~person.b~\"",
    "file_name=x.mov",
    "display_name=-",
    "\"full_name\": null",
    "\"phone\": null",
    "phone=-",
    "phone: ~phone.a~",
    "telephone support",
    "session opened for user root by (uid=0)",
    "session opened for user ~user.a~ by (uid=0)",
    "Accepted publickey for ~user.a~ from ~ip4.a.b~",
    "waiting for user input from terminal",
    "password for the node from the config",
    "ssh://git@github.com/x",
    "ssh://~user.a~@~host.a.b~/x",
    "2026-11-22-10",
    "rates 10-20-30-40 percent",
    "release-4-4-2-550 of the tool",
    "aspera-4-4-2-550.rpm",
    "10-77-0-5-9 list",
    "~ip4.private.a.b~.in-addr.arpa",
    "1.0.0.127.in-addr.arpa",
    "id 1a2b.3c4d",
    "abcd.efab.cdef.1234",
    "1234.5678.9012 numbers",
    "id ae976fd19171 of a commit",
    "machine ae976fd19171ff",
    "mac os x 10.15.7",
    "00-11-22",
    "2026-11-22 10-37-10",
    "DESKTOP-CLIENT",
    "desktop-1.0.1705227",
    "WIN-64",
    "Windows-1252",
    "\"text\\\\nmore\\\\nlines\"",
    "\\\\?\\C:\\x",
    "\\\\.\\pipe\\aspera",
    "\"\\\\nfirst\\\\nsecond\"",
    "\\\\~host.a.b~\\projects",
    "std::vec::Vec ::new",
    "at ::1 port",
    "x::a::b",
    "MacBookPro18,3",
    "Macintosh; Intel Mac OS X 10_15_7",
    "COMPUTERNAME=~host.a.b~",
    "computer: off",
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
    "de ad be ef 01 02 03 04 de ad be ef 01 02 03 04",
    "6.18.44.1234",
    "3.9.0.163682",
    "oid 1.3.6.1.4.1.2021.10.1.3.1",
    "Version 4.4.2.55.1200",
    "\"iban\": null",
];

#[test]
fn what_only_looks_like_a_kind_is_left_alone() {
    let mut wrong = Vec::new();
    for line in QUIET {
        let found = blocking(line.as_bytes(), &[]);
        if !found.is_empty() {
            wrong.push(format!("{line} -> {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
