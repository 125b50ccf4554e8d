//! A billing or delivery address of an order.

use super::{
    digits,
    field::{Fields, Kind},
    kind,
};
use crate::{
    domain::{order::Address, private::Personal},
    locales::{Text, input as texts},
};

/// The address that the fields hold; None where it has mistakes, which are noted.
///
/// Names stay as they were entered, for O-PLUX is sent their hashes; postcode and telephone
/// number become digits.
pub(super) fn address(fields: Fields<'_>) -> Option<Address> {
    let family_name = fields.required("name01", kind::personal);
    let given_name = fields.required("name02", kind::personal);
    let optional = |key| fields.optional(key, kind::personal).unwrap_or_default();
    let (family_kana, given_kana) = (optional("kana01"), optional("kana02"));
    let company_name = optional("company_name");
    let zip = ZIP.read(&fields);
    let prefecture = fields.required("prefecture_name", kind::personal);
    // WIRE.md: addressC is the rest, joined.
    let rest = ["addr01", "addr02", "addr03"].map(|key| fields.optional(key, kind::text));
    let tel = TEL.read(&fields);
    Some(Address {
        family_name: family_name?,
        given_name: given_name?,
        family_kana,
        given_kana,
        company_name,
        zip: zip?,
        prefecture: prefecture?,
        rest: Personal::new(rest.map(Option::unwrap_or_default).concat()),
        tel: tel?,
    })
}

/// Whether nothing of an address is given, as in a form of which the delivery's part was left
/// empty: then the billing address serves.
pub(super) fn is_blank(fields: &Fields<'_>) -> bool {
    const OTHERS: [&str; 9] = [
        "name01",
        "name02",
        "kana01",
        "kana02",
        "company_name",
        "prefecture_name",
        "addr01",
        "addr02",
        "addr03",
    ];
    OTHERS.iter().all(|key| fields.is_absent(key)) && ZIP.is_absent(fields) && TEL.is_absent(fields)
}

const ZIP: Parts = Parts {
    joined: ("zip", kind::postcode),
    split: &["zip01", "zip02"],
    part: kind::postcode_part,
    whole: digits::postcode,
    suspect: |parts| usize::from(parts[0].len() == 3),
    expected: texts::postcode,
};

const TEL: Parts = Parts {
    joined: ("tel", kind::telephone),
    split: &["tel01", "tel02", "tel03"],
    part: kind::telephone_part,
    whole: digits::telephone,
    suspect: |_| 0,
    expected: texts::telephone,
};

/// Digits that stand in one field, or split over several.
struct Parts {
    joined: (&'static str, Kind<Personal>),
    split: &'static [&'static str],
    part: Kind<String>,
    whole: fn(&str) -> Option<String>,
    /// Of parts that are all there and do not add up, the one that is probably wrong.
    suspect: fn(&[String]) -> usize,
    expected: fn() -> Text,
}

impl Parts {
    fn is_absent(&self, fields: &Fields<'_>) -> bool {
        fields.is_absent(self.joined.0) && self.split.iter().all(|key| fields.is_absent(key))
    }

    /// The split fields win. Where they are there but do not add up, the mistake is that of the
    /// first one that is missing, else of the one that is suspect.
    fn read(&self, fields: &Fields<'_>) -> Option<Personal> {
        let (joined, kind) = self.joined;
        let (absent, given): (Vec<&str>, Vec<&str>) =
            self.split.iter().partition(|key| fields.is_absent(key));
        if given.is_empty() && !fields.is_absent(joined) {
            return fields.required(joined, kind);
        }
        // All are read before one ends it: each has its own mistake.
        let parts = given.iter().map(|key| fields.required(key, self.part));
        let parts: Vec<Option<String>> = parts.collect();
        let parts: Vec<String> = parts.into_iter().collect::<Option<_>>()?;
        let whole = (self.whole)(&parts.concat()).map(Personal::new);
        if whole.is_none() {
            let missing = absent.first().copied();
            let culprit = missing.unwrap_or_else(|| self.split[(self.suspect)(&parts)]);
            fields.expected(culprit, (self.expected)());
        }
        whole
    }
}
