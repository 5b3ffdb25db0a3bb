//! Rust itself: `program KERNEL COUNT`, see kernels.h.
use native_rust::{add, count, each, numbers, refuse, Counter, Stock};
use std::hint::black_box;

fn clock() -> i64 {
    extern "C" {
        fn clock() -> i64;
    }
    // SAFETY: it only reads a clock.
    unsafe { clock() }
}
fn large_shares(n: i64) -> i64 {
    let mut stock = Stock::new(n, 1_000_000);
    (0..n).map(|_| count(black_box(&stock.take()))).sum()
}
fn run(kernel: &str, n: i64) -> Option<i64> {
    Some(match kernel {
        "rust-call" => (0..n).fold(0, |sum, _| add(sum, 1)),
        "rust-method" => {
            let mut counter = Counter::new(0);
            (0..n).for_each(|_| {
                counter.add(1);
            });
            counter.get()
        }
        "rust-share" => (0..n).map(|_| count(black_box(&numbers(16)))).sum(),
        "rust-share-large" | "rust-vector" => {
            (0..n).step_by(100).map(|i| large_shares(100.min(n - i))).sum()
        }
        "rust-closure" => each(|_| black_box(1), n),
        "rust-error" => (0..n).filter(|i| black_box(refuse(*i)).is_err()).count() as i64,
        _ => return None,
    })
}
fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let start = clock();
    match run(&arguments[1], arguments[2].parse().unwrap_or(0)) {
        Some(result) => println!("{} {result}", (clock() - start) as f64 / 1e6),
        None => std::process::exit(3),
    }
}
