//! `crds/` is what the types say.

use std::path::Path;

use simfleet::api::crd;

use crate::manifest::assert_fresh;

#[test]
fn the_committed_kinds_are_fresh() {
    for (file, text) in crd::files().expect("the schemas are schemas") {
        assert_fresh(&Path::new("crds").join(file), &text);
    }
}
