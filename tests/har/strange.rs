//! Entries that tools write who know the format from hearsay, and places that no list knows: each row is one entry,
//! and what stands between « and » must be gone. A value in it is fresh in each run of a row.

/// Rows of entries.
pub const ENTRIES: &[&str] = &[
    // What is missing, and what has another form than the format says.
    r#"{"request":{"url":"https://acme.ibmaspera.com/a?sso_ticket=«»","method":"GET"}}"#,
    r#"{"request":{"url":"/relative?password=«»#access_token=«»","headers":{"Cookie":"sid=«»","X-Vault-Token":"«»"}}}"#,
    r#"{"url":"https://acme.ibmaspera.com/x?token=«»","headers":["Authorization: Bearer «»","Cookie: a=«»"]}"#,
    r#"{"request":{"method":"GET","url":"/","headers":"Cookie: k=«»\r\nX-Api-Key: «»\r\nAccept: */*"},"response":null}"#,
    r#"{"request":{"method":"POST","url":"/","body":"{\"client_secret\":\"«»\"}","data":{"password":"«»"}},"response":{"text":"refresh_token=«»"}}"#,
    r#"{"_request":{"Authorization":"Bearer «»"},"request":null,"response":null,"error":"x"}"#,
    // Pairs and members as nobody's format has them.
    r#"{"request":{"url":"/","headers":[["X-Aspera-AccessKey","«»"],["Cookie","a=«»; b=«»"],["X-Client-Data","«»"]],"cookies":[["sid","«»"]],"queryString":[["sso","«»"]]}}"#,
    r#"{"request":{"url":"/","headers":[{"key":"X-Auth-Key","value":"«»"},{"Name":"X-Client-Data","Value":"«»"},{"Value":"«»","Name":"Api-Key"}],"cookies":[{"key":"theme","value":"«»"}]}}"#,
    r#"{"request":{"url":"/","headers":"GET /x?sso=«» HTTP/1.1\r\nX-Client-Data: «»\r\nSec-WebSocket-Protocol: json, bearer.«»\r\nAuthorization: ApiKey «»\r\nX-Remote-User: «wojtek.haddad»\r\n\r\n","cookies":"a=«»; b=«»"}}"#,
    r#"{"Request":{"Method":"POST","URL":"https://api.ibmaspera.com/api/v1/users","Headers":[{"Name":"Cookie","Value":"a=«»"}],"PostData":{"MimeType":"application/json","Text":"{\"hobby\":\"«sings in a choir»\"}"}},"Response":{"Status":200,"Content":{"MimeType":"application/json","Text":"{\"id\":\"1\",\"name\":\"«Wojtek Haddad»\"}"}}}"#,
    // Bodies that are part of the trace, stand in a member of the writer's, or are base64 that nobody calls so.
    r#"{"request":{"url":"https://api.ibmaspera.com/api/v1/users"},"response":{"content":{"mimeType":"application/json","text":{"id":"1","hobby":{"at":"«home in Gdansk»"},"name":"«Wojtek Haddad»"}}}}"#,
    r#"{"request":{"url":"https://shop.example/x","postData":{"text":[{"a":"«plain words»"}]}}}"#,
    r#"{"request":{"url":"https://api.ibmaspera.com/api/v1/users"},"response":{"_body":"{\"hobby\":\"«sings in a choir»\"}"},"_raw":"GET /api/v1/users?q=«wojtek» HTTP/1.1"}"#,
    r#"{"request":{"url":"https://api.ibmaspera.com/api/v1/users"},"response":{"content":{"mimeType":"application/json","text":"«eyJpZCI6IjEiLCJob2JieSI6InNpbmdzIGluIGEgY2hvaXIifQ==»"}}}"#,
    r#"{"request":{"url":"https://acme.ibmaspera.com/x.csv"},"response":{"content":{"mimeType":"text/csv","text":"email,name,password\r\n«w.h@nordlys.example»,«Wojtek Haddad»,«Marble-Finch77»\r\n"}}}"#,
    r#"{"request":{"url":"https://acme.ibmaspera.com/x","postData":{"mimeType":"application/json","text":"{\"back_link\":\"https://acme.ibmaspera.com/p?x=«»\"}"}}}"#,
    r#"{"request":{"url":"https://acme.ibmaspera.com/r?to=https%3A%2F%2Fa.example%2F%3Fkey%3D«»%26x%3D1&again=%252Fy%253Fkey%253D«»"}}"#,
    r#"{"request":{"url":"https://api.ibmaspera.com/api/v1/contacts?q=«Wojtek%20Haddad»&page=2","queryString":[{"name":"q","value":"«Wojtek Haddad»"},{"name":"page","value":"2"}]}}"#,
    r#"{"request":{"url":"https://stats.example/g/collect?v=2&dt=«Dailies%20for%20Haddad»&dl=x","queryString":[{"name":"dt","value":"«Dailies for Haddad»"}]}}"#,
    r#"{"request":{"url":"https://acme.ibmaspera.com/otp","postData":{"params":[{"name":"otp","value":"«482917»"}]}}}"#,
    // Cookies.
    r#"{"request":{"url":"/","headers":[{"name":"COOKIE","value":"q=«»; w=\"«»\""},{"name":"Cookie2","value":"$Version=1; z=«»"}]}}"#,
    r#"{"response":{"headers":[{"name":"Set-Cookie","value":"a=«»; Path=/\nb=«»; HttpOnly\nc=«»"}]}}"#,
    r#"{"response":{"headers":[{"name":"set-cookie","value":"x=«»; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/, y=«»; Secure, z=«»"}]}}"#,
    // Headers and addresses.
    r#"{"request":{"url":"/","headers":[{"name":"X-Auth","value":"«»"},{"name":"Authentication","value":"«»"},{"name":"X-Session","value":"«»"},{"name":"api_key","value":"«»"}]}}"#,
    r#"{"response":{"headers":[{"name":"Location","value":"https://acme.ibmaspera.com/cb?code=«»&session_state=«»#id_token=«»"},{"name":"Refresh","value":"0; url=/r?ticket=«»"},{"name":"Content-Location","value":"/d?sas=«»"}]}}"#,
    r#"{"response":{"headers":[{"name":"Link","value":"</n?page_token=«»>; rel=next"},{"name":"Report-To","value":"{\"endpoints\":[{\"url\":\"https://r.example/r?s=«»\"}]}"}]}}"#,
    r#"{"request":{"url":"/","headers":[{"name":"Referer","value":"https://acme.ibmaspera.com/reset/«»/edit?t=«»"}]}}"#,
    r#"{"request":{"method":"GET","url":"https://acme.ibmaspera.com/users/confirmation/«»"}}"#,
    r#"{"request":{"method":"GET","url":"https://acme.ibmaspera.com/verify-email/«»/go?x=1"}}"#,
    r#"{"request":{"method":"GET","url":"https://acme.ibmaspera.com/s/«»/download"},"response":{"redirectURL":"/share/«»"}}"#,
    r#"{"request":{"method":"GET","url":"https://acme.ibmaspera.com/callback#access_token=«»&state=«»&token_type=Bearer"}}"#,
    r#"{"request":{"method":"GET","url":"https://acme.ibmaspera.com/x?auth_key=«»#/packages/inbox/12"}}"#,
    r#"{"request":{"method":"GET","url":"https://b.s3.amazonaws.com/k?X-Amz-Security-Token=«»&X-Amz-Signature=«»"}}"#,
    r#"{"request":{"method":"GET","url":"https://idp.example/saml2?RelayState=«»&SigAlg=rsa&Signature=«»&SAMLart=«»"}}"#,
    // Bodies.
    r#"{"request":{"url":"https://acme.ibmaspera.com/graphql","postData":{"mimeType":"application/json","text":"{\"query\":\"mutation { login(password: \\\"«»\\\") { token } }\",\"variables\":{\"passcode\":\"«»\"}}"}}}"#,
    r#"{"request":{"url":"https://acme.ibmaspera.com/u","postData":{"mimeType":"multipart/form-data; boundary=x","text":"--x\r\nContent-Disposition: form-data; name=token\r\n\r\n«»\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\r\n«»\r\n--x--"}}}"#,
    r#"{"request":{"url":"https://acme.ibmaspera.com/u","postData":{"mimeType":"text/xml","text":"<wsse:Password Type=\"x\">«»</wsse:Password><Param name=\"secret\" value=\"«»\"/>"}}}"#,
    r#"{"request":{"url":"https://acme.ibmaspera.com/u","postData":{"mimeType":"application/x-www-form-urlencoded","text":"j_password=«»&txtPwd=«»&otp=«»"}}}"#,
    r#"{"request":{"url":"https://acme.ibmaspera.com/h"},"response":{"content":{"mimeType":"text/html","text":"<meta content=\"«»\" name=\"csrf-token\"><meta name=_csrf content=«»><input value='«»' name='__RequestVerificationToken'><a href=\"/logout?authenticity_token=«»\">x</a><div data-token=\"«»\"></div>"}}}"#,
    r#"{"request":{"url":"https://acme.ibmaspera.com/h"},"response":{"content":{"mimeType":"text/html","text":"<script>var c={apiKey:\"«»\",'clientSecret' : '«»',csrf:`«»`};window.__TOKEN__=\"«»\";localStorage.setItem(\"access_token\",\"«»\")</script>"}}}"#,
    r#"{"request":{"url":"https://acme.ibmaspera.com/j"},"response":{"content":{"mimeType":"application/javascript","text":"fetch(u,{headers:{Authorization:\"Bearer \"+\"«»\"}});sessionStorage[\"idToken\"]=\"«»\";var PRIVATE_KEY=\"«»\""}}}"#,
    r#"{"request":{"url":"https://acme.ibmaspera.com/m"},"response":{"content":{"mimeType":"text/html","text":"<p>ask «rosalind.okafor»&#64;studio-nordlys.example or «ragnhild_f»&#x40;studio-nordlys.example</p>"}}}"#,
    r#"{"request":{"url":"https://acme.ibmaspera.com/e"},"response":{"content":{"mimeType":"text/event-stream","text":"event: auth\ndata: {\"ticket\":\"«»\"}\nid: «»\n\n"}},"_eventSourceMessages":[{"eventId":"«»","data":"{\"session_token\":\"«»\"}"}]}"#,
    r#"{"request":{"url":"wss://acme.ibmaspera.com/c"},"_webSocketMessages":[{"opcode":1,"data":"42[\"auth\",{\"token\":\"«»\"}]"},{"opcode":1,"data":"AUTH «»"},{"opcode":1,"data":"login:«wojtek.haddad»\u0000passcode:«»"}]}"#,
    r#"{"_initiator":{"type":"script","stack":{"callFrames":[{"url":"https://acme.ibmaspera.com/cb?code=«»&state=«»"}],"parent":{"callFrames":[{"url":"https://u:«»@h.example/x.js"}]}}}}"#,
    r#"{"comment":"the password was «»","_custom":{"deep":[{"sessionId":"«»"}]},"_full_url":"https://acme.ibmaspera.com/?token=«»"}"#,
];

/// Entries that must come out as they are: what looks a little like the above.
pub const QUIET: &[&str] = &[
    r#"{"request":{"url":"https://acme.ibmaspera.com/users/confirmation/new?page=2&v=9f86d081884c7d659a2feaa0c55ad015","method":"GET"}}"#,
    r#"{"request":{"url":"https://acme.ibmaspera.com/assets/main-9f86d081884c7d659a2feaa0c55ad015.js","method":"GET"}}"#,
    r#"{"request":{"url":"https://acme.ibmaspera.com/packages/66981d43-f6c8-41c4-a367-8be8f4d179e5/files","method":"GET"}}"#,
    r#"{"request":{"url":"https://api.ibmaspera.com/api/v1/packages?page=2&q=66981d43-f6c8-41c4-a367-8be8f4d179e5&dt=2026-11-22&pin=12","method":"GET","headers":[["Accept","text/html"],{"key":"Accept","value":"*/*"},"Accept: */*"]}}"#,
    r#"{"response":{"headers":"HTTP/1.1 200 OK\r\nX-Request-Id: 66981d43-f6c8-41c4-a367-8be8f4d179e5\r\nCF-RAY: 8f3a2b1c4d5e6f70-ARN\r\nDate: Sun, 22 Nov 2026 10:00:00 GMT\r\n\r\n"}}"#,
    r#"{"response":{"headers":[{"name":"Expires","value":"Wed, 21 Oct 2026 07:28:00 GMT"},{"name":"X-Request-Id","value":"66981d43-f6c8-41c4-a367-8be8f4d179e5"}]}}"#,
    r#"{"request":{"url":"https://acme.ibmaspera.com/j"},"response":{"content":{"mimeType":"application/javascript","text":"x.getElementsByClassName(\"transferSpecification\").map(e=>e)"}}}"#,
];

/// The rows as one trace, each place filled with a value of its own, and the values.
pub fn trace(seed: u64) -> (String, Vec<String>) {
    let mut state = seed;
    let mut next = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut planted = Vec::new();
    let mut entries = Vec::new();
    for row in ENTRIES {
        let mut entry = String::new();
        for (i, part) in row.split(['«', '»']).enumerate() {
            if i % 2 == 0 {
                entry.push_str(part);
                continue;
            }
            let letters = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
            let mut value = part.to_owned();
            if value.is_empty() {
                let letter = |n: u64| char::from(letters[usize::try_from(n).unwrap_or(0)]);
                value = (0..26)
                    .map(|_| letter(next(letters.len() as u64)))
                    .collect();
                // Both cases and a digit, as such values have.
                value.push_str("aZ7");
            }
            entry.push_str(&value);
            planted.push(value);
        }
        entries.push(entry);
    }
    let text = format!(
        r#"{{"log":{{"version":"1.2","creator":{{"name":"x","version":"1"}},"entries":[{}]}}}}"#,
        entries.join(",")
    );
    (text, planted)
}

/// The spellings that writers of JSON use for the same text.
pub fn spelled(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let gson = text
        .replace('=', "\\u003d")
        .replace('&', "\\u0026")
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('\'', "\\u0027");
    let wide: Vec<u8> = [0xfeff]
        .into_iter()
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    vec![
        ("plain", text.as_bytes().to_vec()),
        ("slashes", text.replace('/', "\\/").into_bytes()),
        ("signs", gson.into_bytes()),
        ("mark", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("wide", wide),
        ("call", format!("onInputData({text});").into_bytes()),
    ]
}
