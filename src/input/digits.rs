//! Postcodes and telephone numbers as people enter them, as digits. O-PLUX is sent digits alone
//! (WIRE.md), and Japanese data has them in full width and with many kinds of hyphens.

use crate::domain::text::is_invisible;

/// The digits of what was entered, and a `+` in front of them; None where it holds anything but
/// digits, hyphens, blanks, invisible characters, brackets, full stops and a postal mark, or a
/// spreadsheet has made a number of it.
pub(super) fn clean(entered: &str) -> Option<String> {
    if is_spoilt(entered) {
        return None;
    }
    let mut digits = String::new();
    for c in entered.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '０'..='９' => digits.extend(char::from_digit(u32::from(c) - u32::from('０'), 10)),
            '+' | '＋' if digits.is_empty() => digits.push('+'),
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '－' | 'ー' | 'ｰ' => {}
            '(' | ')' | '（' | '）' | '.' | '．' | '〒' => {}
            c if c.is_whitespace() || is_invisible(c) => {}
            _ => return None,
        }
    }
    Some(digits)
}

/// Whether a spreadsheet has made a number of it: `9012345678.0`. Its leading zero may be lost, and
/// the zero behind the point is none of its digits.
pub(super) fn is_spoilt(entered: &str) -> bool {
    let seen = |c: &char| !c.is_whitespace() && !is_invisible(*c);
    let text: String = entered.chars().filter(seen).collect();
    let is_digit = |c: char| matches!(c, '0'..='9' | '０'..='９');
    let is_zero = |c: char| matches!(c, '0' | '０');
    text.split_once(['.', '．'])
        .is_some_and(|(whole, fraction)| {
            !whole.is_empty()
                && whole.trim_start_matches(['+', '-']).chars().all(is_digit)
                && fraction.chars().all(is_zero)
        })
}

/// A Japanese postcode: 7 digits.
pub(super) fn postcode(entered: &str) -> Option<String> {
    clean(entered).filter(|digits| digits.len() == 7 && !digits.starts_with('+'))
}

/// A telephone number: 9 to 15 digits, which is what Japanese numbers (10 or 11) and those of
/// other countries have. `+81` is the `0` that a Japanese number begins with at home.
pub(super) fn telephone(entered: &str) -> Option<String> {
    let cleaned = clean(entered)?;
    let digits = match cleaned.strip_prefix("+81") {
        Some(rest) => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
        None => cleaned.strip_prefix('+').unwrap_or(&cleaned).to_owned(),
    };
    (9..=15).contains(&digits.len()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postcodes_are_7_digits_however_they_are_entered() {
        for entered in [
            "1530064",
            "153-0064",
            "〒153-0064",
            "１５３－００６４",
            "153ー0064",
            " 153 0064 ",
            "153−0064",
            "\u{202d}153\u{200b}-00\u{ad}64\u{202c}",
        ] {
            assert_eq!(postcode(entered).as_deref(), Some("1530064"), "{entered}");
        }
        for entered in [
            "",
            "153",
            "153-006",
            "153-00641",
            "153-006A",
            "+153006",
            "東京",
            "1530064.0",
        ] {
            assert_eq!(postcode(entered), None, "{entered}");
        }
    }

    #[test]
    fn telephone_numbers_are_digits_however_they_are_entered() {
        for (entered, digits) in [
            ("03-5759-6380", "0357596380"),
            ("０３（５７５９）６３８０", "0357596380"),
            ("090ー1234ー5678", "09012345678"),
            ("090 1234 5678", "09012345678"),
            ("+81 3-5759-6380", "0357596380"),
            ("+81 (0)3-5759-6380", "0357596380"),
            ("＋81-90-1234-5678", "09012345678"),
            ("\u{202d}090\u{200b}1234\u{ad}5678\u{202c}", "09012345678"),
            ("03.5759.6380", "0357596380"),
            ("9012345678", "9012345678"),
            ("+1 415 555 0123", "14155550123"),
        ] {
            assert_eq!(telephone(entered).as_deref(), Some(digits), "{entered}");
        }
        for entered in [
            "",
            "-",
            "5759-6380",
            "9012345678.0",
            "９０１２３４５６７８．０",
            "9012345678.\u{200b}00",
            "090-1234-",
            "03-5759-6380 内線1",
            "1234567890123456",
            "03+57596380",
        ] {
            assert_eq!(telephone(entered), None, "{entered}");
        }
    }
}
