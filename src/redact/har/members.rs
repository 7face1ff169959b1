//! Names of members of an entry that tell what stands under them.
use std::borrow::Cow;

/// The name of a member as the format spells it: some writers begin it with a capital, or write it in capitals.
pub(super) fn member_name(name: &[u8]) -> Cow<'_, [u8]> {
    match name {
        [first, rest @ ..] if first.is_ascii_uppercase() => {
            let all = rest.iter().all(u8::is_ascii_uppercase);
            let mut lower = name.to_vec();
            let wrong = if all { name.len() } else { 1 };
            lower[..wrong].make_ascii_lowercase();
            Cow::Owned(lower)
        }
        _ => Cow::Borrowed(name),
    }
}

/// Members whose short texts and numbers name nobody.
pub(super) fn is_quiet_name(name: &[u8]) -> bool {
    matches!(
        name,
        b"startedDateTime"
            | b"time"
            | b"method"
            | b"status"
            | b"httpVersion"
            | b"headersSize"
            | b"bodySize"
            | b"headersCompression"
            | b"size"
            | b"compression"
            | b"mimeType"
            | b"encoding"
            | b"expires"
            | b"httpOnly"
            | b"secure"
            | b"sameSite"
            | b"connection"
            | b"opcode"
            | b"type"
            | b"contentType"
            | b"blocked"
            | b"dns"
            | b"connect"
            | b"ssl"
            | b"send"
            | b"wait"
            | b"receive"
            | b"_blocked_queueing"
            | b"_blocked_proxy"
            | b"_workerStart"
            | b"_workerReady"
            | b"_workerFetchStart"
            | b"_workerRespondWithSettled"
            | b"_resourceType"
            | b"_priority"
            | b"_fromCache"
            | b"_fetchType"
            | b"_transferSize"
            | b"_connectionId"
            | b"_serverPort"
            | b"_monotonicTime"
            | b"_fetchedViaServiceWorker"
            | b"_isLongRunning"
            | b"lineNumber"
            | b"columnNumber"
            | b"scriptId"
            | b"requestId"
    )
}

/// Members whose texts are looked at for themselves: their name says nothing about what they hold.
pub(super) fn is_text_name(name: &[u8]) -> bool {
    matches!(
        name,
        b"url"
            | b"redirectURL"
            | b"statusText"
            | b"comment"
            | b"_error"
            | b"path"
            | b"domain"
            | b"data"
            | b"eventName"
            | b"eventId"
    )
}
