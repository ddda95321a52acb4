//! What is shipped is built without what only suites need.

use turnstone_tests::programs::{marks_in, turnstone, turnstone_desk};

/// The suite `simulation` finds the same marks in itself.
#[test]
fn no_program_can_be_made_to_fail_on_purpose() {
    for program in [turnstone(), turnstone_desk()] {
        assert_eq!(marks_in(&program), Vec::<String>::new(), "{}", program.display());
    }
}
