//! Memory that Rust and Lisp share, without a copy.

use crate::convert::{FromLisp, ToLisp};
use crate::error::{self, Error, Result};
use crate::lisp::{Lisp, Value};
use crate::sys::{self, Word};
use std::cell::Cell;
use std::ffi::{c_int, c_void};

/// A number that memory can be shared of.
///
/// # Safety
/// The constants say what it is, and every pattern of its bits is a value.
pub unsafe trait Element: Copy + Send + 'static {
    #[doc(hidden)]
    const SCALAR: c_int;
}
macro_rules! element {
    ($scalar:expr, $($type:ty)*) => {$(
        // SAFETY: it is what it is.
        unsafe impl Element for $type {
            const SCALAR: c_int = $scalar;
        }
    )*};
}
element!(sys::SCALAR_SIGNED, i8 i16 i32 i64 isize);
element!(sys::SCALAR_UNSIGNED, u8 u16 u32 u64 usize);
element!(sys::SCALAR_FLOAT, f32 f64);

/// The memory of a bytevector, a homogeneous vector, a pointer of known length or an
/// object of any language that has some. It stays where it is, and is kept alive, as
/// long as this is.
pub struct Buffer(sys::Buffer);
// SAFETY: any thread may release it; the memory is touched with a Lisp only.
unsafe impl Send for Buffer {}

impl Buffer {
    /// The memory of a value.
    pub fn new(lisp: &Lisp, value: &Value) -> Result<Buffer> {
        // SAFETY: the root keeps it alive.
        unsafe { Buffer::from_lisp(lisp, value.word(lisp)) }
    }

    /// Its elements, which Lisp may read and write, too. An error if they are not of
    /// the type `T`, do not lie one after the other, or may only be read.
    pub fn cells<'a, T: Element>(&'a self, _: &'a Lisp) -> Result<&'a [Cell<T>]> {
        let wrong = |message: &str| Err(Error::wrong_type(message));
        let buffer = &self.0;
        if buffer.scalar != T::SCALAR || buffer.bits as usize != 8 * size_of::<T>() {
            return wrong(&format!("expected memory of {}", std::any::type_name::<T>()));
        }
        if buffer.is_read_only {
            return wrong("expected memory that may be written");
        }
        let dimensions = buffer.dimensions as usize;
        // SAFETY: the host says how many dimensions there are; `strides` may be NULL.
        let (shape, strides) = unsafe {
            let list = |data| match dimensions {
                0 => &[][..],
                _ => std::slice::from_raw_parts::<i64>(data, dimensions),
            };
            (list(buffer.shape), (!buffer.strides.is_null()).then(|| list(buffer.strides)))
        };
        let mut count = 1i64;
        for place in (0..dimensions).rev() {
            let is_dense = strides.is_none_or(|s| s[place] == count * size_of::<T>() as i64);
            if !is_dense && shape[place] > 1 {
                return wrong("expected elements that lie one after the other");
            }
            count *= shape[place];
        }
        let data = buffer.data.cast::<Cell<T>>();
        if count == 0 {
            return Ok(&[]);
        }
        if !data.is_aligned() {
            return wrong("expected memory that is aligned");
        }
        // SAFETY: so many elements of that type lie there; who holds the world is the
        // only one to use them, and a Cell does not leave its thread.
        Ok(unsafe { std::slice::from_raw_parts(data, count as usize) })
    }
}
impl Drop for Buffer {
    fn drop(&mut self) {
        if let Some(release) = self.0.release {
            // SAFETY: this is the one call; any thread may do it.
            unsafe { release(&mut self.0) }
        }
    }
}
// SAFETY: the word is read only.
unsafe impl FromLisp for Buffer {
    unsafe fn from_lisp(lisp: &Lisp, word: Word) -> Result<Buffer> {
        let (mut buffer, mut failure) = (sys::Buffer::NONE, sys::Error::NONE);
        match (lisp.host.buffer)(lisp.host, word, &mut buffer, &mut failure) {
            sys::OK => Ok(Buffer(buffer)),
            status => Err(error::of_host(lisp, status, &failure)),
        }
    }
}

/// The memory of a pointer of known length, if its elements are of that type.
///
/// # Safety
/// The word is alive, this thread holds the Lisp world.
pub(crate) unsafe fn shared<T: Element>(lisp: &Lisp, word: Word) -> Option<(Buffer, *const T, usize)> {
    if !matches!(sys::type_of(word), sys::Type::Other) {
        return None;
    }
    let buffer = Buffer::from_lisp(lisp, word).ok()?;
    let cells = buffer.cells::<T>(lisp).ok()?;
    let (data, count) = (cells.as_ptr().cast(), cells.len());
    Some((buffer, data, count))
}

/// Numbers that Lisp gets without a copy: a pointer of known length, whose memory is
/// freed when Lisp holds it no more.
#[derive(Debug)]
pub struct Shared<T>(pub Vec<T>);

struct Owner<T> {
    items: Vec<T>,
    shape: i64,
}
unsafe extern "C" fn release<T>(buffer: *mut sys::Buffer) {
    drop(Box::from_raw((*buffer).owner.cast::<Owner<T>>()));
}
// SAFETY: what the host makes is returned at once.
unsafe impl<T: Element> ToLisp for Shared<T> {
    fn to_lisp(self, lisp: &Lisp) -> Result<Word> {
        let shape = self.0.len() as i64;
        let owner = Box::into_raw(Box::new(Owner { items: self.0, shape }));
        // SAFETY: the box is given back by `release`, by whoever calls it.
        unsafe {
            let mut buffer = sys::Buffer {
                struct_size: size_of::<sys::Buffer>(),
                data: (*owner).items.as_mut_ptr().cast::<c_void>(),
                scalar: T::SCALAR,
                bits: 8 * size_of::<T>() as u32,
                is_owned: true,
                dimensions: 1,
                shape: &raw const (*owner).shape,
                owner: owner.cast(),
                release: Some(release::<T>),
                ..sys::Buffer::NONE
            };
            match (lisp.host.share)(lisp.host, &buffer) {
                sys::UNBOUND => {
                    release::<T>(&mut buffer);
                    Err(Error::unsupported("plc does not share such memory"))
                }
                word => Ok(word),
            }
        }
    }
}
