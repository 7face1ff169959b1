//! The token endpoint of the fake: it really looks at signature, audience, times, subject and rights.
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde_json::{Value, json};

use super::wire::{Answer, Question, pairs};
use super::world::{Grant, World, text_of};

/// Scopes that a person's token may have, weakest first.
const SCOPES: &[&str] = &["self", "user:all", "admin:all"];

fn refuse(status: u16, error: &str, description: &str) -> Answer {
    let body = json!({"error": error, "error_description": description, "state": null});
    Answer::json(status, &body)
}

/// What a token request says.
struct Request<'a> {
    organization: &'a Value,
    fields: Vec<(String, String)>,
    basic: Option<(String, String)>,
}

impl Request<'_> {
    fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, v)| v.as_str())
    }
}

/// Answers a token request for an organization.
pub(super) fn token(world: &World, subdomain: &str, question: &Question) -> Answer {
    let Some(organization) = world.organization(subdomain) else {
        return refuse(401, "invalid_client", "unknown organization");
    };
    let json_body = question
        .header("content-type")
        .is_some_and(|t| t.starts_with("application/json"));
    let mut fields = if json_body {
        let body: Value = serde_json::from_slice(&question.body).unwrap_or_default();
        let all = body.as_object().into_iter().flatten();
        all.map(|(n, v)| (n.clone(), text_of(v))).collect()
    } else {
        pairs(&String::from_utf8_lossy(&question.body))
    };
    fields.extend(question.query.iter().cloned());
    let basic = question
        .header("authorization")
        .and_then(|h| h.strip_prefix("Basic "))
        .and_then(|b| BASE64.decode(b.as_bytes()).ok())
        .and_then(|b| String::from_utf8(b).ok())
        .and_then(|t| t.split_once(':').map(|(u, p)| (u.to_owned(), p.to_owned())));
    let request = Request {
        organization,
        fields,
        basic,
    };
    match request.field("grant_type") {
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => jwt(world, subdomain, &request),
        "refresh_token" => refresh(world, subdomain, &request),
        "url_token" => link(world, subdomain, &request),
        "" => refuse(400, "invalid_request", "grant_type is missing"),
        _ => refuse(400, "unsupported_grant_type", "this grant is not supported"),
    }
}

/// The client of a request, where its secret, if it is told, is right.
fn client<'a>(request: &'a Request<'_>) -> Option<&'a Value> {
    let told = request.basic.as_ref();
    let id = told.map_or_else(|| request.field("client_id"), |b| b.0.as_str());
    let clients = request.organization.get("clients")?.as_array()?;
    let found = clients
        .iter()
        .find(|c| c.get("id").and_then(Value::as_str) == Some(id))?;
    let secret = match told {
        Some((_, secret)) => Some(secret.as_str()),
        None => Some(request.field("client_secret")).filter(|s| !s.is_empty()),
    };
    let right = secret.is_none_or(|s| found.get("secret").and_then(Value::as_str) == Some(s));
    right.then_some(found)
}

const BAD_CLIENT: &str = "The client id or client secret is invalid.";

fn jwt(world: &World, subdomain: &str, request: &Request<'_>) -> Answer {
    let Some(client) = client(request) else {
        return refuse(401, "invalid_client", BAD_CLIENT);
    };
    if client.get("jwt_grant_enabled") != Some(&Value::Bool(true)) {
        return refuse(
            400,
            "unauthorized_client",
            "JWT is not enabled for this client.",
        );
    }
    let parts: Vec<&str> = request.field("assertion").split('.').collect();
    let [header, payload, signature] = parts.as_slice() else {
        return refuse(400, "invalid_grant", "Not enough or too many segments");
    };
    let decode = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).unwrap_or_default();
    let parse = |part: &str| serde_json::from_slice::<Value>(&decode(part)).unwrap_or_default();
    let (head, claims) = (parse(header), parse(payload));
    let claim = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    if head.get("alg").and_then(Value::as_str) != Some("RS256") {
        return refuse(400, "invalid_grant", "Expected a different algorithm");
    }
    let subject = claim("sub");
    if world.user(subdomain, "email", subject).is_none() {
        return refuse(400, "invalid_grant", "Invalid subject.");
    }
    let signed = format!("{header}.{payload}");
    let good = world.keys_of(subject).iter().any(|key| {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)
            .verify(signed.as_bytes(), &decode(signature))
            .is_ok()
    });
    if !good {
        return refuse(400, "invalid_grant", "Signature verification raised");
    }
    if claim("aud") != crate::aoc::login::jwt::AUDIENCE {
        return refuse(400, "invalid_grant", "Invalid audience.");
    }
    if claim("iss") != client.get("id").and_then(Value::as_str).unwrap_or_default() {
        return refuse(400, "invalid_grant", "Invalid issuer.");
    }
    let time = |name: &str| claims.get(name).and_then(Value::as_i64);
    let now = world.now().as_second();
    if time("exp").is_none_or(|exp| exp <= now) {
        return refuse(400, "invalid_grant", "Signature has expired");
    }
    if time("nbf").is_some_and(|nbf| nbf > now) {
        return refuse(400, "invalid_grant", "Signature nbf has not been reached");
    }
    let scope = request.field("scope");
    let allowed = client.get("scopes").and_then(Value::as_array);
    let has = |s: &str| allowed.is_some_and(|a| a.iter().any(|v| v.as_str() == Some(s)));
    if scope.starts_with("node.") {
        return node_token(world, scope, subject);
    }
    if !SCOPES.contains(&scope) || !has(scope) {
        return refuse(400, "invalid_scope", "The requested scope is invalid.");
    }
    issue(world, subdomain, subject, scope)
}

fn refresh(world: &World, subdomain: &str, request: &Request<'_>) -> Answer {
    if client(request).is_none() {
        return refuse(401, "invalid_client", BAD_CLIENT);
    }
    let known = request.organization.get("refresh_tokens");
    let subject = known.and_then(|k| k.get(request.field("refresh_token")));
    match subject.and_then(Value::as_str) {
        Some(subject) => issue(world, subdomain, subject, request.field("scope")),
        None => refuse(400, "invalid_grant", "The refresh token is invalid."),
    }
}

fn link(world: &World, subdomain: &str, request: &Request<'_>) -> Answer {
    let links = request.organization.get("links").and_then(Value::as_array);
    let wanted = request.field("url_token");
    let found = links
        .into_iter()
        .flatten()
        .find(|l| l.get("token").and_then(Value::as_str) == Some(wanted));
    let Some(found) = found else {
        return refuse(400, "invalid_grant", "url_token is unknown");
    };
    if found.get("expired") == Some(&Value::Bool(true)) {
        return refuse(400, "access_denied", "link is expired");
    }
    let password = found.get("password").and_then(Value::as_str);
    if password.is_some_and(|p| p != request.field("password")) {
        return refuse(400, "access_denied", "invalid password for url_token");
    }
    issue(world, subdomain, &format!("link:{wanted}"), "user:all")
}

fn issue(world: &World, subdomain: &str, subject: &str, scope: &str) -> Answer {
    let organization = world.organization(subdomain);
    let settings = organization.and_then(|o| o.get("organization"));
    let duration = settings.and_then(|s| s.get("access_token_duration"));
    // The session of an admin has its own length.
    let life = match scope {
        "admin:all" => 1800,
        _ => duration.and_then(Value::as_i64).unwrap_or(3600),
    };
    let now = world.now().as_second();
    let part = |v: &Value| BASE64URL_NOPAD.encode(v.to_string().as_bytes());
    let head = part(&json!({"alg": "RS256", "kid": "20260101000000"}));
    let body = part(&json!({"sub": subject, "scope": scope, "iat": now, "exp": now + life}));
    let token = format!("{head}.{body}.{}", world.random_text(32));
    world.grant(
        &token,
        Grant {
            subdomain: subdomain.to_owned(),
            subject: subject.to_owned(),
            scope: scope.to_owned(),
            expires: now + life,
        },
    );
    let body =
        json!({"access_token": token, "token_type": "bearer", "expires_in": life, "scope": scope});
    Answer::json(200, &body)
}

/// The token of a node: JSON and a signature, packed.
fn node_token(world: &World, scope: &str, subject: &str) -> Answer {
    use std::io::Write;
    let now = world.now().as_second();
    let inner = json!({"user_id": subject, "scope": scope, "auth_type": "access_key", "expires_at": "2099-01-01T00:00:00Z"});
    let text = format!("{inner}\n==SIGNATURE==\n{}\n", world.random_text(45));
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    let packed = packer
        .write_all(text.as_bytes())
        .and_then(|()| packer.finish());
    let token = BASE64.encode(&packed.unwrap_or_default());
    world.grant(
        &token,
        Grant {
            subdomain: String::new(),
            subject: subject.to_owned(),
            scope: scope.to_owned(),
            expires: now + 86_400,
        },
    );
    let body = json!({"access_token": token, "token_type": "Bearer", "expires_in": 86_400, "scope": scope});
    Answer::json(200, &body)
}
