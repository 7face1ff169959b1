//! What a browser that sends a package through Aspera on Cloud says and hears, with a planted value in every
//! place that can hold one.
use serde_json::{Value, json};

use super::plant::{Encoding, Planter};

/// One request and its answer, before a writer has put it down.
pub struct Call {
    pub method: &'static str,
    pub url: String,
    pub sent: Vec<(String, String)>,
    pub post: Option<(String, String)>,
    pub status: u16,
    pub got: Vec<(String, String)>,
    pub mime: String,
    pub body: String,
    /// Members that only some writers know: `_webSocketMessages`, `_initiator` …
    pub more: Vec<(&'static str, Value)>,
}

impl Call {
    fn new(method: &'static str, url: impl Into<String>) -> Self {
        Self {
            method,
            url: url.into(),
            sent: vec![("accept".into(), "application/json".into())],
            post: None,
            status: 200,
            got: Vec::new(),
            mime: "application/json".into(),
            body: String::new(),
            more: Vec::new(),
        }
    }

    fn send(mut self, name: &str, value: impl Into<String>) -> Self {
        self.sent.push((name.to_owned(), value.into()));
        self
    }

    fn hear(mut self, name: &str, value: impl Into<String>) -> Self {
        self.got.push((name.to_owned(), value.into()));
        self
    }

    fn post(mut self, mime: &str, text: impl Into<String>) -> Self {
        self.post = Some((mime.to_owned(), text.into()));
        self
    }

    fn answer(mut self, status: u16, mime: &str, body: impl Into<String>) -> Self {
        self.status = status;
        self.mime = mime.to_owned();
        self.body = body.into();
        self
    }

    fn with(mut self, name: &'static str, value: Value) -> Self {
        self.more.push((name, value));
        self
    }
}

const API: &str = "https://api.ibmaspera.com/api/v1";
const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// The whole trace.
pub fn calls(p: &mut Planter) -> Vec<Call> {
    let mut calls = login(p);
    calls.extend(api(p));
    calls.extend(node(p));
    calls.extend(local(p));
    calls.extend(others(p));
    calls.extend(rare(p));
    calls
}

fn login(p: &mut Planter) -> Vec<Call> {
    let mut calls = Vec::new();
    let (assertion, access) = (p.jwt("post form assertion"), p.jwt("token answer"));
    let form = format!(
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}&client_secret={}&scope=user%3Aall",
        p.secret("post form client_secret", Encoding::Percent)
    );
    let answer = json!({"access_token": access, "token_type": "bearer", "expires_in": 86399,
        "refresh_token": p.secret("token answer refresh_token", Encoding::Plain), "scope": "user:all"});
    let basic = format!(
        "client:{}",
        p.secret("header basic", Encoding::Base64).as_str()
    );
    let basic = data_encoding::BASE64.encode(basic.as_bytes());
    calls.push(
        Call::new("POST", format!("{API}/oauth2/acme/token"))
            .send("Authorization", format!("Basic {basic}"))
            .post(FORM, form)
            .hear("date", "Sun, 22 Nov 2026 10:00:00 GMT")
            .answer(200, JSON, answer.to_string()),
    );
    let code = p.secret("location code", Encoding::Plain);
    let cookies = format!(
        "aoc.token={}; Path=/; HttpOnly\naoc.refresh={}; Path=/; Secure",
        p.secret("set-cookie joined, first", Encoding::Plain),
        p.secret("set-cookie joined, second", Encoding::Plain)
    );
    calls.push(
        Call::new("GET", "https://acme.ibmaspera.com/login")
            .hear("Set-Cookie", cookies)
            .hear(
                "Location",
                format!("https://acme.ibmaspera.com/callback?code={code}&state=x"),
            )
            .hear(
                "WWW-Authenticate",
                "Bearer realm=\"aoc\", error=\"invalid_token\"",
            )
            .answer(302, "text/html", ""),
    );
    let saml = format!(
        "<samlp:Response><saml:NameID>{}</saml:NameID></samlp:Response>",
        p.email("post form SAMLResponse", Encoding::Base64)
    );
    let saml = data_encoding::BASE64
        .encode(saml.as_bytes())
        .replace('+', "%2B")
        .replace('=', "%3D");
    let page = format!(
        "<html><head><meta name=\"csrf-token\" content=\"{}\"></head><form><input type=\"hidden\" name=\"authenticity_token\" value=\"{}\"></form>\
         <script>window.config = {{ apiKey: '{}', version: '4.2.1' }};</script></html>",
        p.secret("html meta csrf", Encoding::Plain),
        p.secret("html hidden input", Encoding::Html),
        p.secret("js config apiKey", Encoding::Plain),
    );
    calls.push(
        Call::new("POST", "https://idp.acme-corp.example.com/saml2/acs")
            .post(FORM, format!("SAMLResponse={saml}&RelayState=%2Fpackages"))
            .answer(200, "text/html; charset=utf-8", page),
    );
    let (user, password) = (
        p.email("post json login", Encoding::Plain),
        p.secret("post json password", Encoding::Unicode),
    );
    calls.push(
        Call::new("POST", "https://acme.ibmaspera.com/auth/login")
            .send(
                "X-CSRF-Token",
                p.secret("header x-csrf-token", Encoding::Plain),
            )
            .post(
                JSON,
                format!("{{\"email\":\"{user}\",\"password\":\"{password}\"}}"),
            )
            .answer(
                401,
                JSON,
                "{\"code\":\"unauthorized\",\"message\":\"token expired\"}",
            ),
    );
    calls
}

fn api(p: &mut Planter) -> Vec<Call> {
    let bearer = p.jwt("header authorization");
    let mut calls = Vec::new();
    let (email, request) = (p.email("/self email", Encoding::Plain), p.uuid());
    let me = json!({"id": "45071", "email": email, "organization_id": "8669", "default_workspace_id": "21420",
        "organization_admin": false, "last_login_at": "2026-11-22T09:58:11.000Z"});
    calls.push(
        Call::new("GET", format!("{API}/self"))
            .send(":authority", "api.ibmaspera.com")
            .send(":path", "/api/v1/self")
            .send("authorization", format!("Bearer {bearer}"))
            .send(
                "cookie",
                format!(
                    "aoc.token={}; theme=dark",
                    p.secret("header cookie", Encoding::Plain)
                ),
            )
            .hear("x-request-id", request)
            .hear("etag", p.decoy("W/\"5f4dcc3b5aa765d61d8327deb882cf99\""))
            .answer(200, JSON, me.to_string()),
    );
    let organization = json!({"id": "8669", "subdomain_name": "acme", "access_token_duration": 86400,
        "access_token_refresh_duration": null, "session_duration": 3600, "node_token_duration": 86400,
        "event_reporting_uri": format!("https://hook:{}@hooks.acme-corp.example.com/aoc", p.secret("url userinfo in an answer", Encoding::Plain))});
    calls.push(Call::new("GET", format!("{API}/organization")).answer(
        200,
        JSON,
        organization.to_string(),
    ));
    for encoding in Encoding::IN_URL {
        let token = p.secret("url query token", encoding);
        let path = format!("/api/v1/packages/bYA_ilq73g?token={token}&per_page=100");
        calls.push(
            Call::new("GET", format!("https://api.ibmaspera.com{path}"))
                .send(":path", path)
                .send("referer", format!("https://acme.ibmaspera.com/packages/public/receive?token={token}"))
                .answer(404, JSON, "{\"code\":\"not_found\",\"message\":\"The resource you were looking for does not exist\"}"),
        );
    }
    let package = json!({"id": "bYA_ilq73g", "node_id": "8669", "contents_file_id": "21420", "sent": true, "complete": false,
        "failed": true, "recipients": [{"id": "1", "type": "user", "email": p.email("package recipients", Encoding::Plain)}]});
    calls.push(
        Call::new("GET", format!("{API}/packages/bYA_ilq73g"))
            .send("X-Api-Key", p.secret("header x-api-key", Encoding::Plain))
            .send("Proxy-Authorization", format!("Basic {}", p.secret("header proxy-authorization", Encoding::Base64)))
            .answer(200, JSON, package.to_string())
            .with("_initiator", json!({"type": "script", "url": format!("https://acme.ibmaspera.com/app.js?access_token={}", p.secret("_initiator url", Encoding::Plain)),
                "stack": {"callFrames": [{"functionName": "f", "url": format!("https://acme.ibmaspera.com/a.js?token={}", p.secret("_initiator stack", Encoding::Plain)), "lineNumber": 7}]}}))
            .with("comment", json!(format!("login with password: {}", p.secret("comment", Encoding::Plain)))),
    );
    calls.push(
        Call::new("POST", "https://api.ibmaspera.com/bss/platform/graphql")
            .post(JSON, json!({"query": "mutation($p:String!){login(password:$p){ok}}", "variables": {"password": p.secret("graphql variables", Encoding::Plain)}}).to_string())
            .answer(200, JSON, json!({"data": {"clients": [{"id": "abc", "secret": p.secret("answer client secret", Encoding::Plain)}]}}).to_string()),
    );
    calls
}

fn spec(p: &mut Planter) -> Value {
    let person = p.email("transfer spec cookie", Encoding::Base64);
    let part = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
    json!({"direction": "send", "remote_host": p.host("transfer spec host"), "remote_user": "xfer", "ssh_port": 33001, "fasp_port": 33001,
        "token": format!("ATM3_{}", p.secret("transfer spec token", Encoding::Plain)),
        "remote_password": p.secret("transfer spec password", Encoding::Plain),
        "cookie": format!("aspera.aoc:{}:{}:{}", part("packages"), part("A B"), part(&person)),
        "tags": {"aspera": {"xfer_id": p.uuid(), "xfer_retry": 3600, "files": {"package_id": "bYA_ilq73g", "workspace_id": "21420"}}},
        "target_rate_kbps": 100_000})
}

fn node(p: &mut Planter) -> Vec<Call> {
    let host = p.host("url host of the node");
    let key = p.run("ABCDEFGHJKLMNPQRSTUVWXYZabcdefgh23456789", 24);
    let transfer = json!([{"id": p.uuid(), "status": "failed", "error_code": 14, "error_desc": "Data connection timed out (UDP)",
        "start_spec": spec(p), "sessions": [{"client_ip_address": p.address("/ops/transfers client address"), "target_rate_kbps": 100_000}],
        "bytes_transferred": 7_340_032}]);
    let storage = json!({"type": "aws_s3", "access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": p.secret("header storage credentials", Encoding::JsonInString)});
    let pem: Vec<String> = (0..6)
        .map(|_| {
            p.secret("answer private key", Encoding::JsonInString)
                .repeat(2)
        })
        .collect();
    let pem = format!(
        "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n",
        pem.join("\n")
    );
    vec![
        Call::new("GET", format!("https://{host}:9092/ops/transfers?active_only=false"))
            .send("X-Aspera-AccessKey", key)
            .send("X-Aspera-Storage-Credentials", storage.to_string())
            .answer(200, JSON, transfer.to_string())
            .with("serverIPAddress", json!(p.address("serverIPAddress"))),
        Call::new("GET", format!("https://{host}:9092/access_keys/self"))
            .answer(200, JSON, json!({"id": "x", "ssh_private_key": pem, "configuration": {"transfer": {"cipher": "aes-128"}}}).to_string()),
        Call::new("GET", format!("https://{host}:9092/files/21420/content"))
            .hear("Location", format!("https://bucket.s3.amazonaws.com/f?X-Amz-Expires=900&X-Amz-Signature={}", p.secret("location presigned", Encoding::Plain)))
            .hear("Refresh", format!("5; url=https://{host}/x?access_token={}", p.secret("refresh header", Encoding::Plain)))
            .answer(307, "", ""),
    ]
}

fn local(p: &mut Planter) -> Vec<Call> {
    let rpc = json!({"jsonrpc": "2.0", "id": 1, "method": "start_transfer", "params": {"transfer_spec": spec(p)}}).to_string();
    let twice =
        json!({"transfer_specs": json!([{"transfer_spec": spec(p)}]).to_string()}).to_string();
    let event = json!({"access_token": p.secret("_eventSourceMessages", Encoding::JsonInString)})
        .to_string();
    let pack = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
    let frame = json!({"jsonrpc": "2.0", "method": "start_transfer",
        "params": {"token": p.secret("_webSocketMessages in base64", Encoding::Plain), "user": p.email("_webSocketMessages in base64", Encoding::Plain)}})
    .to_string();
    let other = format!(
        "login of {}",
        p.email("_webSocketMessages marked as base64", Encoding::Plain)
    );
    let lines = format!(
        "retry: 5000\nfor: {}\npassword={}",
        p.email("_eventSourceMessages lines", Encoding::Plain),
        p.secret("_eventSourceMessages lines", Encoding::Plain)
    );
    let kept = p.decoy("rate=331.82Mbps of the event source");
    vec![
        Call::new("POST", "http://127.0.0.1:33003/v6/connect/transfers/start")
            .post("text/plain", twice)
            .answer(200, JSON, json!({"request_id": p.uuid(), "transfer_specs": []}).to_string()),
        Call::new("GET", "ws://127.0.0.1:33024/")
            .send("Sec-WebSocket-Protocol", format!("aspera, bearer.{}", p.jwt("header sec-websocket-protocol")))
            .answer(101, "", "")
            .with("_webSocketMessages", json!([{"type": "send", "time": 1_795_348_800.5, "opcode": 1, "data": rpc},
                {"type": "receive", "time": 1_795_348_801.25, "opcode": 1, "data": "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32001,\"message\":\"token expired\"}}"},
                {"type": "send", "time": 1_795_348_801.5, "opcode": 2, "data": pack(&frame)},
                {"type": "receive", "time": 1_795_348_801.75, "opcode": 1, "encoding": "base64", "data": pack(&other)},
                {"type": "receive", "time": 1_795_348_801.8, "opcode": 2, "data": "AAECAwQFBgc="}])),
        Call::new("GET", "https://local.connectme.us:43003/v5/connect/transfers/activity")
            .answer(200, "text/event-stream", "")
            .with("_eventSourceMessages", json!([{"time": 1_795_348_802.0, "eventName": "message", "eventId": "1", "data": event},
                {"time": 1_795_348_802.5, "eventName": "message", "eventId": "2", "data": lines},
                {"time": 1_795_348_803.0, "eventName": "ping", "eventId": "3", "data": kept}])),
    ]
}

fn others(p: &mut Planter) -> Vec<Call> {
    let boundary = "----WebKitFormBoundaryq7Vn0bK3wTzL";
    let form = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{}\r\n--{boundary}--\r\n",
        p.secret("post multipart", Encoding::Plain)
    );
    let soap = format!(
        "<?xml version=\"1.0\"?><e:Envelope><login><password>{}</password></login></e:Envelope>",
        p.secret("post xml", Encoding::Plain)
    );
    let double = json!({"state": json!({"auth": json!({"access_token": p.secret("body json three deep", Encoding::JsonTwice)}).to_string()}).to_string()});
    vec![
        Call::new("POST", "https://acme.ibmaspera.com/upload")
            .post(&format!("multipart/form-data; boundary={boundary}"), form)
            .answer(201, "", ""),
        Call::new("POST", "https://acme.ibmaspera.com/soap")
            .post("text/xml", soap)
            .answer(200, JSON, double.to_string()),
        Call::new(
            "GET",
            format!(
                "https://acme.ibmaspera.com/auth/password/reset/{}",
                p.secret("url path of a reset link", Encoding::Plain)
            ),
        )
        .answer(200, "text/html", "<html></html>"),
        Call::new(
            "GET",
            format!(
                "https://ana:{}@acme.ibmaspera.com/",
                p.secret("url userinfo", Encoding::Plain)
            ),
        )
        .answer(200, "text/plain", "version 4.2.1"),
        Call::new(
            "GET",
            format!(
                "https://acme.ibmaspera.com/cb#access_token={}&token_type=bearer",
                p.secret("url fragment", Encoding::Plain)
            ),
        )
        .answer(200, "", ""),
        Call::new(
            "GET",
            format!(
                "https://aspera.pub/{}",
                p.secret("short link", Encoding::Plain)
            ),
        )
        .answer(302, "", ""),
    ]
}

/// Base64 of the raw deflate of a text, as a SAML redirect carries it.
fn deflated(text: &str) -> String {
    use std::io::Write;
    let mut out = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(text.as_bytes()).unwrap();
    data_encoding::BASE64.encode(&out.finish().unwrap())
}

/// Places that few sanitizers know.
fn rare(p: &mut Planter) -> Vec<Call> {
    let saml = format!(
        "<samlp:AuthnRequest><saml:NameID>{}</saml:NameID></samlp:AuthnRequest>",
        p.email("url SAMLRequest, deflated", Encoding::Base64)
    );
    let saml = deflated(&saml)
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    let signature = p.secret("url SAML signature", Encoding::Plain);
    let digest = format!(
        "Digest username=\"ana\", realm=\"aoc\", nonce=\"{}\", uri=\"/\", response=\"{}\"",
        p.secret("header digest nonce", Encoding::Plain),
        p.secret("header digest response", Encoding::Plain)
    );
    let inner =
        json!({"access_token": p.secret("base64 JSON in JSON", Encoding::Base64)}).to_string();
    let packed = json!({"payload": data_encoding::BASE64.encode(inner.as_bytes())});
    let hex = data_encoding::HEXLOWER
        .encode(format!("password={}", p.secret("hex dump in a body", Encoding::Hex)).as_bytes());
    let person = json!({"id": "45072", "first_name": p.person("/users first_name"), "last_name": p.person("/users last_name"),
        "public_key": "ssh-rsa AAAA", "deactivated": false});
    let note = json!({"id": "cYA_ilq73g", "name": p.person("package name of another case"), "note": p.person("package note")});
    vec![
        Call::new("GET", format!("https://idp.acme-corp.example.com/sso?SAMLRequest={saml}&SigAlg=rsa-sha256&Signature={signature}")).answer(302, "", ""),
        Call::new("GET", format!("{API}/digest")).send("Authorization", digest).answer(200, JSON, packed.to_string()),
        Call::new("GET", format!("{API}/users/45072"))
            .send("X-Goog-Api-Key", p.secret("header x-goog-api-key", Encoding::Plain))
            .send("X-Amz-Security-Token", p.secret("header x-amz-security-token", Encoding::Plain))
            .answer(200, JSON, person.to_string())
            .with("_custom", json!({"sessionKey": p.secret("_custom object", Encoding::Plain), "n": 3})),
        Call::new("GET", format!("{API}/packages/cYA_ilq73g")).answer(200, JSON, note.to_string()),
        Call::new("GET", "https://acme.ibmaspera.com/debug").answer(200, "text/plain", format!("dump: {hex}")),
        Call::new("GET", "https://tracker.example.net/collect?v=2").answer(200, "text/plain", format!("visitor {}", p.secret("body of a third party", Encoding::Plain))),
    ]
}
