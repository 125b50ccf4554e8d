//! Values that must not be shown: secrets and personal data.

use std::fmt;

/// A credential. Its `Debug` and `Display` say nothing; only [`Secret::reveal`] gives the value.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself, for the one place that signs or authenticates with it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(********)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("********")
    }
}

/// A piece of personal data: read, hashed or sent, and then forgotten. Its `Debug` says nothing,
/// it has no `Display`, and no store or output function takes it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Personal(String);

impl Personal {
    /// Wraps a personal value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself, for hashing or sending.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether nothing was entered.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal(********)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_secrets_nor_personal_data_can_be_printed() {
        let secret = Secret::new("sandbox-secret-key");
        let personal = Personal::new("hanako.suzuki@example.com");
        let shown = format!("{secret} {secret:?} {personal:?}");
        assert!(
            !shown.contains("sandbox") && !shown.contains("hanako"),
            "{shown}"
        );
    }
}
