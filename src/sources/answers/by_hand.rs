//! What a person can do for each entry that only an API could give, where the API is not asked.

/// How to come to what an entry would hold, without this program: one sentence without a full stop.
#[must_use]
pub fn how_to(entry: &str) -> &'static str {
    match entry {
        "settings/organization.json" => {
            "read the four times in Admin > Organization > Security of the web application and write them into the case, or an organization admin must run this; send them this line: aoc-bundle settings"
        }
        "aoc/package.json" => {
            "open the package in the web application and write its ID (it stands in the address), name, state and size into the case"
        }
        "aoc/user.json" => {
            "read the name and the e-mail in Account settings, the ID in Admin > Users, and write them into the case"
        }
        "aoc/transfers.json" => {
            "open the Activity app, find the transfer, and write its time, state and error text into the case"
        }
        "node/info.json" => {
            "give the address with --node-url, or open the path /info of the API of the node (TCP port 9092 or 443) in a browser, log in with the access key, and send what it shows"
        }
        "node/access-key.json" => {
            "give the address with --node-url and the access key in AOC_BUNDLE_NODE_AUTH_FILE"
        }
        "node/transfers.json" => {
            "give the address with --node-url and the access key in AOC_BUNDLE_NODE_AUTH_FILE, within a day of the failure: nodes keep these records no longer by default"
        }
        "node/events.json" => {
            "give the address with --node-url and the access key in AOC_BUNDLE_NODE_AUTH_FILE"
        }
        "node/tether.json" => {
            "give the address with --node-url, or look on the node whether /opt/aspera/etc/aejd.json is there and asperaejd runs"
        }
        _ => "give a login to the organization or to the node",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::answers::cloud::{OF_CLOUD, OF_NODE};

    #[test]
    fn every_entry_of_an_api_has_a_way_by_hand() {
        let fallback = how_to("nothing");
        for entry in OF_CLOUD.iter().chain(&OF_NODE) {
            assert_ne!(how_to(entry), fallback, "{entry}");
            assert!(!how_to(entry).ends_with('.'), "{entry}");
        }
    }
}
