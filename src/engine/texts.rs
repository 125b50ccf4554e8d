//! Texts, each held once and known by a small number in its stead.

use std::hash::{BuildHasher, RandomState};

/// The place of a text.
pub(super) type Place = u32;

const FREE: Place = Place::MAX;

/// A million order numbers take 30 MB here; as a map of strings they would take four times that.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// All of them, one after the other, and where each ends.
    all: String,
    ends: Vec<usize>,
    /// A hash table of places, a power of two long and never full.
    slots: Vec<Place>,
    hasher: RandomState,
}

impl Texts {
    pub(super) fn get(&self, place: Place) -> &str {
        let place = place as usize;
        let begins = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[begins..self.ends[place]]
    }

    pub(super) fn find(&self, text: &str) -> Option<Place> {
        let place = *self.slots.get(self.slot(text)?)?;
        (place != FREE).then_some(place)
    }

    /// The place of a text, which is put in where it is new.
    pub(super) fn hold(&mut self, text: &str) -> Place {
        if self.ends.len() * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        let slot = self.slot(text).unwrap_or_default();
        if self.slots[slot] == FREE {
            self.slots[slot] = self.push(text);
        }
        self.slots[slot]
    }

    /// The place of a text that comes only once, and that nobody will look for.
    pub(super) fn push(&mut self, text: &str) -> Place {
        self.all.push_str(text);
        self.ends.push(self.all.len());
        self.ends.len() as Place - 1
    }

    /// Where the text stands among the slots, or is to stand.
    fn slot(&self, text: &str) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut slot = self.hasher.hash_one(text) as usize & mask;
        while self.slots[slot] != FREE && self.get(self.slots[slot]) != text {
            slot = (slot + 1) & mask;
        }
        Some(slot)
    }

    fn grow(&mut self) {
        self.slots = vec![FREE; (self.slots.len() * 2).max(16)];
        for place in 0..self.ends.len() as Place {
            let slot = self.slot(self.get(place)).unwrap_or_default();
            self.slots[slot] = place;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_place_and_comes_back() {
        let mut texts = Texts::default();
        assert_eq!(texts.find(""), None);
        let text = |n: u32| match n {
            0 => String::new(),
            n => format!("受注{n}"),
        };
        for _ in 0..2 {
            for n in 0..1_000 {
                assert_eq!(texts.hold(&text(n)), n);
            }
        }
        for n in 0..1_000 {
            assert_eq!((texts.get(n), texts.find(&text(n))), (&*text(n), Some(n)));
        }
        assert_eq!(texts.find("受注1000"), None);
    }
}
