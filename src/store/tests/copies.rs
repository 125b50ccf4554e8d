//! Copies of the store, and what is put back from one: what only two connections or an older
//! program can show. The rest is in tests/it/backup.rs.

use std::ops::ControlFlow;

use super::*;
use crate::store::migrations::{APPLICATION_ID, MIGRATIONS};

fn go_on(_: u64, _: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn copy_of(home: &Home) -> CopiedStore {
    let copied = home.store().copy_into(home.folder.path(), go_on);
    copied.unwrap().unwrap()
}

fn orders(store: &Store) -> u64 {
    store.contents().unwrap().orders
}

#[test]
fn a_restore_has_the_store_for_itself() {
    let home = Home::new();
    let mut store = home.store();
    store.keep_order(&facts("a")).unwrap();
    let copy = copy_of(&home);
    let refused = |opened: Result<Store, StoreError>| opened.unwrap_err().kind;
    let alone = || Store::open_alone_waiting(&home.path(), SOON);
    assert_eq!(refused(alone()), StoreErrorKind::Locked, "another reads it");
    drop(store);
    let store = alone().unwrap();
    assert_eq!(refused(alone()), StoreErrorKind::Locked, "one at a time");
    let other = Store::open_waiting(&home.path(), SOON);
    assert_eq!(
        refused(other),
        StoreErrorKind::Locked,
        "nobody comes between"
    );
    let stop = |_, _| ControlFlow::Break(());
    let broken_off = store.replace_with(&copy.store, "kept", stop).unwrap();
    assert_eq!(broken_off, ControlFlow::Break(()));
    drop(copy);
    let left = std::fs::read_dir(home.folder.path()).unwrap().count();
    assert_eq!(left, 1, "copies that nobody takes are gone");
    let copy = copy_of(&home);
    home.store().keep_order(&facts("b")).unwrap();
    let kept = alone().unwrap().replace_with(&copy.store, "kept", go_on);
    let kept = kept.unwrap().continue_value().unwrap().unwrap();
    assert_eq!(orders(&home.store()), 1);
    assert_eq!(orders(&Store::open_copy(&kept).unwrap()), 2);
}

#[test]
fn a_copy_of_an_older_version_is_brought_up_to_date() {
    let home = Home::new();
    let old = home.folder.path().join("old.db");
    let conn = Connection::open(&old).unwrap();
    conn.execute_batch(MIGRATIONS[0]).unwrap();
    conn.execute_batch("INSERT INTO orders (number, reason) VALUES ('a', 'x')")
        .unwrap();
    conn.pragma_update(None, "application_id", APPLICATION_ID)
        .unwrap();
    conn.pragma_update(None, "user_version", 1).unwrap();
    conn.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))
        .unwrap();
    drop(conn);
    let before = std::fs::read(&old).unwrap();
    let store = Store::open_alone(&home.path()).unwrap();
    let kept = store
        .replace_with(&Store::open_copy(&old).unwrap(), "kept", go_on)
        .unwrap();
    assert_eq!(kept, ControlFlow::Continue(None), "there was nothing");
    assert_eq!(home.store().version().unwrap(), SCHEMA_VERSION);
    assert_eq!(orders(&home.store()), 1);
    assert_eq!(
        std::fs::read(&old).unwrap(),
        before,
        "the copy stays as it is"
    );
}
