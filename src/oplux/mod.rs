//! oplux.
