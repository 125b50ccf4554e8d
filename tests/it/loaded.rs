//! What the tests of imported records share: files, and what the store has of them afterwards,
//! seen only through the program.

use std::{fs, process::Command};

use serde_json::Value;

use crate::support::{CONNECTION_ID, Call, Home, METHODS, Ran, SECRET, SHOP_ID};

/// A thanks-offer purchase after DOMAIN.md: the order bears its second payment's number, and
/// O-PLUX has the event under the first one's.
pub const ORDERS: &str = "\
number,created_at,channel,payment_method_id,total,customer_id,registered,purchase_number,result,reason
b1c2d3e4f5,2026/11/20 10:16:30,lp,1,5480,30962,1,1,REVIEW,同一配送先で過去に未払いがあります
";

/// Its payment history.
pub const PAYMENTS: &str = "\
order_number,payment_number,at,amount,thanks_offer
b1c2d3e4f5,a905125d2a,2026/11/20 10:15:00,3980,0
b1c2d3e4f5,b1c2d3e4f5,2026/11/20 10:16:30,5480,1
";

/// Its event.
pub const EVENTS: &str = "\
merchant_management_id,event_id,requested_at,auto_result,manual_result,rule_group,rules,reasons
a905125d2a,E-FIRST,2026/11/20 10:15:01,REVIEW,OK,標準,R0101,同一配送先で過去に未払いがあります
";

/// A configuration with R5 off and an O-PLUX that nobody listens at.
pub fn settings(top: &str, more: &str) -> String {
    format!(
        r#"{top}
[oplux]
enabled = true
shop_id = "{SHOP_ID}"
connection_id = "{CONNECTION_ID}"
model_id = "CRD_01"
secret_key = "{SECRET}"
register_url = "http://127.0.0.1:9/register"
{more}
{METHODS}"#
    )
}

impl Home {
    /// One order of each status: found, found through its history, missing, unknown, not screened,
    /// and one without a time.
    pub fn with_every_status() -> Self {
        let home = Self::new();
        home.config(&settings("integrated_at = \"2026-01-15\"", ""));
        home.imported(
            "orders",
            "number,created_at,channel,payment_method_id,registered,purchase_number,result\n\
         direct0000,2026/11/20 10:00,lp,1,1,1,OK\n\
         drifting00,2026/11/20 11:00:00,lp,1,1,1,OK\n\
         b1c2d3e4f5,2026/11/20 10:16:30,lp,1,1,1,REVIEW\n\
         missing000,2026/11/20 23:59:59,shop,2,0,1,NG\n\
         alsolost00,2026/11/21 00:00:00,lp,1,1,1,\n\
         unknown000,2026/11/22 08:00,lp,1,1,1,HOLD\n\
         csv0000000,2026/11/20 10:00,csv,1,1,1,\n\
         notime0000,,admin,,,,\n",
        );
        home.imported("payments", PAYMENTS);
        home.imported(
            "events",
            "merchant_management_id,event_id,requested_at,auto_result,manual_result\n\
         direct0000,E-DIRECT,2026/11/20 10:00:05,OK,\n\
         drifting00,E-DRIFT,2026/11/20 11:00:05,HOLD,NG\n\
         a905125d2a,E-FIRST,2026/11/20 10:15:05,REVIEW,\n\
         orphan0000,E-ORPHAN,2026/11/21 00:00:05,OK,\n",
        );
        home
    }

    /// A home whose store has the thanks-offer purchase, with a configuration.
    pub fn with_purchase() -> Self {
        let home = Self::new();
        home.config(&settings("", ""));
        home.imported("orders", ORDERS);
        home.imported("payments", PAYMENTS);
        home.imported("events", EVENTS);
        home
    }

    /// Writes a file of any bytes into the home, and gives its name.
    pub fn put<'n>(&self, name: &'n str, bytes: impl AsRef<[u8]>) -> &'n str {
        fs::write(self.path(name), bytes).unwrap();
        name
    }

    /// Imports a file with this content.
    pub fn import(&self, kind: &str, bytes: impl AsRef<[u8]>) -> Ran {
        self.put("rows.txt", bytes);
        self.run(&["import", kind, "rows.txt"])
    }

    /// Imports a file that has to be good.
    #[track_caller]
    pub fn imported(&self, kind: &str, bytes: impl AsRef<[u8]>) -> Ran {
        let ran = self.import(kind, bytes);
        ran.ended_with(0);
        ran
    }

    /// The rows of a command that lists.
    #[track_caller]
    pub fn listed(&self, call: &(impl Call + ?Sized)) -> Vec<Value> {
        let ran = self.run(&[vec!["--format", "json"], call.words()].concat());
        ran.ended_with(0);
        ran.rows("json")
    }

    /// The object that a command shows.
    #[track_caller]
    pub fn shown(&self, call: &(impl Call + ?Sized)) -> Value {
        let ran = self.run(&[vec!["--format", "json"], call.words()].concat());
        ran.ended_with(0).json()
    }

    /// One field of every row of a command that lists.
    #[track_caller]
    pub fn column(&self, call: &(impl Call + ?Sized), field: &str) -> Vec<String> {
        self.listed(call)
            .iter()
            .map(|row| cell(row, field))
            .collect()
    }

    /// The order of this number as `orders list` shows it.
    #[track_caller]
    pub fn stored(&self, number: &str) -> Value {
        let rows = self.listed("orders list");
        let found = rows.iter().find(|row| row["number"] == number);
        found
            .unwrap_or_else(|| panic!("no {number} in {rows:#?}"))
            .clone()
    }

    /// `trace --format json` of these numbers.
    pub fn trace(&self, numbers: &(impl Call + ?Sized)) -> Ran {
        self.run(&[vec!["--format", "json", "trace"], numbers.words()].concat())
    }

    /// The one object that `trace` gives for a number.
    #[track_caller]
    pub fn traced(&self, number: &str) -> Value {
        self.trace(&[number]).json()
    }

    /// Everything that the store, and whatever else the program made, holds on the disk.
    pub fn made(&self) -> Vec<u8> {
        let folder = self.path(".local");
        let inside = self.files().into_iter().map(|name| self.path(&name));
        inside
            .filter(|path| path.starts_with(&folder) && path.is_file())
            .flat_map(|path| fs::read(path).unwrap())
            .collect()
    }
}

impl Ran {
    /// All that a person sees of it.
    pub fn text(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Whether a whole number stands in what a person sees.
    pub fn tells_number(&self, number: &str) -> bool {
        let text = self.text();
        text.split(|c: char| !c.is_ascii_digit())
            .any(|token| token == number)
    }
}

/// A field of a row as text, empty where it is null. The field has to be there.
#[track_caller]
pub fn cell(row: &Value, field: &str) -> String {
    match row
        .get(field)
        .unwrap_or_else(|| panic!("no {field} in {row}"))
    {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Whether these bytes stand somewhere in those.
pub fn holds(bytes: &[u8], part: &str) -> bool {
    bytes
        .windows(part.len())
        .any(|window| window == part.as_bytes())
}

/// The time in Tokyo, as a user would write it.
pub fn now() -> String {
    let said = Command::new("date")
        .arg("+%Y/%m/%d %H:%M:%S")
        .env("TZ", "JST-9")
        .output()
        .unwrap();
    String::from_utf8(said.stdout).unwrap().trim().to_owned()
}
