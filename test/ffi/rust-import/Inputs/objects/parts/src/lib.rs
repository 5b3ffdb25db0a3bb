//! What the crate `objects` gives out as its own.
#[derive(Debug)]
pub struct Block<const SIZE: usize>(pub [u8; SIZE]);
#[derive(Debug)]
pub struct Part {
    pub n: i64,
}
