//! Names of fields, and what stands under them.
use super::bytes::alnum;

/// What a name says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Password,
    Secret,
    Token,
    Key,
    Cookie,
    Cookies,
    Authorization,
    Signature,
    AccessKey,
    Session,
    User,
    Host,
    Mac,
    Machine,
    Mail,
    Person,
    Number,
    /// A name that a secret may stand under, and much else.
    Weak,
}

/// Tells what stands under a name, in whatever style the name is written.
pub(super) fn classify(name: &[u8]) -> Option<Class> {
    let mut flat = [0u8; 64];
    let mut n = 0;
    for &b in name.iter().rev().take(64).rev() {
        if alnum(b)
            && let Some(slot) = flat.get_mut(n)
        {
            *slot = b.to_ascii_lowercase();
            n += 1;
        }
    }
    let flat = &flat[..n];
    let last = flat.last().copied();
    let may = |w: &str| w.bytes().last() == last;
    let ends = |list: &[&str]| list.iter().any(|w| may(w) && flat.ends_with(w.as_bytes()));
    let is = |list: &[&str]| list.iter().any(|w| may(w) && w.as_bytes() == flat);
    if ends(&[
        "password",
        "passwd",
        "passphrase",
        "pwd",
        "passcode",
        "filepass",
        "scppass",
    ]) {
        return Some(Class::Password);
    }
    if ends(&["pass"]) {
        let cut = name.len() - 4;
        let apart = cut == 0 || !alnum(name[cut - 1]);
        return (apart || name[cut] == b'P' && name[cut - 1].is_ascii_lowercase())
            .then_some(Class::Password);
    }
    if ends(&[
        "privatekey",
        "privatekeyid",
        "encryptionkey",
        "accountkey",
        "elkey",
        "storagekey",
        "sharedkey",
        "masterkey",
    ]) {
        return Some(Class::Key);
    }
    if ends(&[
        "secretaccesskey",
        "secretkey",
        "secret",
        "apikey",
        "credential",
        "credentials",
    ]) {
        return Some(Class::Secret);
    }
    if ends(&["accesskey", "accesskeyid"]) {
        return Some(Class::AccessKey);
    }
    if ends(&["token", "assertion", "codeverifier"]) {
        return Some(Class::Token);
    }
    if ends(&["setcookie", "cookie", "cookie2"]) {
        return Some(Class::Cookie);
    }
    if ends(&["cookies"]) {
        return Some(Class::Cookies);
    }
    if ends(&["authorization"]) {
        return Some(Class::Authorization);
    }
    if ends(&["signature", "samlresponse", "samlrequest"]) || is(&["sig"]) {
        return Some(Class::Signature);
    }
    if is(&["phpsessid", "jsessionid", "aspsessionid"])
        || (name.starts_with(b"_") && is(&["sessionid"]))
    {
        return Some(Class::Session);
    }
    if is(USERS) {
        return Some(Class::User);
    }
    if is(HOSTS) {
        return Some(Class::Host);
    }
    if is(&["macaddress", "clientmacaddress", "macaddr"]) {
        return Some(Class::Mac);
    }
    if is(&[
        "computername",
        "machinename",
        "userdomain",
        "logonserver",
        "workstation",
    ]) {
        return Some(Class::Machine);
    }
    if ends(&["email", "emailaddress"]) {
        return Some(Class::Mail);
    }
    if is(PERSONS) {
        return Some(Class::Person);
    }
    if is(NUMBERS) {
        return Some(Class::Number);
    }
    (is(WEAK) || ends(&["nonce", "seed", "ticket"])).then_some(Class::Weak)
}

const PERSONS: &[&str] = &[
    "firstname",
    "lastname",
    "fullname",
    "givenname",
    "familyname",
    "surname",
    "middlename",
    "sharedbyname",
    "sendername",
    "recipientname",
    "personname",
    "contactname",
];

const NUMBERS: &[&str] = &[
    "phone",
    "phonenumber",
    "mobile",
    "mobilephone",
    "telephone",
    "ssn",
    "socialsecuritynumber",
    "iban",
    "taxid",
];

const WEAK: &[&str] = &[
    "code",
    "authcode",
    "auth",
    "authkey",
    "key",
    "sid",
    "state",
    "otp",
    "csrf",
    "xsrf",
    "salt",
    "jwt",
    "hmac",
    "bearer",
    "sessionkey",
    "relaystate",
];

const USERS: &[&str] = &[
    "user",
    "username",
    "remoteuser",
    "systemuser",
    "clientuser",
    "nodeuser",
    "sshuser",
    "osuser",
    "transferuser",
    "runasuser",
    "login",
    "loginname",
    "userlogin",
    "xferuser",
    "dbuser",
];

const HOSTS: &[&str] = &[
    "host",
    "hostname",
    "remotehost",
    "servername",
    "serverhostname",
    "dbhost",
    "proxyhost",
    "peerhost",
    "localhostname",
    "remotehostname",
    "aejhost",
    "clienthost",
    "nodehost",
];
