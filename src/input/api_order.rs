//! An order as ecforce's admin API gives it (WIRE.md), put into the form of `screen`: an answer to
//! `/orders/:id.json` or `/orders.json` with customer, addresses and items included.

use serde_json::{Map, Value, json};

use super::{
    cells::{self, MethodIds},
    json::scalar,
};
use crate::domain::order::Channel;

/// What the API does not say, and the caller does.
#[derive(Debug, Clone, Default)]
pub struct ApiOrders {
    /// Where 受注経路 does not tell.
    pub channel: Option<Channel>,
    /// Whether the customer is a registered member.
    pub registered: Option<bool>,
    /// Which purchase of the customer it is.
    pub purchase_number: Option<u32>,
    /// The configured payment methods.
    pub methods: MethodIds,
}

/// The order of a resource, in the form of `screen`; what belongs to it is among `included`, or
/// embedded.
pub(super) fn order(resource: &Value, included: &[Value], given: &ApiOrders) -> Value {
    let of = attributes(resource);
    let get = |name: &str| of.get(name).cloned().unwrap_or_default();
    let first = |names: [&str; 2]| {
        let mut found = names.iter().map(|name| get(name));
        found.find(|value| !is_empty(value)).unwrap_or_default()
    };
    let related = |name: &str| related(resource, &of, included, name);
    let one = |name: &str| related(name).into_iter().next();
    let buyer = one("customer").unwrap_or_default();
    let customer = json!({
        "id": get("customer_id"),
        "registered": given.registered,
        "purchase_number": given.purchase_number,
        "birth": buyer.get("birth"),
        "sex": buyer.get("sex").or(buyer.get("sex_id")),
    });
    let items = related("order_items").into_iter().map(|item| {
        json!({
            "product_number": item.get("product_number"),
            "product_name": item.get("product_name"),
            "category": category(item.get("product_category_names")),
            "price": item.get("price"),
            "quantity": item.get("quantity"),
        })
    });
    // R9: an order that was bought through a thanks offer is a later payment. Which was the first
    // one, the API does not say.
    let offer = text(&get("human_offer_name")).unwrap_or_default();
    let payments = match offer.starts_with("サンクス") {
        true => json!([{"number": get("number"), "thanks_offer": true}]),
        false => json!([]),
    };
    json!({
        "number": get("number"),
        "channel": channel(&of, given),
        "created_at": first(["created_at", "completed_at"]),
        "payment_method_id": method(&of, given),
        "total": first(["payment_total", "total"]),
        "email": get("email"),
        "ip": get("ip"),
        "ad_url": {"id": get("url_id")},
        "customer": customer,
        "billing_address": one("billing_address").map(address),
        "shipping_address": one("shipping_address").map(address),
        "items": items.collect::<Vec<_>>(),
        "payments": payments,
    })
}

/// 受注経路, by the rules of `import`; else what the caller says.
fn channel(of: &Map<String, Value>, given: &ApiOrders) -> Option<&'static str> {
    let get = |name: &str| of.get(name).and_then(text);
    let told = get("cv_route").and_then(|route| cells::channel(&route).ok());
    let nth = get("nth").and_then(|nth| cells::count(&nth).ok());
    let is_generated = cells::is_generated(get("subs_order_id").is_some(), nth);
    let channel = told.or(is_generated.then_some(Channel::Subscription));
    channel.or(given.channel).map(Channel::name)
}

/// The ID of the payment method: its own, else that of its name in the configuration.
fn method(of: &Map<String, Value>, given: &ApiOrders) -> Value {
    let id = of.get("payment_method_id").filter(|id| !is_empty(id));
    let by_name = || {
        let name = text(of.get("payment_method_name")?)?;
        cells::method_id(&given.methods, &name)
    };
    id.cloned().unwrap_or_else(|| json!(by_name()))
}

/// An address with the fields of `screen`: those that are joined have other names there.
fn address(mut of: Map<String, Value>) -> Value {
    for (joined, name) in [("full_zip", "zip"), ("full_tel", "tel")] {
        if let Some(value) = of.remove(joined) {
            of.entry(name).or_insert(value);
        }
    }
    Value::Object(of)
}

/// Several categories are one text.
fn category(names: Option<&Value>) -> Value {
    match names {
        Some(Value::Array(names)) => {
            let names: Vec<_> = names.iter().filter_map(text).collect();
            json!(names.join(","))
        }
        names => names.cloned().unwrap_or_default(),
    }
}

/// The attributes of what a resource is related to by that name: among `included`, or embedded.
fn related(
    resource: &Value,
    of: &Map<String, Value>,
    included: &[Value],
    name: &str,
) -> Vec<Map<String, Value>> {
    let many = |value: &Value| match value {
        Value::Array(values) => values.clone(),
        Value::Object(_) => vec![value.clone()],
        _ => vec![],
    };
    if let Some(embedded) = of.get(name) {
        return many(embedded).iter().map(attributes).collect();
    }
    let relationships = resource.get("relationships").and_then(Value::as_object);
    let relation = relationships.and_then(|all| {
        let mut all = all.iter();
        all.find(|(key, _)| singular(key) == singular(name))
    });
    let links = relation.map(|(_, relation)| many(&relation["data"]));
    let key = |one: &Value| {
        let kind = one["type"].as_str().map(singular);
        (text(&one["id"]), kind)
    };
    let linked = links.unwrap_or_default().into_iter().filter_map(|link| {
        let link = key(&link);
        included.iter().find(|one| key(one) == link).map(attributes)
    });
    linked.collect()
}

/// The attributes of a resource, or of an object that is flat, by names with `_`.
fn attributes(resource: &Value) -> Map<String, Value> {
    let of = resource.get("attributes").unwrap_or(resource);
    let of = of.as_object().into_iter().flatten();
    of.map(|(name, value)| (name.replace('-', "_"), value.clone()))
        .collect()
}

/// A type as it is compared: written with `-` or `_`, in the singular or the plural.
fn singular(kind: &str) -> String {
    let kind = kind.replace('-', "_").to_lowercase();
    match kind.strip_suffix("es") {
        Some(stem) if stem.ends_with("ss") => stem.to_owned(),
        _ if kind.ends_with("ss") => kind,
        _ => kind.trim_end_matches('s').to_owned(),
    }
}

fn text(value: &Value) -> Option<String> {
    let text = scalar(value)?.into_owned();
    (!text.is_empty()).then_some(text)
}

fn is_empty(value: &Value) -> bool {
    text(value).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_included_is_found_whatever_the_spelling_of_types() {
        for (relation, link, kind) in [
            ("billing_address", "billing-address", "billing_addresses"),
            ("billing-address", "BillingAddress", "billingaddress"),
            ("billing_address", "address", "addresses"),
        ] {
            let resource = json!({"id": "1", "type": "orders", "attributes": {"number": "a1"},
                "relationships": {relation: {"data": {"id": 7, "type": link}}}});
            let included = [
                json!({"id": "7", "type": "customer", "attributes": {"name01": "x"}}),
                json!({"id": "7", "type": kind, "attributes": {"name01": "鈴木", "full-tel": "0357596380"}}),
            ];
            let order = order(&resource, &included, &ApiOrders::default());
            let address = &order["billing_address"];
            assert_eq!(address["name01"], "鈴木", "{kind}");
            assert_eq!(address["tel"], "0357596380");
        }
    }
}
