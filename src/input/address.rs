//! A billing or delivery address of an order.

use super::{
    digits,
    field::{At, Kind},
    kind,
};
use crate::{
    domain::{order::Address, private::Personal},
    locales::{Text, input as texts},
};

/// The address at `at`; None where it has mistakes, which are noted.
///
/// Names stay as they were entered, for O-PLUX is sent their hashes; postcode and telephone
/// number become digits.
pub(super) fn address(at: &At<'_>) -> Option<Address> {
    if !at.is_object() {
        return None;
    }
    let family_name = at.required("name01", kind::personal);
    let given_name = at.required("name02", kind::personal);
    let optional = |key| at.optional(key, kind::personal).unwrap_or_default();
    let (family_kana, given_kana) = (optional("kana01"), optional("kana02"));
    let company_name = optional("company_name");
    let zip = postcode(at);
    let prefecture = at.required("prefecture_name", kind::personal);
    // WIRE.md: addressC is the rest, joined.
    let rest: String = ["addr01", "addr02", "addr03"]
        .into_iter()
        .filter_map(|key| at.optional(key, kind::text))
        .collect();
    let tel = telephone(at);
    Some(Address {
        family_name: family_name?,
        given_name: given_name?,
        family_kana,
        given_kana,
        company_name,
        zip: zip?,
        prefecture: prefecture?,
        rest: Personal::new(rest),
        tel: tel?,
    })
}

/// Whether nothing of an address is given, as in a form of which the delivery's part was left
/// empty: then the billing address serves.
pub(super) fn is_blank(at: &At<'_>) -> bool {
    const FIELDS: [&str; 15] = [
        "name01",
        "name02",
        "kana01",
        "kana02",
        "company_name",
        "zip",
        "zip01",
        "zip02",
        "prefecture_name",
        "addr01",
        "addr02",
        "addr03",
        "tel",
        "tel01",
        "tel02",
    ];
    at.value.is_object()
        && FIELDS.iter().all(|key| at.get(key).is_absent())
        && at.get("tel03").is_absent()
}

fn postcode(at: &At<'_>) -> Option<Personal> {
    let parts = Parts {
        joined: ("zip", kind::postcode),
        split: &["zip01", "zip02"],
        part: kind::postcode_part,
        whole: digits::postcode,
        expected: texts::postcode,
    };
    parts.read(at, |parts| match parts.first() {
        Some(first) if first.len() != 3 => 0,
        _ => 1,
    })
}

fn telephone(at: &At<'_>) -> Option<Personal> {
    let parts = Parts {
        joined: ("tel", kind::telephone),
        split: &["tel01", "tel02", "tel03"],
        part: kind::telephone_part,
        whole: digits::telephone,
        expected: texts::telephone,
    };
    parts.read(at, |_| 0)
}

/// Digits that stand in one field, or split over several.
struct Parts {
    joined: (&'static str, Kind<Personal>),
    split: &'static [&'static str],
    part: Kind<String>,
    whole: fn(&str) -> Option<String>,
    expected: fn() -> Text,
}

impl Parts {
    /// The split fields win. Where they are there but do not add up, the mistake is that of the
    /// first one that is missing, else of the one that `suspect` names.
    fn read(&self, at: &At<'_>, suspect: impl Fn(&[String]) -> usize) -> Option<Personal> {
        let (joined, kind) = self.joined;
        if self.split.iter().all(|key| at.get(key).is_absent()) {
            if !at.get(joined).is_absent() {
                return at.required(joined, kind);
            }
            at.get(self.split[0]).expected((self.expected)());
            return None;
        }
        let parts: Vec<_> = self
            .split
            .iter()
            .filter(|key| !at.get(key).is_absent())
            .map(|key| at.required(key, self.part))
            // All are read before one ends it: each has its own mistake.
            .collect::<Vec<_>>()
            .into_iter()
            .collect::<Option<_>>()?;
        if let Some(digits) = (self.whole)(&parts.concat()) {
            return Some(Personal::new(digits));
        }
        let missing = self.split.iter().find(|key| at.get(key).is_absent());
        let culprit = missing.unwrap_or(&self.split[suspect(&parts)]);
        at.get(culprit).expected((self.expected)());
        None
    }
}
