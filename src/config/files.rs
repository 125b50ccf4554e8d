//! Where the configuration and the store are (CONTRACT.md, Where things are), and reading and
//! writing: who else can read or write a file, what closes it, and writing so that a
//! file is either the old or the new one.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
};

use super::{ConfigError, ConfigErrorKind};
use crate::{
    domain::text::{cause, quoted_file},
    locales::{Said, Text, config as texts},
};

/// What says where things are. A variable that is set to nothing counts as not set.
#[derive(Debug, Clone, Copy, Default)]
pub struct Places<'a> {
    /// `--config`.
    pub config_flag: Option<&'a Path>,
    /// `--profile`, or `$OPLUX_PROFILE` where neither that nor `--config` is given.
    pub profile: Option<&'a str>,
    /// `--store`.
    pub store_flag: Option<&'a Path>,
    /// `$OPLUX_CONFIG`.
    pub env_config: Option<&'a OsStr>,
    /// `$OPLUX_STORE`.
    pub env_store: Option<&'a OsStr>,
    /// `$HOME`.
    pub home: Option<&'a OsStr>,
    /// `$XDG_CONFIG_HOME`.
    pub xdg_config_home: Option<&'a OsStr>,
    /// `$XDG_DATA_HOME`.
    pub xdg_data_home: Option<&'a OsStr>,
}

/// Where the configuration is, whether there is one or not.
///
/// # Errors
/// Where a profile's name is not plain, or nothing says where the user's folders are.
pub fn locate(places: &Places<'_>) -> Result<PathBuf, ConfigError> {
    let profile = places.profile.map(plain).transpose()?;
    if let Some(file) = places.config_flag {
        return Ok(file.to_owned());
    }
    if let (None, Some(file)) = (profile, set(places.env_config)) {
        return Ok(file.into());
    }
    let folder = xdg(places.xdg_config_home, places.home, ".config")?;
    let name = profile.unwrap_or("config");
    Ok(folder.join("oplux").join(format!("{name}.toml")))
}

/// Where the store is. `configured` is what the configuration says, a path from its folder.
///
/// # Errors
/// As [`locate`].
pub fn locate_store(
    places: &Places<'_>,
    configured: Option<&Path>,
) -> Result<PathBuf, ConfigError> {
    let profile = places.profile.map(plain).transpose()?;
    let env = set(places.env_store).map(Path::new);
    if let Some(file) = places.store_flag.or(env).or(configured) {
        return Ok(file.to_owned());
    }
    let folder = xdg(places.xdg_data_home, places.home, ".local/share")?;
    let name = profile.unwrap_or("default");
    Ok(folder.join("oplux").join(format!("{name}.db")))
}

/// The names of the profiles that there are, sorted; none where their folder cannot be read.
pub fn profiles(places: &Places<'_>) -> Vec<String> {
    let folder = xdg(places.xdg_config_home, places.home, ".config");
    let entries = folder.map(|folder| fs::read_dir(folder.join("oplux")));
    let Ok(Ok(entries)) = entries else {
        return Vec::new();
    };
    let names = entries.flatten().filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let name = name.strip_suffix(".toml")?;
        plain(name).ok().map(str::to_owned)
    });
    let mut names: Vec<_> = names.filter(|name| name != "config").collect();
    names.sort();
    names
}

fn set(variable: Option<&OsStr>) -> Option<&OsStr> {
    variable.filter(|value| !value.is_empty())
}

/// A folder of the XDG base directory specification, which says that a path that is not absolute
/// is to be ignored.
fn xdg(
    variable: Option<&OsStr>,
    home: Option<&OsStr>,
    below_home: &str,
) -> Result<PathBuf, ConfigError> {
    let absolute = set(variable)
        .map(Path::new)
        .filter(|path| path.is_absolute());
    if let Some(folder) = absolute {
        return Ok(folder.to_owned());
    }
    let home = set(home).ok_or_else(|| {
        let said = Said::new(texts::no_home()).hint(texts::hint_no_home());
        ConfigError::invalid(said)
    })?;
    Ok(Path::new(home).join(below_home))
}

/// The name of a profile becomes the name of a file.
fn plain(profile: &str) -> Result<&str, ConfigError> {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !profile.is_empty() && !profile.starts_with('.') && profile.chars().all(allowed) {
        return Ok(profile);
    }
    let said = Said::new(texts::profile_not_plain()).hint(texts::hint_profile());
    Err(ConfigError::invalid(said))
}

/// More than any configuration or secret has.
const LIMIT: u64 = 4 * 1024 * 1024;

/// A file's bytes, and who else can get at it.
pub(super) struct Bytes {
    pub(super) bytes: Vec<u8>,
    /// Whether group or others can read it.
    pub(super) readable: bool,
    /// Whether others can write it, or put another in its place.
    pub(super) writable: bool,
}

/// Reads a file; who can read it is asked of the file that was opened, not of its name.
pub(super) fn read(path: &Path) -> io::Result<Bytes> {
    let file = File::open(path)?;
    let (readable, writable) = open_to_others(path, &file.metadata()?)?;
    let mut bytes = Vec::new();
    if file.take(LIMIT + 1).read_to_end(&mut bytes)? as u64 > LIMIT {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(Bytes {
        bytes,
        readable,
        writable,
    })
}

/// Whether others can read and write a file: by its mode; or because its folder is open to all, and
/// does not keep it (sticky) for an owner who is this user or root.
fn open_to_others(path: &Path, standing: &fs::Metadata) -> io::Result<(bool, bool)> {
    let readable = standing.mode() & 0o044 != 0;
    // What is no regular file (`<(pass show …)`) is the caller's own, and has no folder.
    if !standing.is_file() || standing.mode() & 0o022 != 0 {
        return Ok((readable, standing.is_file()));
    }
    let (is_open, is_sticky) = folder(path)?;
    let is_kept = is_sticky && (standing.uid() == 0 || standing.uid() == own_id()?);
    Ok((readable, is_open && !is_kept))
}

/// Whether the folder that a file really stands in is open to all, and whether it is sticky.
fn folder(path: &Path) -> io::Result<(bool, bool)> {
    let real = fs::canonicalize(path)?;
    let mode = fs::metadata(parent(&real))?.mode();
    Ok((mode & 0o002 != 0, mode & 0o1000 != 0))
}

/// What to do about a file that others can read or write. Its mode is not always what lets them.
pub(super) fn hint_to_close(path: &Path) -> Text {
    let standing = || Ok::<_, io::Error>((folder(path)?, fs::metadata(path)?.uid(), own_id()?));
    match standing() {
        Ok(((true, false), ..)) => texts::hint_open_folder(),
        // Root can close a file of anybody, but its owner opens it again.
        Ok(((is_open, _), owner, me)) if owner != me && (me != 0 || (is_open && owner != 0)) => {
            texts::hint_foreign_file()
        }
        _ => texts::hint_chmod(quoted_file(&path.to_string_lossy())),
    }
}

/// Whose files this process makes.
fn own_id() -> io::Result<u32> {
    Ok(tempfile::tempfile()?.metadata()?.uid())
}

/// The folder of a file; the working one, where its path names none.
pub fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Writes a file with mode 0600 so that at every moment either the old or the new one is there:
/// into a new file beside it, to the disk, and then over it. Folders that are missing are made
/// with mode 0700. A symbolic link stays one: what it leads to is written.
///
/// # Errors
/// [`ConfigErrorKind::Unwritable`]; the old file is then untouched.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), ConfigError> {
    refuse_irregular(path)?;
    write(path, bytes).map_err(|error| {
        let message = texts::unwritable(path.display(), cause(&error));
        ConfigError::new(
            ConfigErrorKind::Unwritable,
            Said::new(message).hint(texts::hint_unwritable()),
        )
    })
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = follow(path)?;
    let folder = parent(&target);
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(folder)?;
    // The temporary file has mode 0600 from its beginning, and is gone if anything fails.
    let mut file = tempfile::Builder::new()
        .prefix(".oplux-")
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(&target).map_err(|error| error.error)?;
    // The new name is on the disk only once the folder is.
    File::open(folder)?.sync_all()?;
    Ok(())
}

/// Waits until nobody else changes a file, and holds others off until what it gives is dropped. The
/// lock is on the file's folder: the file itself is replaced. None where the file system has no
/// locks, or the folder is not there.
pub(super) fn lock(path: &Path) -> Option<File> {
    let folder = File::open(parent(&follow(path).ok()?)).ok()?;
    folder.lock().ok()?;
    Some(folder)
}

/// Refuses what is neither a regular file nor missing: a device or a pipe would be replaced, or
/// waited for; and a link that another user planted. A folder is told by the writing.
///
/// # Errors
/// [`ConfigErrorKind::Invalid`].
pub(super) fn refuse_irregular(path: &Path) -> Result<(), ConfigError> {
    let is_irregular = |standing: fs::Metadata| !standing.is_file() && !standing.is_dir();
    let message = if fs::metadata(path).is_ok_and(is_irregular) {
        texts::not_a_file(path.display())
    } else if follow(path).is_err_and(|error| error.kind() == PLANTED) {
        texts::planted(path.display())
    } else {
        return Ok(());
    };
    let said = Said::new(message).hint(texts::hint_not_a_file());
    Err(ConfigError::invalid(said))
}

/// What [`follow`] says of a link that someone else may have planted.
const PLANTED: io::ErrorKind = io::ErrorKind::InvalidInput;

/// Whether someone else may have planted the link: it stands in a sticky folder that all can
/// write, and is neither this user's nor the folder's owner's (as the kernel judges it).
fn is_planted(link: &Path, standing: &fs::Metadata) -> io::Result<bool> {
    let folder = fs::metadata(parent(link))?;
    Ok(folder.mode() & 0o1002 == 0o1002
        && standing.uid() != folder.uid()
        && standing.uid() != own_id()?)
}

/// Where a chain of symbolic links leads, whether a file is there or not.
fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    // As many as the kernel follows.
    for _ in 0..40 {
        match fs::symlink_metadata(&target) {
            Ok(standing) if standing.is_symlink() => {
                if is_planted(&target, &standing)? {
                    return Err(PLANTED.into());
                }
                target = parent(&target).join(fs::read_link(&target)?);
            }
            Ok(standing) if standing.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            _ => return Ok(target),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_file_is_written_for_its_owner_alone_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/config.toml");
        write_atomic(&path, b"one").unwrap();
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(read(&path).unwrap().readable);
        write_atomic(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(mode(&path), 0o600);
        assert!(!read(&path).unwrap().readable);
        let names = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(names, 1);
    }

    #[test]
    fn a_symbolic_link_stays_one() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().join("dotfiles/real.toml");
        let link = folder.path().join("config.toml");
        symlink("dotfiles/real.toml", &link).unwrap();
        // Even where it leads to nothing yet.
        write_atomic(&link, b"one").unwrap();
        write_atomic(&link, b"two").unwrap();
        assert_eq!(fs::read(&real).unwrap(), b"two");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn what_cannot_be_written_is_said_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let round = folder.path().join("round");
        symlink("round", &round).unwrap();
        for path in [folder.path(), &round] {
            let error = write_atomic(path, b"x").unwrap_err();
            assert_eq!(error.kind, ConfigErrorKind::Unwritable);
        }
        let file = folder.path().join("file");
        fs::write(&file, "x").unwrap();
        assert!(write_atomic(&file.join("below"), b"x").is_err());
        assert_eq!(fs::read(&file).unwrap(), b"x");
    }

    #[test]
    fn a_profile_is_a_plain_name() {
        for good in ["shop", "shop-2", "a_b.c", "本店"] {
            assert!(plain(good).is_ok(), "{good}");
        }
        for bad in [
            "", ".", "..", "../x", "a/b", "a\\b", "a b", ".hidden", "a\0",
        ] {
            assert!(plain(bad).is_err(), "{bad:?}");
        }
    }
}
