//! The three CSV files as the admin screens would give them out, with Japanese headers.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use jiff::civil::DateTime;

use super::shop::{Event, Purchase, Shop};

const ORDERS: &str = "受注番号,受注ID,受注日時,受注経路,支払い方法ID,合計金額,顧客ID,会員,購入回数,\
                      広告URL ID,対応状況,決済状況,O-PLUX 与信結果,O-PLUX 判定理由";
const PAYMENTS: &str = "受注番号,決済受注番号,決済日時,決済金額,サンクスオファー";
const EVENTS: &str = "加盟店管理ID,イベントID,審査申請日時,審査モデルID,自動審査結果,目視審査結果,\
                      ルールグループ,ルールコード,判定理由";

const STATES: [&str; 3] = ["未対応", "出荷準備中", "出荷済み"];
const PAYMENT_STATES: [&str; 3] = ["未決済", "与信取得済み", "売上確定"];

type Out = BufWriter<File>;

/// Writes `orders.csv`, `payments.csv` and `events.csv` into `folder`, row by row, down to the
/// disk: what is measured afterwards does not pay for it.
///
/// # Errors
///
/// A file that cannot be written.
pub fn write(shop: Shop, folder: &Path) -> io::Result<()> {
    let open = |name: &str, header: &str| -> io::Result<Out> {
        let mut out = BufWriter::new(File::create(folder.join(name))?);
        writeln!(out, "{header}")?;
        Ok(out)
    };
    let mut orders = open("orders.csv", ORDERS)?;
    let mut payments = open("payments.csv", PAYMENTS)?;
    let mut events = open("events.csv", EVENTS)?;
    for index in 0..shop.orders {
        let purchase = shop.purchase(index);
        write_order(&mut orders, shop, &purchase)?;
        write_payments(&mut payments, &purchase)?;
        for event in purchase.events.iter().chain(&shop.orphan(index)) {
            write_event(&mut events, shop, &purchase, event)?;
        }
    }
    for out in [orders, payments, events] {
        out.into_inner()?.sync_all()?;
    }
    Ok(())
}

fn time(at: DateTime) -> impl std::fmt::Display {
    at.strftime("%Y/%m/%d %H:%M:%S")
}

fn write_order(out: &mut Out, shop: Shop, purchase: &Purchase) -> io::Result<()> {
    let chance = |salt| shop.chance(purchase.index, salt);
    let reasons = if purchase.shown.is_empty() {
        ""
    } else {
        &purchase.reasons
    };
    writeln!(
        out,
        "{},{},{},{},{},{},{},{},{},{},{},{},{},{reasons}",
        purchase.number,
        1_000_000 + purchase.index,
        time(purchase.at),
        purchase.channel,
        1 + chance(30) % 5,
        purchase.amount,
        30_000 + chance(31) % (shop.orders / 3 + 1),
        chance(32) % 2,
        1 + chance(33) % 4,
        1 + chance(34) % 50,
        STATES[(chance(35) % 3) as usize],
        PAYMENT_STATES[(chance(36) % 3) as usize],
        purchase.shown,
    )
}

fn write_payments(out: &mut Out, purchase: &Purchase) -> io::Result<()> {
    for payment in &purchase.payments {
        writeln!(
            out,
            "{},{},{},{},{}",
            purchase.number,
            payment.number,
            time(payment.at),
            payment.amount,
            payment.thanks_offer,
        )?;
    }
    Ok(())
}

fn write_event(out: &mut Out, shop: Shop, purchase: &Purchase, event: &Event) -> io::Result<()> {
    let chance = shop.chance(purchase.index, 40);
    writeln!(
        out,
        "{},{},{},{},{},{},GROUP_{:02},{},{}",
        event.number,
        event.id,
        time(event.at),
        ["CRD_01", "ATB_01"][(chance % 2) as usize],
        purchase.auto,
        purchase.manual,
        1 + chance % 5,
        purchase.codes,
        purchase.reasons,
    )
}
