//! The numbers of an input, to find one that stands twice: exactly, or by hashes, which take 8
//! bytes of memory each however many orders there are.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasher, RandomState},
    sync::Arc,
};

use super::source::Place;
use crate::domain::order::OrderNumber;

/// Makes 64 bits of bytes.
#[derive(Clone)]
pub(super) struct Hash(Arc<HashFn>);

/// A hash of bytes.
type HashFn = dyn Fn(&[u8]) -> u64 + Send + Sync;

impl Hash {
    /// The standard library's keyed hash: nobody can prepare numbers that collide.
    pub(super) fn random() -> Self {
        let state = RandomState::new();
        Self::new(move |bytes| state.hash_one(bytes))
    }

    pub(super) fn new(hash: impl Fn(&[u8]) -> u64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(hash))
    }

    pub(super) fn of_number(&self, number: &OrderNumber) -> u64 {
        (self.0)(number.as_str().as_bytes())
    }

    /// A fingerprint of an order's bytes. 32 bits will do: it tells by chance, not by intent,
    /// whether an order is the one that was checked.
    pub(super) fn fingerprint(&self, bytes: &[u8]) -> u32 {
        let [_, _, _, _, upper @ ..] = (self.0)(bytes).to_le_bytes();
        u32::from_le_bytes(upper)
    }
}

/// What is known of the numbers that were met.
pub(super) enum Numbers {
    /// Each with its first place.
    Exact(HashMap<OrderNumber, Place>),
    /// Their hashes, in the order of the input.
    Hashed(Hash, Vec<u64>),
    /// Those of certain hashes, each with its first place.
    Suspected(Hash, Suspects, HashMap<OrderNumber, Place>),
}

impl Numbers {
    /// Notes a number. Its first place, where it was met before; hashes alone never say so.
    pub(super) fn note(&mut self, number: &OrderNumber, place: &Place) -> Option<&Place> {
        let seen = match self {
            Self::Exact(seen) => seen,
            Self::Hashed(hash, hashes) => {
                hashes.push(hash.of_number(number));
                return None;
            }
            Self::Suspected(hash, suspects, seen) => {
                if !suspects.contains(hash.of_number(number)) {
                    return None;
                }
                seen
            }
        };
        match seen.entry(number.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(place.clone());
                None
            }
            Entry::Occupied(entry) => Some(entry.into_mut()),
        }
    }
}

/// Hashes that were met more than once: of one number that stands twice, or, once in 10¹³ pairs
/// and more, of two numbers.
pub(super) struct Suspects(Vec<u64>);

impl Suspects {
    pub(super) fn contains(&self, hash: u64) -> bool {
        self.0.binary_search(&hash).is_ok()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The hashes of all numbers of an input, sorted: 8 bytes each, where a hash table has 9 to 20.
pub(super) struct Hashes {
    hash: Hash,
    sorted: Vec<u64>,
}

impl Hashes {
    pub(super) fn new(hash: Hash, mut hashes: Vec<u64>) -> Self {
        hashes.sort_unstable();
        let sorted = hashes;
        Self { hash, sorted }
    }

    pub(super) fn suspects(&self) -> Suspects {
        let pairs = self.sorted.windows(2).filter(|pair| pair[0] == pair[1]);
        let mut twice: Vec<_> = pairs.map(|pair| pair[0]).collect();
        twice.dedup();
        Suspects(twice)
    }

    pub(super) fn contains(&self, number: &OrderNumber) -> bool {
        let hash = self.hash.of_number(number);
        self.sorted.binary_search(&hash).is_ok()
    }
}
