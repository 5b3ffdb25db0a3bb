//! Errors on their way from Rust to Lisp and back.

use crate::lisp::{Lisp, Value};
use crate::sys::{self, Status, Word};
use crate::{FromLisp, ToLisp};

/// What a function gives, or why not.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a function failed: what Lisp finds as a condition. Every error of Rust
/// becomes one by `?`. (It is no `std::error::Error` itself for that reason.)
#[derive(Debug)]
pub struct Error(Box<What>);

#[derive(Debug)]
enum What {
    Told {
        status: Status,
        kind: Option<String>,
        message: String,
        nearest: Vec<String>,
    },
    /// With its file and line.
    Panic(String, Option<(String, u32)>),
    /// A condition of Lisp, or an exit, that passes through: its token.
    Passing(Value),
}

impl Error {
    fn told(status: Status, kind: Option<&str>, message: String) -> Error {
        let kind = kind.map(str::to_string);
        Error(Box::new(What::Told { status, kind, message, nearest: Vec::new() }))
    }
    /// A foreign error of that type, with that text.
    pub fn new(kind: &str, message: impl Into<String>) -> Error {
        Error::told(sys::E_FOREIGN, Some(kind), message.into())
    }
    /// A value has the wrong type or does not fit.
    pub fn wrong_type(message: impl Into<String>) -> Error {
        Error::told(sys::E_TYPE, None, message.into())
    }
    /// An index is out of range.
    pub fn range(message: impl Into<String>) -> Error {
        Error::told(sys::E_RANGE, None, message.into())
    }
    /// That cannot be done.
    pub fn unsupported(message: impl Into<String>) -> Error {
        Error::told(sys::E_UNSUPPORTED, None, message.into())
    }
    pub(crate) fn of_panic(message: String, place: Option<(String, u32)>) -> Error {
        Error(Box::new(What::Panic(message, place)))
    }
    pub(crate) fn unknown(message: &str, nearest: Vec<String>) -> Error {
        let (status, message) = (sys::E_NAME, message.to_string());
        Error(Box::new(What::Told { status, kind: None, message, nearest }))
    }
    /// An error with the texts of its sources.
    pub(crate) fn of_chain<E: std::error::Error + ?Sized>(kind: &str, error: &E) -> Error {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            message += &format!("; caused by: {cause}");
            source = cause.source();
        }
        Error::new(kind, message)
    }
    /// That an argument is why, counted from 0.
    #[doc(hidden)]
    pub fn of_argument(mut self, place: usize) -> Error {
        if let What::Told { message, .. } = &mut *self.0 {
            // Of an element of an argument that is told already.
            if !message.starts_with("argument ") {
                *message = format!("argument {}: {message}", place + 1);
            }
        }
        self
    }
    /// What is told of it; of what passes through, that it does.
    pub fn message(&self) -> &str {
        match &*self.0 {
            What::Told { message, .. } | What::Panic(message, _) => message,
            What::Passing(_) => "a condition or an exit of Lisp",
        }
    }

    /// Fills in what plc is told, and returns the status.
    pub(crate) fn report(self, lisp: &Lisp, error: &mut sys::Error) -> Status {
        // A text of Rust is UTF-8, so that none of these can fail.
        let text = |text: String| text.to_lisp(lisp).unwrap_or(sys::FALSE);
        match *self.0 {
            What::Passing(token) => {
                error.token = token.word(lisp);
                sys::E_LISP
            }
            What::Panic(message, place) => {
                error.type_ = text("panic".to_string());
                error.message = text(message);
                if let Some((file, line)) = place {
                    // SAFETY: the words lie on the stack.
                    unsafe {
                        let cons = |car, cdr| (lisp.host.cons)(lisp.host, car, cdr);
                        let line = (lisp.host.integer)(lisp.host, line.into());
                        let file = text(file);
                        let frame = cons(sys::FALSE, cons(file, cons(line, sys::NULL)));
                        error.trace = cons(frame, sys::NULL);
                    }
                }
                sys::E_FOREIGN
            }
            What::Told { status, kind, message, nearest } => {
                error.message = text(message);
                if let Some(kind) = kind {
                    error.type_ = text(kind);
                }
                if !nearest.is_empty() {
                    error.nearest = list(lisp, nearest);
                }
                status
            }
        }
    }
}

/// A list of strings.
pub(crate) fn list(lisp: &Lisp, texts: Vec<String>) -> Word {
    let mut result = sys::NULL;
    for text in texts.into_iter().rev() {
        let text = text.to_lisp(lisp).unwrap_or(sys::FALSE);
        // SAFETY: both lie on the stack.
        result = unsafe { (lisp.host.cons)(lisp.host, text, result) };
    }
    result
}

/// What a call of the host reported.
pub(crate) unsafe fn of_host(lisp: &Lisp, status: Status, error: &sys::Error) -> Error {
    if status == sys::E_LISP {
        return Error(Box::new(What::Passing(Value::hold(lisp, error.token))));
    }
    let message = String::from_lisp(lisp, error.message);
    let kind = String::from_lisp(lisp, error.type_).ok();
    let message = message.unwrap_or_else(|_| format!("plc reports the status {status}"));
    Error::told(status, kind.as_deref(), message)
}

impl<E: std::error::Error> From<E> for Error {
    fn from(error: E) -> Error {
        Error::of_chain(std::any::type_name::<E>(), &error)
    }
}
