//! A row of `import payments`.

use super::{
    cells::{number, yes_or_no},
    money::yen,
    record::{Cells, Field, Shape, Wrong},
    time::time,
};
use crate::domain::payment::{Payment, PaymentRecord};

impl Shape for PaymentRecord {
    const TABLE: &'static str = "payments";

    const FIELDS: &'static [Field] = &[
        Field::new("order_number", &["受注番号"]).required(),
        Field::new("payment_number", &["決済受注番号"]).required(),
        Field::new("at", &["決済日時"]),
        Field::new("amount", &["決済金額"]),
        Field::new("thanks_offer", &["サンクスオファー"]),
    ];

    fn read(cells: &mut Cells<'_>) -> Result<Self, Wrong> {
        Ok(Self {
            order_number: cells.required(number)?,
            payment: Payment {
                number: cells.required(number)?,
                at: cells.optional(time)?,
                amount: cells.optional(yen)?,
                thanks_offer: cells.optional(yes_or_no)?,
            },
        })
    }
}
