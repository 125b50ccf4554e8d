//! A row of `import orders`.

use super::{
    cells::{count, id, member, number, text},
    money::yen,
    record::{Cells, Field, Shape, Wrong},
    time::time,
    words::{channel, result},
};
use crate::domain::order::OrderRecord;

impl Shape for OrderRecord {
    const TABLE: &'static str = "orders";

    const FIELDS: &'static [Field] = &[
        Field::new("number", &["受注番号"]).required(),
        Field::new("ecforce_id", &["受注ID"]),
        Field::new("created_at", &["受注日時", "作成日時"]).may_repeat(),
        Field::new("channel", &["受注経路"]),
        Field::new("payment_method_id", &["支払い方法ID"]),
        Field::new("payment_method", &["支払い方法"]),
        Field::new("total", &["合計金額"]),
        Field::new("customer_id", &["顧客ID"]),
        Field::new("registered", &["会員"]),
        Field::new("purchase_number", &["購入回数"]),
        Field::new("ad_url_id", &["広告URL ID"]),
        Field::new("state", &["対応状況"]),
        Field::new("payment_state", &["決済状況"]),
        Field::new("result", &["O-PLUX 与信結果"]),
        Field::new("reason", &["O-PLUX 判定理由"]),
    ];

    fn read(cells: &mut Cells<'_>) -> Result<Self, Wrong> {
        Ok(Self {
            number: cells.required(number)?,
            ecforce_id: cells.optional(text)?,
            created_at: cells.optional(time)?,
            channel: cells.optional(channel)?,
            payment_method_id: cells.optional(id)?,
            payment_method: cells.optional(text)?,
            total: cells.optional(yen)?,
            customer_id: cells.optional(text)?,
            registered: cells.optional(member)?,
            purchase_number: cells.optional(count)?,
            ad_url_id: cells.optional(id)?,
            state: cells.optional(text)?,
            payment_state: cells.optional(text)?,
            result: cells.optional(result)?,
            reason: cells.optional(text)?,
        })
    }
}
