#![allow(clippy::print_stdout, reason = "a bench prints its table")]
#![allow(missing_docs)]
#[path = "matching/chance.rs"]
mod chance;
#[path = "matching/export.rs"]
mod export;
#[path = "matching/reasons.rs"]
mod reasons;
#[path = "matching/shop.rs"]
mod shop;
fn main() {
    let n: u64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let f = std::env::args().nth(2).unwrap();
    let s = shop::Shop { orders: n, seed: 0x9_2c51_77e3 };
    export::write(s, f.as_ref()).unwrap();
    println!("{:?} {:?}", s.found(), s.found_numbers(6));
}
