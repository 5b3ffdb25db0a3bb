//! What the crate `objects` gives out as its own.
#[derive(Debug)]
pub struct Block<const SIZE: usize>(pub [u8; SIZE]);
#[derive(Debug)]
pub struct Part {
    pub n: i64,
}
pub trait Count {
    fn count(&self) -> i64;
    fn twice(&self) -> i64 {
        self.count() * 2
    }
    fn below<T: Limit>(&self, limit: T) -> bool {
        self.count() < limit.limit()
    }
}
pub trait Limit {
    fn limit(&self) -> i64;
}
impl Limit for i64 {
    fn limit(&self) -> i64 {
        *self
    }
}
impl Limit for String {
    fn limit(&self) -> i64 {
        self.len() as i64
    }
}
impl Count for Part {
    fn count(&self) -> i64 {
        self.n
    }
}
/// For all that count.
pub trait Label {
    fn label(&self) -> String;
}
impl<T: Count + std::fmt::Debug> Label for T {
    fn label(&self) -> String {
        format!("{:?}: {}", self, self.count())
    }
}
impl Part {
    pub fn new(n: i64) -> Part {
        Part { n }
    }
}
pub mod gauges {
    #[derive(Debug, Clone, PartialEq)]
    pub struct Gauge<T> {
        levels: Vec<T>,
    }
    impl<T: Clone> Gauge<T> {
        pub fn new(first: T) -> Gauge<T> {
            Gauge { levels: vec![first] }
        }
        pub fn rise(&mut self, level: T) {
            self.levels.push(level);
        }
        pub fn levels(&self) -> Vec<T> {
            self.levels.clone()
        }
    }
    impl Gauge<i64> {
        pub fn full() -> Gauge<i64> {
            Gauge::new(100)
        }
    }
    pub type Floats = Gauge<f64>;
    pub type Of<T> = Gauge<T>;
    #[derive(Debug)]
    pub enum State {
        On,
        Off(i64),
    }
    pub fn state(n: i64) -> State {
        if n == 0 { State::On } else { State::Off(n) }
    }
}
