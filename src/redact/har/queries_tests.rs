//! Keys of customers in addresses and forms.
use super::tests::{check, har};

#[test]
fn keys_of_customers_go_from_addresses_and_forms_that_no_list_repeats() {
    let drawn = "mFzTqhXcWkRbJvNpLd";
    for query in [
        "?key=«{}»&v=3",
        "?v=3&key=«{}»",
        "?a=b\\u0026auth_key=«{}»",
        "?v=3&ticket=«{}»&key=someListingOfPackages&sid=9b370b28-648f-4579-87a4-929e02869b3e&key=listing-of-2026&x=1",
        "?page=2#key=«{}»",
    ] {
        let query = query.replace("{}", drawn);
        for place in [
            r#"{"request":{"url":"https://127.0.0.1/js@"}}"#,
            r#"{"request":{"headers":[{"name":":path","value":"/js@"}]}}"#,
            r#"{"request":{"headers":[{"name":"Referer","value":"https://127.0.0.1/js@"}]}}"#,
            r#"{"response":{"redirectURL":"https://127.0.0.1/js@"}}"#,
            r#"{"_initiator":{"type":"script","url":"https://127.0.0.1/js@"}}"#,
        ] {
            check(&place.replace('@', &query));
        }
    }
    let form = r#"{"request":{"url":"http://127.0.0.1:33003/x","postData":{"mimeType":"application/x-www-form-urlencoded","text":"a=1&key=«{}»&v=3"}}}"#;
    check(&form.replace("{}", drawn));
    let same = har(&format!(
        r#"{{"request":{{"url":"http://127.0.0.1/?key={drawn}","queryString":[{{"name":"key","value":"{drawn}"}}]}}}}"#
    ));
    let mut tokens = same
        .split('~')
        .filter(|part| part.starts_with("secret.token."));
    let first = tokens.next().unwrap();
    assert_eq!(
        (Some(first), None),
        (tokens.next(), tokens.next()),
        "{same}"
    );
}
