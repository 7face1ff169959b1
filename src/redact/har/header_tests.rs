//! Values of headers: which go, which of their words stay, and which headers stay whole.
use super::tests::{check, har, quoted};

/// `{"name": …, "value": …}` in the headers of a request to the web app.
pub(super) fn header(name: &str, value: &str) -> String {
    format!(
        r#"{{"request":{{"method":"GET","url":"https://www.ibm.com/docs","headers":[{{"name":{},"value":{}}}]}}}}"#,
        quoted(name),
        quoted(value)
    )
}

#[test]
fn fields_of_people_are_known_behind_the_x_of_a_header() {
    for (name, value) in [
        ("X-Display-Name", "«Maria Lopez»"),
        ("x-employee-name", "«Maria Lopez»"),
        ("X-Frame-Options", "SAMEORIGIN"),
        ("X-Trace-Name", "upload queue"),
    ] {
        check(&format!(
            r#"{{"request":{{"headers":[{{"name":"{name}","value":"{value}"}}]}}}}"#
        ));
    }
}

#[test]
fn values_of_secret_headers_go_and_their_words_stay() {
    for (name, value) in [
        ("Authorization", "Bearer «Zk81mQpLtR29xYwVb7»"),
        ("authorization", "Basic «dXNlcjpodW50ZXIy»"),
        ("AUTHORIZATION", "SSWS «00QCjAl4MlV»"),
        ("Authorization", "DPoP «abc»"),
        ("Authorization", "«opaque-thing-without-scheme-9»"),
        ("Authorization", "Negotiate «YIIJvwYGKwYBBQUCoIIJ»"),
        (
            "Authorization",
            r#"Digest username="«mlopez»", realm="transfer", nonce="«dcd98b7102dd2f0e»", uri="/x", response="«6629fae49393a05397450978507c4ef1»""#,
        ),
        ("Proxy-Authorization", "NTLM «TlRMTVNTUAABAAAAB4II»"),
        (
            "X-Aspera-Entitlement-Authorization",
            "Basic «dXNlcjpodW50ZXIy»",
        ),
        ("Cookie", "aoc.token=«abc.def»; theme=«dark»; x=«1»"),
        ("cookie", "«loneValueWithoutName»"),
        (
            "Set-Cookie",
            "sid=«Zk81mQ»; Path=/; Max-Age=60; HttpOnly; SameSite=Lax",
        ),
        (
            "set-cookie",
            "a=«first»; Path=/\nb=«second»; Secure\nc=«third»",
        ),
        ("Set-Cookie2", "sid=«Zk81mQ»; Version=1"),
        ("X-Api-Key", "«plain words»"),
        ("x_api_key", "«abc»"),
        ("X-Acme-Session-Token", "«abc»"),
        ("X-CSRF-Token", "«abcd»"),
        ("X-XSRF-TOKEN", "«abcd»"),
        ("X-Aspera-AccessKey", "«ak-9f3KQ2mZ»"),
        ("X-Aspera-Storage-Credentials", "«{\"type\":\"token\"}»"),
        ("X-Amz-Security-Token", "«FwoGZXIvYXdzEBYaD»"),
        ("X-Goog-Api-Key", "«AIzaSyA»"),
        ("x-client-data", "«CIe2yQ»"),
        ("Sec-WebSocket-Protocol", "graphql-ws, bearer, «abc123»"),
        (
            "Sec-WebSocket-Protocol",
            "v4.channel.k8s.io, «base64url.bearer.authorization.k8s.io.Zk81mQpLtR29xYwVb7»",
        ),
        (
            "WWW-Authenticate",
            r#"Digest realm="transfer", qop="auth", nonce="«dcd98b7102dd2f0e»", stale=true"#,
        ),
        (
            "WWW-Authenticate",
            r#"Bearer realm="api", error="invalid_token", error_description="The token expired""#,
        ),
        ("WWW-Authenticate", "Negotiate «oYGxMIGuoAMKAQChCwYJ»"),
        (
            "Authentication-Info",
            r#"nextnonce="«dcd98b7102dd2f0e»", qop=auth"#,
        ),
        (
            "Referer",
            "https://«acme.ibmaspera.com»/packages/public/receive?token=«Zk81mQpLtR29»",
        ),
        ("Origin", "https://«node7.acme.example»:9092"),
        (
            "Location",
            "https://www.ibm.com/cb?code=«Zk81mQpLtR29xYwVb7»&lang=en#access_token=«Zk81mQpLtR30»",
        ),
        ("Content-Location", "/x?sig=«Zk81mQpLtR29xYwVb7»"),
        (
            "Refresh",
            "0; url=https://www.ibm.com/?token=«Zk81mQpLtR29»",
        ),
        (
            "Link",
            "<https://www.ibm.com/ops?iteration_token=17&access_token=«Zk81mQpLtR29»>; rel=\"next\"",
        ),
        (
            "Content-Security-Policy",
            "default-src 'self'; report-uri https://«csp.acme.example»/r?token=«Zk81mQpLtR29»",
        ),
        (":path", "/api/v1/x?token=«Zk81mQpLtR29»&page=2"),
        (":authority", "«node7.acme.example»:9092"),
        ("Host", "«node7»"),
        ("X-Forwarded-For", "«203.0.113.9», «2001:db8::1»"),
        ("X-Unknown-Thing", "from «maria.lopez@acme.example»"),
        ("X-User", "«mlopez»"),
    ] {
        check(&header(name, value));
    }
}

#[test]
fn headers_that_name_nobody_stay() {
    for (name, value) in [
        ("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"),
        (
            "User-Agent",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        ),
        ("ETag", "W/\"33a64df551425fcc55e4d42a148795d9f25f89d4\""),
        ("If-None-Match", "\"5d8c72a5edda8d6a\""),
        ("X-Request-Id", "66981d43-f6c8-41c4-a367-8be8f4d179e5"),
        ("Date", "Tue, 17 Nov 2026 16:05:10 GMT"),
        ("Content-Length", "12345"),
        ("X-Aspera-Next-Iteration-Token", "17"),
        ("X-Total-Count", "212"),
        ("Authorization", ""),
        ("X-CSRF-Token", "undefined"),
        ("X-Auth-Token", "null"),
        ("Set-Cookie", "a=; path=/; Max-Age=0"),
        ("Sec-WebSocket-Protocol", "graphql-transport-ws, v1.json"),
        ("WWW-Authenticate", "Basic realm=\"node\""),
        ("Retry-After", "120"),
        ("Server", "nginx/1.24.0"),
        (
            "Strict-Transport-Security",
            "max-age=31536000; includeSubDomains",
        ),
        ("Content-MD5", "Q2hlY2sgSW50ZWdyaXR5IQ=="),
    ] {
        let entry = header(name, value);
        assert_eq!(har(&entry), entry);
    }
}
