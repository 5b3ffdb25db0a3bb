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
#[inline(never)]
pub fn count(numbers: &[f64]) -> i64 {
    numbers.len() as i64
}
/// Handed over as it is.
pub fn numbers(count: i64) -> Vec<f64> {
    let mut room = Vec::with_capacity(count as usize);
    // Nothing is written there, so that the handing over is what takes time.
    // SAFETY: nothing reads the elements.
    unsafe { room.set_len(count as usize) };
    room
}
/// Many vectors, which are handed over one by one: nothing is allocated for them then.
pub struct Stock(Vec<Vec<f64>>);
impl Stock {
    pub fn new(vectors: i64, count: i64) -> Stock {
        Stock((0..vectors).map(|_| numbers(count)).collect())
    }
    #[inline(never)]
    pub fn take(&mut self) -> Vec<f64> {
        self.0.pop().unwrap_or_default()
    }
}
