//! What the loops in Rust call; nothing of it is inlined.

#[inline(never)]
pub fn add(a: i64, b: i64) -> i64 {
    a + b
}
pub struct Counter(i64);
impl Counter {
    pub fn new(start: i64) -> Counter {
        Counter(start)
    }
    #[inline(never)]
    pub fn add(&mut self, k: i64) -> i64 {
        self.0 += k;
        self.0
    }
    pub fn get(&self) -> i64 {
        self.0
    }
}
#[inline(never)]
pub fn each(f: impl Fn(i64) -> i64, count: i64) -> i64 {
    (0..count).map(f).sum()
}
pub fn refuse(n: i64) -> Result<i64, String> {
    if n < 0 { Ok(n) } else { Err("refused".to_string()) }
}
/// Handed over as it is.
pub fn numbers(count: i64) -> Box<[f64]> {
    vec![0.0; count as usize].into()
}
