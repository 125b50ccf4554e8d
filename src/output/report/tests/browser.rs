//! The page in a browser.

use super::*;

#[test]
fn write_pages_for_the_eye() {
    let folder = std::path::PathBuf::from("/tmp/eye");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, lang) in [("en", Lang::En), ("ja", Lang::Ja)] {
        for many in [0, 1, 6, 30, 100, 400, 1000] {
            let data = if many == 0 { empty() } else { full(many) };
            std::fs::write(
                folder.join(format!("{name}-{many}.html")),
                render(&data, lang),
            )
            .unwrap();
        }
    }
}
