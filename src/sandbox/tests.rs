//! The client and the sandbox, over real sockets.

use std::{net::SocketAddr, time::Duration};

use super::{Running, Sandbox};
use crate::{
    domain::private::Secret,
    oplux::{
        CallErrorKind, Client, Endpoint,
        signature::HashMethod,
        tests::{
            Halt, Url,
            orders::{
                client, clock, endpoint, guest, member_gift, member_self, method, personal,
                request, request_with,
            },
        },
    },
};

async fn sandbox() -> Running {
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    Sandbox::start(listen, Duration::ZERO, None, clock())
        .await
        .unwrap()
}

fn endpoint_of(sandbox: &Running) -> Endpoint {
    let mut endpoint = endpoint(&sandbox.register_url());
    endpoint.name_url = Some(Url::parse(&sandbox.name_url()).unwrap());
    endpoint
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_digit_of_the_telephone_number_decides() {
    let sandbox = sandbox().await;
    let client = client(endpoint_of(&sandbox));
    let cases = [
        ("0", "OK", 1),
        ("1", "NG", 3),
        ("2", "HOLD", 1),
        ("3", "REVIEW", 3),
        ("4", "OK", 0),
    ];
    let mut ids = std::collections::BTreeSet::new();
    for (digit, result, rules) in cases {
        let mut order = guest();
        order.purchase.billing.tel = personal(&format!("031234567{digit}"));
        let (request, sensitive) = request(&order);
        let screening = client
            .register(&request, &sensitive, &Halt::new())
            .await
            .unwrap()
            .screening;
        assert_eq!(screening.result, result);
        assert_eq!(screening.reasons.len(), rules);
        assert!(
            screening
                .reasons
                .iter()
                .all(|r| r.code.is_some() && r.description.is_some())
        );
        assert!(ids.insert(screening.event_id));
    }
    // One number on several events.
    assert_eq!(sandbox.numbers(), ["a905125d2a"; 5]);
    sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_order_passes_with_normalised_names() {
    let sandbox = sandbox().await;
    for hash_method in HashMethod::ALL {
        let mut endpoint = endpoint_of(&sandbox);
        endpoint.hash_method = hash_method;
        let client = client(endpoint);
        for order in [guest(), member_self(), member_gift()] {
            let names = client.normalise(&order, &Halt::new()).await;
            assert!(!names.failed && names.buyer.as_ref().unwrap().existed);
            let (request, sensitive) =
                request_with(&order, &method("01", Some("ATB_01")), &names, hash_method);
            let screening = client
                .register(&request, &sensitive, &Halt::new())
                .await
                .unwrap()
                .screening;
            assert_eq!(screening.result, "OK");
        }
    }
    sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_refuses_what_o_plux_refuses() {
    let sandbox = sandbox().await;
    let (guest_request, sensitive) = request(&guest());
    let mut wrong = endpoint_of(&sandbox);
    wrong.secret_key = Secret::new("another");
    let error = client(wrong)
        .register(&guest_request, &sensitive, &Halt::new())
        .await
        .unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Rejected);

    let no_model = method("02", Some("XYZ_01"));
    let (request, sensitive) =
        request_with(&guest(), &no_model, &Default::default(), HashMethod::Sha256);
    let client = client(endpoint_of(&sandbox));
    let error = client
        .register(&request, &sensitive, &Halt::new())
        .await
        .unwrap_err();
    let code = Some("InvalidData.AuthoriModelNone".to_owned());
    assert!(matches!(error.kind, CallErrorKind::Refused { code: said, .. } if said == code));
    assert!(sandbox.numbers().is_empty());
    sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_too_late_leaves_an_event() {
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let sandbox = Sandbox::start(listen, Duration::from_secs(60), None, clock())
        .await
        .unwrap();
    let mut endpoint = endpoint_of(&sandbox);
    endpoint.timeout_seconds = 1;
    let (request, sensitive) = request(&guest());
    let error = client(endpoint)
        .register(&request, &sensitive, &Halt::new())
        .await
        .unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Unknown);
    assert_eq!(sandbox.numbers().len(), 1);
    // An answer that is still on its way does not hold it up.
    let ended = tokio::time::timeout(Duration::from_secs(20), sandbox.shutdown()).await;
    assert!(ended.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_listens_on_loopback_only_and_lets_its_port_go() {
    let anywhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let error = Sandbox::start(anywhere, Duration::ZERO, None, clock())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("on loopback only"));

    let first = sandbox().await;
    let address = first.addr;
    let error = Sandbox::start(address, Duration::ZERO, None, clock())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("cannot listen"));
    assert!(
        first
            .config_lines()
            .contains(&format!("register_url = \"http://{address}/v3/event\""))
    );
    // A client that keeps its connection does not hold it up.
    let kept: Client = client(endpoint_of(&first));
    let (request, sensitive) = request(&guest());
    kept.register(&request, &sensitive, &Halt::new())
        .await
        .unwrap();
    first.shutdown().await;
    let second = Sandbox::start(address, Duration::ZERO, None, clock())
        .await
        .unwrap();
    // Another client: the first one's connection may just be closing.
    let fresh = client(endpoint_of(&second));
    fresh
        .register(&request, &sensitive, &Halt::new())
        .await
        .unwrap();
    assert_eq!(second.numbers().len(), 1);
    second.shutdown().await;
}
