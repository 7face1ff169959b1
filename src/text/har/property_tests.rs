//! Any HAR, and any text that begins like one.
use proptest::prelude::*;

use super::tests::{check, har, joined, limits, pieces, shown};

proptest! {
    #[test]
    fn any_har_comes_out_whole_in_any_chunks(
        bodies in prop::collection::vec("[a-z\"\\\\{}\\[\\],:\u{e9}\n]{0,200}", 0..12),
        pretty in any::<bool>(), chunk in 1usize..300, block in 64usize..2000,
    ) {
        let value = har(&bodies);
        let text = if pretty { serde_json::to_vec_pretty(&value) } else { serde_json::to_vec(&value) }.unwrap();
        let mut limits = limits(block, 99_999);
        limits.string = 9999;
        let (pieces, trouble, _) = pieces(&text, chunk, limits);
        prop_assert_eq!(trouble, None);
        prop_assert_eq!(joined(&pieces), text);
        check(&pieces);
    }

    #[test]
    fn no_bytes_make_it_panic_and_chunks_do_not_matter(
        text in "(\\{\"log\":\\{\"entries\":\\[)?[{}\\[\\],:\"\\\\a \n]{0,300}", chunk in 1usize..100,
    ) {
        let (whole, trouble, _) = pieces(text.as_bytes(), 9999, limits(64, 9999));
        let (parts, again, _) = pieces(text.as_bytes(), chunk, limits(64, 9999));
        prop_assert_eq!(trouble, again);
        prop_assert_eq!(shown(&whole), shown(&parts));
        // Where broken JSON is too long as well, it may be told at the end of a chunk already.
        pieces(text.as_bytes(), chunk, limits(64, 100));
    }
}
