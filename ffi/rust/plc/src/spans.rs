//! Ranges.

use crate::convert::{FromLisp, ToLisp};
use crate::error::Result;
use crate::lisp::Lisp;
use crate::sys::Word;
use std::ops::{Bound, Range, RangeBounds, RangeInclusive};

// SAFETY: the words are read only, or lie on the stack; so below.
unsafe impl<T: FromLisp> FromLisp for Range<T> {
    unsafe fn from_lisp(lisp: &Lisp, word: Word) -> Result<Range<T>> {
        let (start, end) = FromLisp::from_lisp(lisp, word)?;
        Ok(Range { start, end })
    }
}
unsafe impl<T: ToLisp> ToLisp for Range<T> {
    fn to_lisp(self, lisp: &Lisp) -> Result<Word> {
        (self.start, self.end).to_lisp(lisp)
    }
}
unsafe impl<T: FromLisp> FromLisp for RangeInclusive<T> {
    unsafe fn from_lisp(lisp: &Lisp, word: Word) -> Result<RangeInclusive<T>> {
        let (start, end) = FromLisp::from_lisp(lisp, word)?;
        Ok(RangeInclusive::new(start, end))
    }
}
unsafe impl<T: ToLisp> ToLisp for RangeInclusive<T> {
    fn to_lisp(self, lisp: &Lisp) -> Result<Word> {
        self.into_inner().to_lisp(lisp)
    }
}

/// `impl RangeBounds`: a list of the start and the end, which is not in it; nil for
/// a side that is open.
pub struct Span<T>(Option<T>, Option<T>);
unsafe impl<T: FromLisp> FromLisp for Span<T> {
    unsafe fn from_lisp(lisp: &Lisp, word: Word) -> Result<Span<T>> {
        let (start, end) = FromLisp::from_lisp(lisp, word)?;
        Ok(Span(start, end))
    }
}
impl<T> RangeBounds<T> for Span<T> {
    fn start_bound(&self) -> Bound<&T> {
        self.0.as_ref().map_or(Bound::Unbounded, Bound::Included)
    }
    fn end_bound(&self) -> Bound<&T> {
        self.1.as_ref().map_or(Bound::Unbounded, Bound::Excluded)
    }
}
