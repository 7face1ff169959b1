//! How likely is it that somebody wrote this word? Looks at pairs of neighbours, not at how often
//! letters occur: names of classes and of files have many different letters too, but in pairs that
//! words have.
use super::bytes::{BEYOND_HEX, CLASS, DIGIT, LOWER, UPPER, at, class_of, readable, unbase64};

/// Words of the field and of every day; only their pairs of letters count.
const WORDS: &[u8] = b"the quick transfer session manager could not authenticate because user \
password expired between server and client request response header cookie value network address \
failed while waiting for remote host to accept connection through firewall which was blocked by \
policy package workspace organization delivery receive inbox shared link public private access key \
token scope bearer refresh grant authorization code state verifier challenge client secret issuer \
audience subject expiration issued type algorithm encryption content protection manifest file \
directory folder upload download progress resume retry error warning notice debug trace level \
message queue buffer bandwidth rate target minimum maximum average elapsed bytes blocks packets \
loss delay round trip datagram size storage bucket object endpoint region service account project \
identifier number string boolean integer object array member node cluster entitlement license \
version build release product platform windows linux macintosh browser extension plugin connect \
desktop drive mobile application configuration default local global override section parameter \
example documentation support ticket case knowledge article following previous next available \
unknown invalid missing required optional enabled disabled temporary permanent certificate \
signature fingerprint checksum digest cipher handshake negotiation protocol listen accept shutdown \
start stop cancel pause complete partial aborted killed process thread signal memory exhausted disk \
space quota exceeded permission denied readonly ownership group world execute symbolic hard system \
event journal daemon syslog facility priority timestamp hostname domain resolver lookup reverse \
proxy gateway tunnel route interface mask broadcast multicast loopback subnet zone scheme query \
fragment path segment encode decode escape unicode character charset language locale text html json \
xml yaml csv binary image video audio archive zip compressed gzip deflate chunk stream pipe socket \
december november october september august july june april march february january monday tuesday \
wednesday thursday friday saturday sunday utility utilize maybe every year week month hour minute \
second alpha beta gamma delta omega lambda kappa sigma theta zeta phi chi psi analysis synthesis \
hypothesis rhythm physics psychology awkward jacket object subject major adjust enjoy exact examine \
oxygen taxi box fix mix six wizard pizza jazz fuzzy lazy amazing dozen zero hazard buzz puzzle \
half self golf shelf film calm palm helm salt milk silk bulk folk walk talk chalk dwarf swift shrimp \
knife knob gnome hymn autumn column condemn debt subtle doubt campus empty attempt tempt symbol \
embed number timber lumber http https ftp sftp ssh tcp udp dns ssl tls vpn url uri sql cpu gpu ram \
fasp ascp aspera faspex async rsync mgmt cfg conf tmp var usr lib bin etc opt src dst pkg svc ctx \
cmd msg str len ptr idx num cnt max min avg std dev prod stg env admin root owner editor viewer guest";

const PAIRS: [u32; 26] = pairs();

const fn pairs() -> [u32; 26] {
    let mut table = [0u32; 26];
    let mut i = 1;
    while i < WORDS.len() {
        let (a, b) = (WORDS[i - 1], WORDS[i]);
        if a.is_ascii_lowercase() && b.is_ascii_lowercase() {
            table[(a - b'a') as usize] |= 1 << (b - b'a');
        }
        i += 1;
    }
    table
}

/// True where words have these two letters side by side.
fn usual(a: u8, b: u8) -> bool {
    let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
    let row = PAIRS.get(usize::from(a.wrapping_sub(b'a'))).copied();
    row.is_none_or(|row| b.is_ascii_lowercase() && row & (1 << (b - b'a')) != 0)
}

/// How odd the pairs of neighbours are, in hundredths: words are below 15, draws by lot above 35.
pub(super) fn oddness(word: &[u8]) -> usize {
    let mut odd = 0usize;
    let mut pairs = 0;
    for pair in word.windows(2) {
        let (a, b) = (at(pair, 0), at(pair, 1));
        let (ca, cb) = (CLASS[a as usize], CLASS[b as usize]);
        if ca == 0 || cb == 0 {
            continue;
        }
        pairs += 1;
        let digits = usize::from(ca == DIGIT) + usize::from(cb == DIGIT);
        odd += match digits {
            0 if ca & LOWER != 0 && cb & UPPER != 0 => 50,
            0 if !usual(a, b) => 100,
            1 => 50,
            _ => 0,
        };
    }
    odd.checked_div(pairs).unwrap_or(0)
}

/// True for a value of 16 characters or more that looks drawn by lot, and that is no checksum, no
/// UUID and no base64 of something that can be read.
pub(super) fn improbable(value: &[u8]) -> bool {
    let classes = class_of(value);
    let letters = value.iter().filter(|&&b| CLASS[b as usize] != 0).count();
    if letters < 16 || letters * 10 < value.len() * 8 || classes & BEYOND_HEX == 0 {
        return false;
    }
    if oddness(value) < 30 {
        return false;
    }
    let plain = unbase64(value);
    !(plain.len() >= 9 && readable(&plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_likely() {
        for word in [
            "FaspSessionParamsInitializeRetryCounterTotal",
            "aspera.faspManager.configuration.default",
            "ERR_CONNECTION_TIMED_OUT_FOREVER",
            "client_full_access_with_public_key",
            "com.ibm.software.aspera.desktop",
            "9b370b28-648f-4579-87a4-929e02869b3e",
            "33a64df551425fcc55e4d42a148795d9f25f89d4",
            "fWlhcmlhIGlzIG5vdCBoZXJlLCBhbmQgYWxsIGlzIHF1aWV0",
            "2026-11-21T21:23:28.598000Z",
            "webpack-internal-module-federation",
            "application/x-www-form-urlencoded",
            "short-Q7x",
        ] {
            assert!(
                !improbable(word.as_bytes()),
                "{word} {}",
                oddness(word.as_bytes())
            );
        }
    }

    #[test]
    fn draws_are_not() {
        for word in [
            "q7Vn0bK3wTzL9dPfHsYx2RmJ",
            "xkqvzjwpqmtrhgbdxkqvzj",
            "ST-q7Vn0bK3wTzL9dPfHsYx2RmJ",
            "Zk81mQpLtR29xYwVb7",
            "mFzT9qhXcWkRbJvNpLd3",
            "AKQJXZVWPMKTRBHGQZXW",
        ] {
            assert!(
                improbable(word.as_bytes()),
                "{word} {}",
                oddness(word.as_bytes())
            );
        }
    }
}
