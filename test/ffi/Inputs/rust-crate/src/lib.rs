//! A plugin by the crate plc, for rust-crate.test.
#![forbid(unsafe_op_in_unsafe_fn)]
#![deny(warnings)]

use plc::{Buffer, Class, Error, Handle, Lisp, Rest, Shared, Value};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::Mutex;

/// The sum of two integers.
///
/// Wraps "around".
#[plc::export]
fn add(first: i64, second: i64) -> i64 {
    first.wrapping_add(second)
}

#[plc::export]
pub(crate) fn byte(n: u8) -> u8 {
    n
}
#[plc::export]
fn unsigned(n: u64) -> u64 {
    n
}
#[plc::export]
fn half(n: f64) -> f64 {
    n / 2.0
}
#[plc::export]
fn not(b: bool) -> bool {
    !b
}
#[plc::export(name = "next-char")]
fn next_char(c: char) -> Option<char> {
    char::from_u32(c as u32 + 1)
}
#[plc::export]
fn twice(text: &str) -> String {
    text.repeat(2)
}
#[plc::export]
fn mean(numbers: &[f64]) -> Option<f64> {
    (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64)
}
#[plc::export]
fn squares(numbers: Vec<i32>) -> Vec<i32> {
    numbers.into_iter().map(|n| n * n).collect()
}
#[plc::export]
fn bytes(text: String) -> Vec<u8> {
    text.into_bytes()
}
#[plc::export]
fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_string).collect()
}
#[plc::export]
fn lengths(words: Vec<String>) -> BTreeMap<String, usize> {
    words.into_iter().map(|word| (word.clone(), word.len())).collect()
}
#[plc::export]
fn total(counts: HashMap<String, i64>) -> i64 {
    counts.values().sum()
}
#[plc::export]
fn swap(pair: (i64, String)) -> (String, i64) {
    (pair.1, pair.0)
}
#[plc::export]
fn power(base: i64, exponent: Option<u32>) -> i64 {
    base.pow(exponent.unwrap_or(2))
}
#[plc::export]
fn count(_first: &Value, rest: Rest) -> usize {
    1 + rest.0.len()
}
#[plc::export]
fn nothing() {}

#[derive(Debug)]
struct Outer(std::num::ParseIntError);
impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("that is no bird")
    }
}
impl std::error::Error for Outer {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}
#[plc::export]
fn parse(text: &str) -> Result<i64, Outer> {
    text.parse().map_err(Outer)
}
#[plc::export]
fn explode(text: &str) -> i64 {
    panic!("{text}")
}

mod calls {
    use plc::{Error, Lisp, Value};

    /// What the procedure returns for a number.
    #[plc::export]
    pub fn with_five(lisp: &Lisp, f: &Value) -> Result<i64, Error> {
        lisp.call(f, (5i64, "five"))
    }
    /// Goes on after a condition.
    #[plc::export]
    pub fn survives(lisp: &Lisp, f: &Value) -> bool {
        lisp.call::<_, Value>(f, ()).is_err()
    }
    /// A Vec of values, which lie in memory that the collector does not see.
    #[plc::export]
    pub fn map(lisp: &Lisp, f: &Value, items: Vec<Value>) -> Result<Vec<Value>, Error> {
        items.into_iter().map(|item| lisp.call(f, (item,))).collect()
    }
}

#[plc::export]
fn in_thread(lisp: &Lisp, f: Value, rest: Rest) -> Result<Value, Error> {
    lisp.blocking(move || {
        std::thread::spawn(move || plc::with_lisp(|lisp| lisp.call(&f, &rest.0[..])))
            .join()
            .expect("the thread panics")
    })?
}
#[plc::export]
fn identity(value: Value) -> Value {
    value
}
#[plc::export]
fn apply(lisp: &Lisp, f: Value, rest: Rest) -> Result<Value, Error> {
    lisp.call(&f, &rest.0[..])
}
#[plc::export]
fn fail(text: String) -> Result<(), Error> {
    Err(Error::new("BirdError", text))
}

static KEPT: Mutex<Option<Value>> = Mutex::new(None);
#[plc::export]
fn keep(value: Value) {
    *KEPT.lock().unwrap() = Some(value);
}
#[plc::export]
fn kept(lisp: &Lisp) -> Option<Value> {
    KEPT.lock().unwrap().as_ref().map(|value| value.share(lisp))
}

/// Writes where Lisp has it.
#[plc::export]
fn scale(lisp: &Lisp, numbers: Buffer, factor: f64) -> Result<usize, Error> {
    let cells = numbers.cells::<f64>(lisp)?;
    cells.iter().for_each(|cell| cell.set(cell.get() * factor));
    Ok(cells.len())
}
/// Memory that is the same here and there.
#[plc::export]
fn lend(count: u32) -> Shared<i32> {
    Shared((0..count as i32).collect())
}
static SHARED: Mutex<Option<Buffer>> = Mutex::new(None);
#[plc::export]
fn share(buffer: Buffer) {
    *SHARED.lock().unwrap() = Some(buffer);
}
#[plc::export]
fn shared(lisp: &Lisp, index: usize) -> Result<Option<f64>, Error> {
    let shared = SHARED.lock().unwrap();
    let Some(buffer) = &*shared else { return Ok(None) };
    Ok(buffer.cells::<f64>(lisp)?.get(index).map(|cell| cell.get()))
}
#[plc::export]
fn unshare() {
    SHARED.lock().unwrap().take();
}

static DROPS: AtomicI64 = AtomicI64::new(0);
static LIVE: AtomicI64 = AtomicI64::new(0);
struct Bird {
    name: String,
    songs: Mutex<Vec<String>>,
}
impl Drop for Bird {
    fn drop(&mut self) {
        DROPS.fetch_add(1, Ordering::Relaxed);
        LIVE.fetch_sub(1, Ordering::Relaxed);
    }
}
impl Class for Bird {
    const NAME: &'static str = "bird";
    const METHODS: &'static [&'static plc::Export] =
        &[&name::EXPORT, &sing::EXPORT, &itself::EXPORT];
}
#[plc::export]
fn bird(name: String) -> Handle<Bird> {
    LIVE.fetch_add(1, Ordering::Relaxed);
    Handle::new(Bird { name, songs: Mutex::default() })
}
#[plc::export]
fn name(bird: &Bird) -> String {
    bird.name.clone()
}
/// Sings, and tells how often.
#[plc::export]
fn sing(bird: &Bird, song: String) -> usize {
    let mut songs = bird.songs.lock().unwrap();
    songs.push(song);
    songs.len()
}
#[plc::export]
fn itself(bird: Handle<Bird>) -> Handle<Bird> {
    bird
}
/// Calls Lisp while the bird is borrowed.
#[plc::export]
fn visit(lisp: &Lisp, bird: &Bird, f: &Value) -> Result<String, Error> {
    lisp.call::<_, Value>(f, ())?;
    Ok(bird.name.clone())
}
#[plc::export]
fn drops() -> i64 {
    DROPS.load(Ordering::Relaxed)
}
#[plc::export]
fn live() -> i64 {
    LIVE.load(Ordering::Relaxed)
}

struct Grenade;
impl Class for Grenade {
    const NAME: &'static str = "grenade";
}
impl Drop for Grenade {
    fn drop(&mut self) {
        panic!("boom")
    }
}
#[plc::export]
fn grenade() -> Handle<Grenade> {
    Handle::new(Grenade)
}

plc::plugin! {
    language: "birds",
    version: "1.0",
    modules: {
        "birds": [
            add, byte, unsigned, half, not, next_char, twice, mean, squares, bytes, words, lengths,
            total, swap, power, count, nothing, parse, explode, calls::with_five, calls::survives,
            calls::map, bird, name, visit, drops, live, grenade, in_thread, keep, kept,
            scale, lend, share, shared, unshare,
        ],
        "plc-conformance": [identity, apply, fail, keep, kept, in_thread],
    },
}
