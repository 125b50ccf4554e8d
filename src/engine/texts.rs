//! Very many texts in little memory, each known by a small number.

use std::hash::{BuildHasher, RandomState};

use hashbrown::{HashTable, hash_table::Entry};

/// The place of a text or a record among its like.
pub(super) type Place = u32;

/// No place.
pub(super) const NONE: Place = Place::MAX;

/// So many texts before and after one are beside it.
const BESIDE: Place = 8;

/// Texts one after the other, each known by a small number: as strings, a million of them would
/// take four times the memory.
#[derive(Default)]
pub(super) struct Ids {
    all: String,
    /// Where each ends: 4 GB of texts at most.
    ends: Vec<u32>,
}

impl Ids {
    pub(super) fn push(&mut self, text: &str) -> Place {
        self.all.push_str(text);
        self.ends.push(self.all.len() as u32);
        self.ends.len() as Place - 1
    }

    pub(super) fn get(&self, place: Place) -> &str {
        let place = place as usize;
        let begins = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[begins as usize..self.ends[place] as usize]
    }
}

/// Texts that are held once each. Most are short, the order numbers above all.
#[derive(Default)]
pub(super) struct Texts {
    held: HeldTexts,
    /// Hashes and places. A text lies anywhere in memory: it is read where the hash is its own, and
    /// none is where the table grows.
    places: HashTable<(u32, Place)>,
    hasher: RandomState,
}

#[derive(Default)]
struct HeldTexts {
    texts: Vec<Held>,
    long: Ids,
}

/// Where a text is.
enum Held {
    /// Here, as it is short.
    Here { length: u8, bytes: [u8; 14] },
    /// Among the long ones.
    Long(Place),
}

impl HeldTexts {
    fn bytes(&self, place: Place) -> &[u8] {
        match &self.texts[place as usize] {
            Held::Here { length, bytes } => &bytes[..usize::from(*length)],
            Held::Long(place) => self.long.get(*place).as_bytes(),
        }
    }

    fn push(&mut self, text: &str) -> Place {
        let mut bytes = [0; 14];
        self.texts.push(match bytes.get_mut(..text.len()) {
            Some(here) => {
                here.copy_from_slice(text.as_bytes());
                let length = text.len() as u8;
                Held::Here { length, bytes }
            }
            None => Held::Long(self.long.push(text)),
        });
        self.texts.len() as Place - 1
    }
}

impl Texts {
    pub(super) fn get(&self, place: Place) -> &str {
        str::from_utf8(self.held.bytes(place)).unwrap_or_default()
    }

    pub(super) fn get_any(&self, place: Place) -> Option<&str> {
        (place != NONE).then(|| self.get(place))
    }

    /// Whether the text at that place is this one.
    pub(super) fn is(&self, place: Place, text: &str) -> bool {
        self.held.bytes(place) == text.as_bytes()
    }

    /// The place of a text, which is put in where it is new.
    pub(super) fn hold(&mut self, text: &str) -> Place {
        let hash = self.hasher.hash_one(text) as u32;
        let held = &mut self.held;
        let is_it =
            |(of, place): &(u32, Place)| *of == hash && held.bytes(*place) == text.as_bytes();
        match self.places.entry(wide(hash), is_it, |(of, _)| wide(*of)) {
            Entry::Occupied(known) => known.get().1,
            Entry::Vacant(free) => free.insert((hash, held.push(text))).get().1,
        }
    }

    /// The place of a text, where it is not far from that one: events mostly come in the order of
    /// their orders, and what is near in memory is found ten times as fast.
    pub(super) fn beside(&self, place: Place, text: &str) -> Option<Place> {
        let end = place
            .saturating_add(BESIDE)
            .min(self.held.texts.len() as Place);
        let before = place.saturating_sub(BESIDE)..place.min(end);
        let mut beside = (place..end).chain(before.rev());
        beside.find(|place| self.is(*place, text))
    }

    /// No more texts are held.
    pub(super) fn forget_hashes(&mut self) {
        self.places = HashTable::new();
    }

    pub(super) fn hold_any(&mut self, text: Option<&str>) -> Place {
        text.map_or(NONE, |text| self.hold(text))
    }
}

/// A hash as the table goes by it: by its first and by its last bits.
fn wide(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_place_and_comes_back() {
        let mut texts = Texts::default();
        let text = |n: u32| match n {
            0 => String::new(),
            // Short ones and long ones.
            n => "受注".repeat(n as usize % 4) + &n.to_string(),
        };
        for _ in 0..2 {
            for n in 0..1_000 {
                assert_eq!(texts.hold(&text(n)), n);
                assert_eq!(texts.get(n), text(n));
            }
        }
        for (place, n, expected) in [(7, 0, Some(0)), (9, 0, None), (0, 7, Some(7)), (0, 8, None)] {
            assert_eq!(texts.beside(place, &text(n)), expected);
        }
        assert_eq!(Texts::default().beside(0, ""), None);
    }
}
