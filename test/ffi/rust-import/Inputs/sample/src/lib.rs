//! What a crate offers, for the tests of the importer.
use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// The sum of two integers.
pub fn add(a: i64, b: i64) -> i64 {
    a + b
}
pub fn byte(n: u8) -> u8 {
    n
}
pub fn hypotenuse(x: f64, y: f64) -> f64 {
    x.hypot(y)
}
pub fn is_even(n: u64) -> bool {
    n % 2 == 0
}
pub fn nothing() {}
pub fn twice(text: &str) -> String {
    text.repeat(2)
}
pub fn first_word(text: &str) -> Option<&str> {
    text.split_whitespace().next()
}
pub fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}
pub fn mean(numbers: &[f64]) -> Option<f64> {
    (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64)
}
pub fn squares(numbers: Vec<i32>) -> Vec<i32> {
    numbers.into_iter().map(|n| n * n).collect()
}
pub fn lengths(words: Vec<String>) -> BTreeMap<String, usize> {
    words.into_iter().map(|word| (word.clone(), word.len())).collect()
}
pub fn total(counts: HashMap<String, i64>) -> i64 {
    counts.values().sum()
}
pub fn swap(pair: (i64, String)) -> (String, i64) {
    (pair.1, pair.0)
}
pub fn or_default(n: Option<i64>) -> i64 {
    n.unwrap_or(7)
}
pub fn letter(n: u32) -> Option<char> {
    char::from_u32(n)
}

#[derive(Debug)]
pub struct Outer(std::num::ParseIntError);
impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("that is no number")
    }
}
impl std::error::Error for Outer {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}
pub fn parse(text: &str) -> Result<i64, Outer> {
    text.parse().map_err(Outer)
}
pub fn check(n: i64) -> Result<(), String> {
    if n > 0 { Ok(()) } else { Err(format!("{n} is not above 0")) }
}
pub fn explode(text: &str) -> i64 {
    panic!("{text}")
}
pub fn element(index: u64) -> i64 {
    [1, 2, 3][index as usize]
}

pub mod inner {
    pub fn triple(n: i64) -> i64 {
        n * 3
    }
    pub mod deep {
        pub fn quadruple(n: i64) -> i64 {
            n * 4
        }
    }
}
mod hidden {
    pub fn shown(n: i64) -> i64 {
        n + 1
    }
    pub fn globbed(n: i64) -> i64 {
        n + 2
    }
}
pub use hidden::shown as renamed;
pub use hidden::*;

/// Two functions that share what a form of a REPL keeps.
static CALLS: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);
pub fn count_call() -> i64 {
    CALLS.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1
}
thread_local! { static HERE: std::cell::Cell<i64> = const { std::cell::Cell::new(0) }; }
pub fn count_here() -> i64 {
    HERE.with(|it| it.replace(it.get() + 1))
}
pub fn calls(text: &str) -> String {
    format!("{text}{}/{}", CALLS.load(std::sync::atomic::Ordering::SeqCst), HERE.get())
}

pub fn change(_n: &mut str) {}
/// # Safety
/// None.
pub unsafe fn danger() {}
pub fn wide(n: u128) -> u128 {
    n
}
pub fn parsed<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}
pub fn first<const COUNT: usize>() -> usize {
    COUNT
}
pub fn pointed(_address: *const u8) {}
/// Not Clone, with a field that is hidden.
pub struct Hidden {
    pub shown: i64,
    _hidden: i64,
}
impl Hidden {
    pub fn new(shown: i64) -> Hidden {
        Hidden { shown, _hidden: 0 }
    }
}
pub fn slice(_all: &[Hidden]) {}
pub fn framed<T: std::fmt::Display>(shown: T) -> String {
    format!("<{shown}>")
}
pub trait Unmet {}
pub fn unmet(_it: impl Unmet) {}
#[macro_export]
macro_rules! shout {
    () => {};
}
/// A name for a type of another crate.
pub type Table = std::collections::BTreeMap<String, i64>;
