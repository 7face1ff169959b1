//! What the API of a node answers, path by path.
use data_encoding::BASE64;
use serde_json::{Value, json};

use super::wire::{Answer, Question};
use super::world::World;

fn refuse(code: u16, reason: &str) -> Answer {
    let body = json!({"error": {"code": code, "reason": reason, "user_message": reason}});
    Answer::json(code, &body)
}

/// Who asks: a user of the node, or an access key.
enum Asker {
    User,
    Key,
}

fn asker(world: &World, question: &Question) -> Option<Asker> {
    let header = question.header("authorization")?;
    if let Some(pair) = header.strip_prefix("Basic ") {
        let pair = String::from_utf8(BASE64.decode(pair.as_bytes()).ok()?).ok()?;
        let (user, password) = pair.split_once(':')?;
        let is = |list: &str| world.node(list).get(user).and_then(Value::as_str) == Some(password);
        return if is("users") {
            Some(Asker::User)
        } else {
            is("access_keys").then_some(Asker::Key)
        };
    }
    let grant = world.granted(question)?;
    let key = question.header("x-aspera-accesskey")?;
    let fits = grant.scope.starts_with(&format!("node.{key}:"));
    fits.then_some(Asker::Key)
}

/// Answers a question.
pub(super) fn answer(world: &World, question: &Question) -> Answer {
    if let Some(fault) = world.meet(question) {
        return fault;
    }
    if question.method != "GET" {
        return refuse(405, "Method Not Allowed");
    }
    let segments: Vec<&str> = question.segments.iter().map(String::as_str).collect();
    if segments == ["ping"] {
        return Answer {
            status: 200,
            ..Answer::default()
        };
    }
    let Some(asker) = asker(world, question) else {
        return refuse(401, "Unauthorized");
    };
    match (segments.as_slice(), asker) {
        (["info"], _) => {
            let mut info = world.node("info").clone();
            if let Some(fields) = info.as_object_mut() {
                let now = world.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
                fields.insert("current_time".to_owned(), Value::from(now));
            }
            Answer::json(200, &info)
        }
        (["access_keys", "self"], Asker::Key) => Answer::json(200, world.node("access_key")),
        (["access_keys", "self"], Asker::User) => refuse(404, "Not Found"),
        (["ops", "transfers"], _) => paged(question, &transfers(world, question)),
        (["events"], _) => paged(question, &events(world, question)),
        (["files", _, "files"], Asker::Key) => paged(question, &list(world, "files")),
        _ => refuse(404, "Not Found"),
    }
}

fn list(world: &World, name: &str) -> Vec<Value> {
    world.node(name).as_array().cloned().unwrap_or_default()
}

fn transfers(world: &World, question: &Question) -> Vec<Value> {
    let mut all = list(world, "transfers");
    if let Some((name, value)) = question.value("tag").and_then(|t| t.split_once('=')) {
        let path = format!("/start_spec/tags/{}", name.replace('.', "/"));
        all.retain(|t| t.pointer(&path).and_then(Value::as_str) == Some(value));
    }
    let after = question
        .value("after_time")
        .and_then(|t| t.parse::<jiff::Timestamp>().ok());
    if let Some(after) = after {
        all.retain(|t| {
            let start = t.get("start_time_usec").and_then(Value::as_i64);
            start.is_some_and(|s| s >= after.as_microsecond())
        });
    }
    all
}

fn events(world: &World, question: &Question) -> Vec<Value> {
    let mut all = list(world, "events");
    if let Some(after) = question.value("after_time") {
        all.retain(|e| e.get("time").and_then(Value::as_str) >= Some(after));
    }
    all
}

/// One page, with the link to the next one.
fn paged(question: &Question, all: &[Value]) -> Answer {
    let number = |name: &str| question.value(name).and_then(|v| v.parse::<usize>().ok());
    let count = number("count").unwrap_or(1000).max(1);
    let from = number("iteration_token").unwrap_or(0);
    let shown: Vec<&Value> = all.iter().skip(from).take(count).collect();
    let next = from + shown.len();
    let mut answer = Answer::json(200, &json!(shown)).with("X-Total-Count", all.len().to_string());
    if next < all.len() {
        let mut query = vec![format!("iteration_token={next}")];
        let others = question.query.iter();
        query.extend(
            others
                .filter(|(n, _)| n != "iteration_token")
                .map(|(n, v)| format!("{n}={}", v.replace('=', "%3D"))),
        );
        let link = format!("<{}?{}>; rel=\"next\"", question.path(), query.join("&"));
        answer = answer
            .with("Link", link)
            .with("X-Aspera-Next-Iteration-Token", next.to_string());
    }
    answer
}
