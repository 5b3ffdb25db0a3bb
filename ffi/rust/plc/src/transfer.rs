//! Arrays of numbers that become vectors of Lisp without a copy.
//!
//! The allocator of shims puts large arrays where plc has them, with room for the header
//! of an object in front (`plc_host::transfer_take`).

use crate::lisp::{host, Lisp};
use crate::sys::{self, Word};
use std::alloc::{GlobalAlloc, Layout, System};
use std::ffi::c_int;
use std::sync::atomic::{AtomicUsize, Ordering};

static FIRST: AtomicUsize = AtomicUsize::new(0);
/// 0 as long as plc has not started the shims.
static BYTES: AtomicUsize = AtomicUsize::new(0);

/// What is smaller is copied in some microseconds.
const LEAST: usize = 64 << 10;
const MOST_ALIGNED: usize = 8;

/// # Safety
/// The host has been set.
pub(crate) unsafe fn start() {
    let (mut first, mut bytes) = (0, 0);
    (host().transfer_range)(host(), &mut first, &mut bytes);
    FIRST.store(first as usize, Ordering::Relaxed);
    BYTES.store(bytes as usize, Ordering::Release);
}

fn is_transferable<T>(memory: *const T) -> bool {
    let bytes = BYTES.load(Ordering::Acquire);
    (memory as usize).wrapping_sub(FIRST.load(Ordering::Relaxed)) < bytes
}

fn is_large(size: usize, align: usize) -> bool {
    size >= LEAST && align <= MOST_ALIGNED
}

/// Null if it has to be the system's.
#[cold]
fn take(size: usize, is_zeroed: bool) -> *mut u8 {
    match BYTES.load(Ordering::Acquire) {
        0 => std::ptr::null_mut(),
        // SAFETY: there is a host, which any thread may ask.
        _ => unsafe { (host().transfer_take)(host(), size, is_zeroed).cast() },
    }
}

/// What is large, if the host has memory for it.
#[inline]
fn take_large(layout: Layout, is_zeroed: bool) -> Option<*mut u8> {
    if !is_large(layout.size(), layout.align()) {
        return None;
    }
    let memory = take(layout.size(), is_zeroed);
    (!memory.is_null()).then_some(memory)
}

/// Of a program that consists of shims.
pub struct Allocator;

// SAFETY: memory of the host is as good as the system's, and known by its address.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        take_large(layout, false).unwrap_or_else(|| System.alloc(layout))
    }
    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        take_large(layout, true).unwrap_or_else(|| System.alloc_zeroed(layout))
    }
    #[inline]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if is_large(layout.size(), layout.align()) && is_transferable(memory) {
            (host().transfer_give_back)(host(), memory.cast());
        } else {
            System.dealloc(memory, layout);
        }
    }
    #[inline]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let was_large = is_large(layout.size(), layout.align());
        let is_ours = was_large && is_transferable(memory);
        if is_ours == is_large(size, layout.align()) {
            if !is_ours {
                return System.realloc(memory, layout, size);
            }
            if (host().transfer_resize)(host(), memory.cast(), size) {
                return memory;
            }
        } else if !is_ours && was_large {
            // The host had none.
            return System.realloc(memory, layout, size);
        }
        let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
        if !moved.is_null() {
            moved.copy_from_nonoverlapping(memory, layout.size().min(size));
            self.dealloc(memory, layout);
        }
        moved
    }
}

/// The vector of Lisp that has the memory of these numbers from now on; `Err` if it has
/// to be a copy.
pub(crate) fn vector<T: Copy>(lisp: &Lisp, element: c_int, items: Vec<T>) -> Result<Word, Vec<T>> {
    // Much room behind them would be lost time for who fills it again.
    if !is_transferable(items.as_ptr()) || items.len() < items.capacity() / 2 {
        return Err(items);
    }
    let (memory, count) = (items.as_ptr().cast_mut().cast(), items.len());
    // SAFETY: the host has given the memory, this thread holds the Lisp world.
    let word = unsafe { (lisp.host.transfer)(lisp.host, element, memory, count) };
    if sys::is_object(word) {
        std::mem::forget(items);
    }
    Ok(word)
}
