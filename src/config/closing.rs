//! What to do about a file that others can read or write.

#[cfg(unix)]
use std::os::unix::fs::MetadataExt;
use std::{fs, io, path::Path};

use crate::{
    domain::text::quoted,
    locales::{Text, config as texts},
};

/// What to do about a file that others can read or write. Its mode is not always what lets them.
pub(super) fn hint_to_close(path: &Path) -> Text {
    let chmod = texts::hint_chmod(quoted(&path.to_string_lossy()));
    #[cfg(unix)]
    {
        let (Ok(real), Ok(me)) = (fs::canonicalize(path), own_id()) else {
            return chmod;
        };
        let folder = fs::metadata(real.parent().unwrap_or(Path::new("/")));
        let (Ok(standing), Ok(folder)) = (fs::metadata(&real), folder) else {
            return chmod;
        };
        let (is_open, is_sticky) = (folder.mode() & 0o002 != 0, folder.mode() & 0o1000 != 0);
        if is_open && !is_sticky {
            return texts::hint_open_folder();
        }
        // Root can close a file of anybody, but its owner opens it again.
        if standing.uid() != me && (me != 0 || (is_open && standing.uid() != 0)) {
            return texts::hint_foreign_file();
        }
    }
    chmod
}

/// Whose files this process makes.
#[cfg(unix)]
pub(super) fn own_id() -> io::Result<u32> {
    Ok(tempfile::tempfile()?.metadata()?.uid())
}
