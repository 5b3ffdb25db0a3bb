;;; SRFI 60: integers as bits. Most of it is SRFI 151 under other names.
(define-library (srfi 60)
  (export
   bitwise-and (rename bitwise-and logand) bitwise-ior
   (rename bitwise-ior logior) bitwise-xor (rename bitwise-xor logxor)
   bitwise-not (rename bitwise-not lognot) bitwise-if
   (rename bitwise-if bitwise-merge) (rename any-bit-set? any-bits-set?)
   (rename any-bit-set? logtest) bit-count (rename bit-count logcount)
   integer-length first-set-bit (rename first-set-bit log2-binary-factors)
   bit-set? (rename bit-set? logbit?) copy-bit bit-field
   (rename bit-field-replace copy-bit-field) arithmetic-shift
   (rename arithmetic-shift ash) rotate-bit-field
   (rename bit-field-reverse reverse-bit-field) integer->list list->integer
   booleans->integer)
  (import (plc core) (plc primitives) (plc arguments)
          (only (srfi 151) bitwise-if any-bit-set? bit-count integer-length
                first-set-bit bit-set? copy-bit bit-field bit-field-replace
                bit-field-rotate bit-field-reverse))
  (begin
    (define (rotate-bit-field n count start end)
      "With the bits of a field shifted around in it."
      (if (< start end) (bit-field-rotate n count start end) n))

    (define (integer->list k :up-to 1 length)
      "The bits as booleans, the highest first; the lowest `length` of them."
      (if (not (exact-integer? k))
          (wrong-type "integer->list" "an exact integer" 1 k))
      (let ((length (option 0 length (integer-length k))))
        (check-count "integer->list" 2 length)
        (let loop ((k k) (n length) (bits '()))
          (if (eqv? n 0)
              bits
              (loop (arithmetic-shift k -1) (- n 1)
                    (cons (odd? k) bits))))))

    (define (list->integer booleans)
      "The integer of a list of bits, the highest first."
      (let loop ((rest booleans) (k 0))
        (if (ended? "list->integer" 1 rest)
            k
            (loop (cdr rest) (+ k k (if (car rest) 1 0))))))

    (define (booleans->integer . booleans)
      "The integer of the bits, the highest first."
      (list->integer booleans))))
