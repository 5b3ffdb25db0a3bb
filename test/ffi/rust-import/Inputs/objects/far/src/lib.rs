//! Of this, the crate `objects` gives out no name.
mod hidden {
    #[derive(Debug, Clone, Copy, PartialEq)]
    pub struct Star {
        pub size: f64,
    }
}
pub mod sky {
    pub use crate::hidden::Star;
}
pub use hidden::Star as Sun;
impl sky::Star {
    pub fn grow(&mut self, by: f64) -> f64 {
        self.size += by;
        self.size
    }
}
pub trait Shine {
    fn light(&self) -> f64;
    fn far(&self, distance: f64) -> f64 {
        self.light() / distance / distance
    }
}
impl Shine for sky::Star {
    fn light(&self) -> f64 {
        self.size * 10.0
    }
}
