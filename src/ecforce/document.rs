//! The JSON:API documents of the admin API. Read leniently: numbers and booleans may be strings,
//! fields may be null or left out, names are written with `-` or `_`.

use serde_json::{Map, Value};

use crate::domain::text::yes_or_no;

/// One page of a list.
pub struct Page {
    /// What is on it.
    pub resources: Vec<Resource>,
    /// How many there are on all pages, as far as it says so.
    pub total: Option<u64>,
    /// How many pages there are, as far as it says so.
    pub pages: Option<u64>,
    /// How many a full page has, as far as it says so.
    pub per: Option<u64>,
}

/// One resource. It has no `Debug`: an order's attributes are personal data.
pub struct Resource {
    attributes: Map<String, Value>,
}

impl Resource {
    fn of(value: Value) -> Option<Self> {
        let Value::Object(mut object) = value else {
            return None;
        };
        let id = object.remove("id");
        let attributes = match object.remove("attributes") {
            Some(Value::Object(attributes)) => attributes,
            // Some answers are flat.
            _ => object,
        };
        let named = attributes.into_iter();
        let mut attributes: Map<_, _> = named
            .map(|(name, value)| (name.replace('-', "_"), value))
            .collect();
        if let (Some(id), None | Some(Value::Null)) = (id, attributes.get("id")) {
            attributes.insert("id".to_owned(), id);
        }
        Some(Self { attributes })
    }

    /// An attribute; one that is left out is null.
    pub fn get(&self, name: &str) -> &Value {
        self.attributes.get(name).unwrap_or(&Value::Null)
    }

    /// An attribute as it is written; none where it is null, or no single value.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.get(name) {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// An attribute that is yes or no, however it is written; none where it does not say.
    pub fn flag(&self, name: &str) -> Option<bool> {
        yes_or_no(&self.text(name)?)
    }

    /// By what it is known when it comes again.
    pub(super) fn key(&self) -> String {
        let known = self.text("id").or_else(|| self.text("number"));
        known.unwrap_or_else(|| Value::Object(self.attributes.clone()).to_string())
    }

    /// An order under the headers that ecforce's own exports have: so `import` reads it, and there
    /// is one place that decides channel, offer, time, total and result.
    pub fn order_row(&self) -> Map<String, Value> {
        let cell = |(header, name): &(&str, &str)| ((*header).to_owned(), self.get(name).clone());
        ORDER.iter().map(cell).collect()
    }
}

/// The attributes of an order that are kept: no personal data. Where two stand for one field, the
/// header tells which counts first.
const ORDER: &[(&str, &str)] = &[
    ("受注番号", "number"),
    ("受注ID", "id"),
    ("作成日", "created_at"),
    ("受注日", "completed_at"),
    ("受注経路", "cv_route"),
    ("定期受注番号", "subs_order_id"),
    ("定期内受注（N番目）", "nth"),
    ("購入オファー", "human_offer_name"),
    ("支払い方法", "payment_method_name"),
    ("支払い合計", "payment_total"),
    ("合計", "total"),
    ("顧客ID", "customer_id"),
    ("広告URL ID", "url_id"),
    ("対応状況", "human_state"),
    ("決済状況", "payment_human_state"),
    ("O-PLUX 与信結果", "o_plux_result"),
    ("O-PLUX 判定理由", "o_plux_description"),
];

/// The page of a list; none where the document is none.
pub(crate) fn page(document: Value) -> Option<Page> {
    let Value::Object(mut document) = document else {
        return None;
    };
    let Some(Value::Array(data)) = document.remove("data") else {
        return None;
    };
    let meta = document.remove("meta").unwrap_or_default();
    let number = |name: &str| {
        let value = meta
            .get(name)
            .or_else(|| meta.get(name.replace('_', "-")))?;
        value
            .as_u64()
            .or_else(|| value.as_str()?.trim().parse().ok())
    };
    // What is no resource at all is not passed over: it would be an order that is missing.
    let resources: Option<Vec<_>> = data.into_iter().map(Resource::of).collect();
    Some(Page {
        resources: resources?,
        total: number("total_count"),
        pages: number("total_pages"),
        per: number("per"),
    })
}

/// What the `errors` of a document say.
pub(crate) fn objection(document: &Value) -> Option<String> {
    let errors = document.get("errors")?.as_array()?;
    let text = |error: &Value| {
        let named = ["code", "message", "title", "detail"];
        let parts = named.iter().filter_map(|name| error.get(name));
        let parts = [error].into_iter().chain(parts);
        let parts = parts.filter_map(|part| match part {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        });
        parts.collect::<Vec<_>>().join(": ")
    };
    let texts: Vec<_> = errors
        .iter()
        .map(text)
        .filter(|text| !text.is_empty())
        .collect();
    (!errors.is_empty()).then(|| texts.join(", "))
}

/// The title of an HTML page: what stands before the API answers for it (a proxy, a page of
/// maintenance). A page without one has an empty title.
pub(crate) fn title(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let lower = text.to_ascii_lowercase();
    if !lower
        .trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
        .starts_with('<')
    {
        return None;
    }
    let title = || {
        let from = lower.find("<title")?;
        let from = from + lower[from..].find('>')? + 1;
        let to = from + lower[from..].find("</title")?;
        Some(
            text.get(from..to)?
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
        )
    };
    Some(title().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn attributes_are_found_however_they_are_written() {
        let page = page(json!({
            "data": [
                {"id": "7", "type": "order", "attributes": {"number": "a1", "payment-total": "3980"}},
                {"id": 8, "number": "a2", "payment_total": 0},
            ],
            "meta": {"total_count": "2", "per": 100},
        }));
        let page = page.unwrap();
        assert_eq!((page.total, page.per), (Some(2), Some(100)));
        let [first, second] = &page.resources[..] else {
            panic!("two were expected");
        };
        assert_eq!(first.text("payment_total").as_deref(), Some("3980"));
        assert_eq!(
            (first.key(), second.key()),
            ("7".to_owned(), "8".to_owned())
        );
        assert_eq!(second.order_row()["支払い合計"], 0);
        assert_eq!(second.order_row()["受注経路"], Value::Null);
        for bad in [json!([]), json!({"data": {}}), json!({"data": ["x"]})] {
            assert!(super::page(bad).is_none());
        }
    }

    #[test]
    fn what_refuses_or_stands_in_the_way_is_told_by_its_own_words() {
        let errors = json!({"errors": [{"code": 42, "message": "だめ"}, "x"]});
        assert_eq!(objection(&errors).as_deref(), Some("42: だめ, x"));
        assert_eq!(objection(&json!({"errors": []})), None);
        let title = |text: &str| title(text.as_bytes());
        assert_eq!(
            title(" <html><head><TITLE lang=ja>\n メンテナンス  中</title>").as_deref(),
            Some("メンテナンス 中")
        );
        assert_eq!(title("<html>").as_deref(), Some(""));
        assert_eq!(title("{}"), None);
    }
}
