//! Which column of a file is which field, and which kind of rows it has.

use std::collections::HashSet;

use super::super::columns::*;
use crate::{domain::order::Mapping, locales::Lang};

fn mapping(columns: &[(&str, &str)]) -> Mapping {
    let columns = columns.iter().map(|(a, b)| (a.to_string(), b.to_string()));
    Mapping {
        orders: columns.collect(),
        ..Mapping::default()
    }
}

/// Fields with their headers, and headers that are passed over.
type Found<'h> = (Vec<(&'static str, Vec<&'h str>)>, Vec<&'h str>);

/// The fields of orders with their headers, and the headers that are passed over.
fn found<'h>(columns: &[(&str, &str)], headers: &[&'h str]) -> Found<'h> {
    let layout = Layout::of(FileKind::Orders, headers, &mapping(columns));
    let fields = ORDERS.iter().zip(&layout.columns_of);
    let fields = fields.filter(|(_, columns)| !columns.is_empty());
    let named = |columns: &Vec<usize>| columns.iter().map(|c| headers[*c]).collect();
    let fields = fields.map(|(field, columns)| (field.name, named(columns)));
    let unknown = layout.unknown.iter().map(|column| headers[*column]);
    (fields.collect(), unknown.collect())
}

#[test]
fn every_name_and_title_is_that_of_one_field() {
    for kind in FileKind::ALL {
        let mut met = HashSet::new();
        for (place, field) in kind.fields().iter().enumerate() {
            for name in std::iter::once(&field.name).chain(field.titles) {
                assert!(met.insert(header_key(name)), "{name}");
                let layout = Layout::of(kind, &[*name], &Mapping::default());
                assert_eq!(layout.columns_of[place], [0], "{name}");
            }
        }
    }
}

#[test]
fn headers_are_known_in_every_spelling() {
    for (header, field) in [
        ("Number", "number"),
        (" 受注番号　", "number"),
        ("\"受注番号\"", "number"),
        ("受注番号\u{feff}", "number"),
        ("ｎｕｍｂｅｒ", "number"),
        ("購入オフ\u{30a1}ー", "offer"),
        ("購入ｵﾌｧｰ", "offer"),
        ("サンクスオファー", ""),
        ("O-PLUX与信結果", "result"),
        ("Ｏ－ＰＬＵＸ　与信結果", "result"),
        ("o−plux 与信結果", "result"),
        ("o‐plux 与信結果", "result"),
        ("広告ＵＲＬＩＤ", "ad_url_id"),
        ("定期内受注(N番目)", "定期内受注（N番目）"),
        ("顧客購入回数", ""),
        ("顧客番号", ""),
    ] {
        let expected = match field {
            "" => (vec![], vec![header]),
            field => (vec![(field, vec![header])], vec![]),
        };
        assert_eq!(found(&[], &[header]), expected);
    }
    // From a Mac: が as か and its mark.
    assert_eq!(header_key("ハ\u{309a}ス"), header_key("パス"));
}

#[test]
fn of_several_columns_the_first_named_counts_first() {
    let (fields, unknown) = found(&[], &["受注日時", "作成日", "合計", "支払い合計", ""]);
    assert_eq!(
        fields,
        [
            ("created_at", vec!["作成日", "受注日時"]),
            ("total", vec!["支払い合計", "合計"])
        ]
    );
    assert_eq!(unknown, Vec::<&str>::new());
    let twice = |headers: &[&str]| Layout::of(FileKind::Orders, headers, &mapping(&[])).twice;
    assert_eq!(twice(&["受注番号", "合計", "受注番号 "]), Some((0, 2)));
    assert_eq!(twice(&["受注番号", "メモ", "メモ"]), None);
}

#[test]
fn the_configured_header_counts_first_and_the_names_after_it() {
    let columns = &[("number", "注文番号")][..];
    let of = |headers| found(columns, headers);
    assert_eq!(
        of(&["受注番号", "注文番号"]),
        (vec![("number", vec!["注文番号", "受注番号"])], vec![])
    );
    assert_eq!(
        of(&["受注番号"]),
        (vec![("number", vec!["受注番号"])], vec![])
    );
    // It means that field even where it is another one's name, and may serve two.
    assert_eq!(
        found(
            &[("number", "受注ID"), ("customer_id", "受注ID")],
            &["受注ID"]
        ),
        (
            vec![("number", vec!["受注ID"]), ("customer_id", vec!["受注ID"])],
            vec![]
        )
    );
}

#[test]
fn the_headers_tell_the_kind() {
    for (headers, kind) in [
        (&["受注番号"][..], Some(FileKind::Orders)),
        (
            &["受注番号", "購入オファー", "合計"],
            Some(FileKind::Orders),
        ),
        (&["受注番号", "決済受注番号"], Some(FileKind::Payments)),
        (
            &["order_number", "payment_number"],
            Some(FileKind::Payments),
        ),
        (
            &["加盟店管理ID", "イベントID", "受注番号"],
            Some(FileKind::Events),
        ),
        (
            &["受注番号", "決済受注番号", "合計", "受注日"],
            Some(FileKind::Payments),
        ),
        (&["イベントID", "受注番号", "合計"], Some(FileKind::Events)),
        (&["加盟店管理ID"], None),
        (&["氏名"], None),
        (&[], None),
    ] {
        assert_eq!(kind_of(headers, &Mapping::default()), kind, "{headers:?}");
    }
    assert_eq!(
        kind_of(&["注文"], &mapping(&[("number", "注文")])),
        Some(FileKind::Orders)
    );
    let as_orders = |headers: &[&str]| {
        !is_no_kind(
            FileKind::Orders,
            FileKind::Payments,
            headers,
            &Mapping::default(),
        )
    };
    assert!(!as_orders(&["受注番号", "決済受注番号", "決済日時"]));
    assert!(as_orders(&["受注番号", "決済受注番号", "合計"]));
    assert!(!as_orders(&["決済受注番号", "合計"]));
}

#[test]
fn headers_are_told_and_the_row_of_a_person_is_not() {
    let of = |headers: &[&str]| {
        let headers: Vec<_> = headers.iter().map(|header| header.to_string()).collect();
        let listed = listed(&headers, &Mapping::default());
        listed.get(Lang::En).to_owned()
    };
    let person = ["鈴木花子", "x@example.com", "03-5759-6380"];
    for row in [
        &person[..],
        &["Date", "Hirano", "David"],
        &["日本電話株式会社", "1番号"],
    ] {
        let count = format!("{} column(s), of which nothing", row.len());
        assert!(of(row).starts_with(&count), "{row:?}");
    }
    for (headers, expected) in [
        (
            &["注文番号", "お客様氏名", "", "区分"][..],
            "`注文番号`, `お客様氏名`, `#4`",
        ),
        (
            &["Order ID", "shipping_name", "x"],
            "`Order ID`, `shipping_name`, `#3`",
        ),
        // A word that titles end with does not make a title of what stands beside it.
        (&["下目黒2-23-18", "番号"], "`#1`, `番号`"),
    ] {
        assert_eq!(of(headers), expected);
    }
    let headers = [
        &["受注番号", "棚番", "2026"][..],
        &person[1..],
        &["０９０１２３４５６７８"],
    ];
    assert_eq!(
        of(&headers.concat()),
        "`受注番号`, `棚番`, `2026`, `#4`, `#5`, `#6`"
    );
}

#[test]
fn columns_of_personal_data_are_never_told() {
    let mapping = mapping(&[("total", "請求先電話番号")]);
    let layout = Layout::of(FileKind::Orders, &["受注番号", "請求先電話番号"], &mapping);
    assert_eq!(layout.is_told, [true, false]);
}
