//! Names of members of an entry that tell what stands under them.

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
