//! What the page says.

use super::*;
