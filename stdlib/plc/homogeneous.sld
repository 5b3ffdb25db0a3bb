;;; Homogeneous vectors: what the primitives do not have of (srfi 160 base),
;;; and what the libraries of each type need to know of its elements.
;;;
;;; (u8? x) is true of elements only; what fits may also be a number that is
;;; stored as the element next to it, such as 1 in an f64vector.
(define-library (plc homogeneous)
  (export
   u8vector->list s8vector->list u16vector->list s16vector->list
   u32vector->list s32vector->list u64vector->list s64vector->list
   f32vector->list f64vector->list c64vector->list c128vector->list
   list->u8vector list->s8vector list->u16vector list->s16vector
   list->u32vector list->s32vector list->u64vector list->s64vector
   list->f32vector list->f64vector list->c64vector list->c128vector u8? s8?
   u16? s16? u32? s32? u64? s64? f32? f64? c64? c128?
   make-c64vector make-c128vector c64vector c128vector c64vector? c128vector?
   c64vector-length c128vector-length c64vector-ref c128vector-ref
   c64vector-set! c128vector-set!
   fits-u8? fits-s8? fits-u16? fits-s16? fits-u32? fits-s32? fits-u64?
   fits-s64? fits-f32? fits-f64? fits-c64? fits-c128? before-u8? before-s8?
   before-u16? before-s16? before-u32? before-s32? before-u64? before-s64?
   before-f32? before-f64? before-c64? before-c128?)
  (import (plc core) (plc primitives) (plc arguments))
  (begin
    ;;; Complex vectors are records of the real and imaginary parts, in turns.

    (define-syntax define-complex
      (syntax-rules ()
        ((_ (type wrap make make-who vector vector-who is? size size-who ref
             ref-who set set-who parts make-parts part-count part-ref
             part-set!)
            ...)
         (begin
           (define-record-type type (wrap parts) is? (parts parts)) ...
           (define (make n :up-to 1 fill)
             "A vector of n elements."
             (check-count make-who 1 n)
             (let ((v (wrap (make-parts (* 2 n)))))
               (if (pair? fill)
                   (let loop ((i 0))
                     (if (< i n)
                         (begin (set v i (car fill))
                                (loop (+ i 1))))))
               v))
           ...
           (define (vector . elements)
             "The vector of the arguments."
             (let ((v (wrap (make-parts (* 2 (length elements))))))
               (let loop ((i 0) (rest elements))
                 (if (pair? rest)
                     (begin
                       (check-type number? vector-who "numbers" (+ i 1)
                                   (car rest))
                       (set v i (car rest))
                       (loop (+ i 1) (cdr rest)))))
               v))
           ...
           (define (size v)
             "The number of elements."
             (check-type is? size-who "a complex vector" 1 v)
             (quotient (part-count (parts v)) 2))
           ...
           (define (ref v i)
             "The element of an index."
             (check-type is? ref-who "a complex vector" 1 v)
             (let ((parts (parts v)))
               (check-index ref-who 2 i (quotient (part-count parts) 2))
               (make-rectangular (part-ref parts (* 2 i))
                                 (part-ref parts (+ (* 2 i) 1)))))
           ...
           (define (set v i x)
             "Replaces the element of an index."
             (check-type is? set-who "a complex vector" 1 v)
             (check-type number? set-who "a number" 3 x)
             (let ((parts (parts v)))
               (check-index set-who 2 i (quotient (part-count parts) 2))
               (part-set! parts (* 2 i) (inexact (real-part x)))
               (part-set! parts (+ (* 2 i) 1) (inexact (imag-part x)))))
           ...))))

    (define-complex
      (<c64vector> wrap-c64 make-c64vector "make-c64vector" c64vector
       "c64vector" c64vector? c64vector-length "c64vector-length"
       c64vector-ref "c64vector-ref" c64vector-set! "c64vector-set!"
       c64-parts make-f32vector f32vector-length f32vector-ref
       f32vector-set!)
      (<c128vector> wrap-c128 make-c128vector "make-c128vector" c128vector
       "c128vector" c128vector? c128vector-length "c128vector-length"
       c128vector-ref "c128vector-ref" c128vector-set! "c128vector-set!"
       c128-parts make-f64vector f64vector-length f64vector-ref
       f64vector-set!))

    ;;; Elements

    (define-syntax define-integers
      (syntax-rules ()
        ((_ (is? fits? low high) ...)
         (begin
           (define (is? x)
             "True of elements of such a vector."
             (and (or (fixnum? x) (exact-integer? x)) (<= low x high)))
           ...
           (define (fits? x) (and (fixnum? x) (<= low x high))) ...))))

    (define-integers
      (u8? fits-u8? 0 255)
      (s8? fits-s8? -128 127)
      (u16? fits-u16? 0 65535)
      (s16? fits-s16? -32768 32767)
      (u32? fits-u32? 0 4294967295)
      (s32? fits-s32? -2147483648 2147483647))

    ;; Some of these are no fixnums.
    (define (u64? x)
      "True of elements of a u64vector."
      (and (or (fixnum? x) (exact-integer? x)) (<= 0 x #xFFFFFFFFFFFFFFFF)))
    (define (s64? x)
      "True of elements of an s64vector."
      (or (fixnum? x)
          (and (exact-integer? x)
               (<= #x-8000000000000000 x #x7FFFFFFFFFFFFFFF))))
    (define (fits-u64? x) (u64? x))
    (define (fits-s64? x) (s64? x))

    (define (f32? x)
      "True of elements of an f32vector: inexact real numbers."
      (flonum? x))
    (define (f64? x)
      "True of elements of an f64vector: inexact real numbers."
      (flonum? x))
    (define (fits-f32? x) (or (flonum? x) (real? x)))
    (define (fits-f64? x) (or (flonum? x) (real? x)))

    (define (c64? x)
      "True of elements of a c64vector: inexact numbers."
      (and (number? x) (inexact? x)))
    (define (c128? x)
      "True of elements of a c128vector: inexact numbers."
      (and (number? x) (inexact? x)))
    (define (fits-c64? x) (number? x))
    (define (fits-c128? x) (number? x))

    ;; The order of elements: complex numbers by real, then by imaginary part.
    (define (before? x y) (< x y))
    (define (before-complex? x y)
      (let ((a (real-part x)) (b (real-part y)))
        (or (< a b)
            (and (= a b) (< (imag-part x) (imag-part y))))))
    (define before-u8? before?)
    (define before-s8? before?)
    (define before-u16? before?)
    (define before-s16? before?)
    (define before-u32? before?)
    (define before-s32? before?)
    (define before-u64? before?)
    (define before-s64? before?)
    (define before-f32? before?)
    (define before-f64? before?)
    (define before-c64? before-complex?)
    (define before-c128? before-complex?)

    ;;; Lists

    (define-syntax define-lists
      (syntax-rules ()
        ((_ (to-list to-who from-list from-who is? what fits? make size ref
             set)
            ...)
         (begin
           (define (to-list v :up-to 2 range)
             "The list of the elements from start to before end."
             (check-type is? to-who what 1 v)
             (with-range (to-who (size v) range start end)
               (let loop ((i (- end 1)) (list '()))
                 (if (< i start)
                     list
                     (loop (- i 1) (cons (ref v i) list))))))
           ...
           (define (from-list list)
             "The vector of the elements of a list."
             (check-type list? from-who "a list" 1 list)
             (let* ((n (length list)) (v (make n)))
               (let loop ((i 0) (list list))
                 (if (= i n)
                     v
                     (begin
                       (check-type fits? from-who "a list of elements" 1
                                   (car list))
                       (set v i (car list))
                       (loop (+ i 1) (cdr list)))))))
           ...))))

    (define-lists
      (u8vector->list "u8vector->list" list->u8vector
       "list->u8vector" u8vector? "a u8vector" fits-u8?
       make-u8vector u8vector-length u8vector-ref u8vector-set!)
      (s8vector->list "s8vector->list" list->s8vector
       "list->s8vector" s8vector? "a s8vector" fits-s8?
       make-s8vector s8vector-length s8vector-ref s8vector-set!)
      (u16vector->list "u16vector->list" list->u16vector
       "list->u16vector" u16vector? "a u16vector" fits-u16?
       make-u16vector u16vector-length u16vector-ref u16vector-set!)
      (s16vector->list "s16vector->list" list->s16vector
       "list->s16vector" s16vector? "a s16vector" fits-s16?
       make-s16vector s16vector-length s16vector-ref s16vector-set!)
      (u32vector->list "u32vector->list" list->u32vector
       "list->u32vector" u32vector? "a u32vector" fits-u32?
       make-u32vector u32vector-length u32vector-ref u32vector-set!)
      (s32vector->list "s32vector->list" list->s32vector
       "list->s32vector" s32vector? "a s32vector" fits-s32?
       make-s32vector s32vector-length s32vector-ref s32vector-set!)
      (u64vector->list "u64vector->list" list->u64vector
       "list->u64vector" u64vector? "a u64vector" fits-u64?
       make-u64vector u64vector-length u64vector-ref u64vector-set!)
      (s64vector->list "s64vector->list" list->s64vector
       "list->s64vector" s64vector? "a s64vector" fits-s64?
       make-s64vector s64vector-length s64vector-ref s64vector-set!)
      (f32vector->list "f32vector->list" list->f32vector
       "list->f32vector" f32vector? "a f32vector" fits-f32?
       make-f32vector f32vector-length f32vector-ref f32vector-set!)
      (f64vector->list "f64vector->list" list->f64vector
       "list->f64vector" f64vector? "a f64vector" fits-f64?
       make-f64vector f64vector-length f64vector-ref f64vector-set!)
      (c64vector->list "c64vector->list" list->c64vector
       "list->c64vector" c64vector? "a c64vector" fits-c64?
       make-c64vector c64vector-length c64vector-ref c64vector-set!)
      (c128vector->list "c128vector->list" list->c128vector
       "list->c128vector" c128vector? "a c128vector" fits-c128?
       make-c128vector c128vector-length c128vector-ref c128vector-set!))))
