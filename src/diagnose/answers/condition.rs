//! Whether a value of a JSON document meets a condition of a row of the catalogue.
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::super::catalogue::condition::ValueCondition;
use super::element::plain;

/// Seconds before an expiry from which `soon_after` holds.
const SOON: i64 = 30 * 86_400;

/// True if the value of `element` meets the condition; `all` is the whole document.
pub(super) fn holds(on: &ValueCondition, element: &Value, all: &Value) -> bool {
    let Some(value) = element.pointer(&on.at) else {
        return false;
    };
    let text = plain(value);
    let number = || text.trim().parse::<f64>().ok();
    let times = |other: &str| {
        let other = all.pointer(other).map(plain)?;
        Some((time(&text)?, time(&other)?))
    };
    on.is.as_ref().is_none_or(|list| list.contains(&text))
        && on.not.as_ref().is_none_or(|list| !list.contains(&text))
        && on.has.as_ref().is_none_or(|part| text.contains(part))
        && on
            .above
            .is_none_or(|least| number().is_some_and(|n| n > least))
        && on
            .below
            .is_none_or(|most| number().is_some_and(|n| n < most))
        && on
            .before
            .as_ref()
            .is_none_or(|other| times(other).is_some_and(|(own, other)| own < other))
        && on.soon_after.as_ref().is_none_or(|other| {
            times(other).is_some_and(|(own, other)| {
                (0..SOON).contains(&(own.as_second() - other.as_second()))
            })
        })
}

/// A time, or the end of a day that is written without a time.
fn time(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| {
        let date: Date = text.trim().parse().ok()?;
        let end = date.at(23, 59, 59, 0).to_zoned(TimeZone::UTC);
        end.ok().map(|z| z.timestamp())
    })
}
