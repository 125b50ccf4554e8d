//! What the tests of imported records share: files, and what the store has of them afterwards,
//! seen only through the program.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::{fs, process::Command};

use serde_json::Value;

use crate::support::{CONNECTION_ID, Home, METHODS, Ran, SECRET, SHOP_ID};

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
    pub fn listed(&self, args: &[&str]) -> Vec<Value> {
        let ran = self.run(&[&["--format", "json"], args].concat());
        ran.ended_with(0);
        ran.rows("json")
    }

    /// One field of every row of a command that lists.
    #[track_caller]
    pub fn column(&self, args: &[&str], field: &str) -> Vec<String> {
        self.listed(args)
            .iter()
            .map(|row| cell(row, field))
            .collect()
    }

    /// `trace --format json` of these numbers.
    pub fn trace(&self, args: &[&str]) -> Ran {
        self.run(&[&["--format", "json", "trace"], args].concat())
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
