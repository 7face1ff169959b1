//! Messages of sockets and of event sources.
use super::body::Frame;
use super::cursor::{Elements, Members, Next, string};
use super::entry::{Call, Walker};
use super::members::member_name;

/// The messages of a socket or of an event source.
pub(super) fn frames(walker: &mut Walker<'_>, at: usize, call: &mut Call) -> Option<usize> {
    let text = walker.pass.text;
    let Some(mut elements) = Elements::open(text, at) else {
        return walker.whole(at, at);
    };
    loop {
        let at = match elements.next()? {
            Next::One(at) => at,
            Next::End(end) => return Some(end),
        };
        let end = frame(walker, at, call)?;
        elements.after(end);
    }
}

fn frame(walker: &mut Walker<'_>, at: usize, call: &mut Call) -> Option<usize> {
    let text = walker.pass.text;
    let Some(mut members) = Members::open(text, at) else {
        return walker.whole(at, at);
    };
    let first = call.frames.len();
    let mut binary = false;
    loop {
        let (name, value) = match members.next()? {
            Next::One(member) => member,
            Next::End(end) => {
                for frame in call.frames.iter_mut().skip(first) {
                    frame.binary = binary;
                }
                return Some(end);
            }
        };
        let end = match &*member_name(&text[name.clone()]) {
            b"data" | b"payload" | b"message" if text[value] == b'"' => {
                let data = string(text, value)?;
                let end = data.end + 1;
                call.frames.push(Frame {
                    data,
                    binary: false,
                });
                end
            }
            b"opcode" => {
                binary |= text[value..].starts_with(b"2");
                walker.member(name, value)?
            }
            b"encoding" => {
                let encoding = string(text, value).map(|span| &text[span]);
                binary |= encoding.is_some_and(|e| e.eq_ignore_ascii_case(b"base64"));
                walker.member(name, value)?
            }
            _ => walker.member(name, value)?,
        };
        members.after(end);
    }
}
