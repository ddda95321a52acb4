//! Files cut short anywhere: there is a copy that shows something, or a reason why there is none.

use turnstone_core::media::{CopyError, copy_of, survey};
use turnstone_tests::photo::makers;

use crate::beside::superfluous;

#[test]
fn p11_a_picture_cut_short_anywhere_gives_a_copy_or_a_reason() {
    for specimen in makers::all() {
        for eighths in 0..8 {
            let cut = &specimen.file[..specimen.file.len() * eighths / 8];
            survey(cut);
            match copy_of(cut) {
                Ok(copy) => assert_eq!(superfluous(&copy.jpeg), [""; 0], "{} to {eighths}/8", specimen.name),
                Err(CopyError::Damaged | CopyError::NotAPicture | CopyError::NoDecoder) => {}
                Err(other) => panic!("{} to {eighths}/8: {other}", specimen.name),
            }
        }
    }
}
