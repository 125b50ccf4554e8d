//! Where the configuration and the store are (CONTRACT.md, Where things are): a flag wins over the
//! environment, the environment over the file.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use super::error::ConfigError;
use crate::locales::{Said, config as texts};

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
    let entries = folder.map(|folder| std::fs::read_dir(folder.join("oplux")));
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

#[cfg(test)]
mod tests {
    use super::*;

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
