;;; SRFI 143: fixnums. What does not fit into one is an error.
(define-library (srfi 143)
  (export
   fx-width fx-greatest fx-least fixnum? fx=? fx<? fx>? fx<=? fx>=? fxzero?
   fxpositive? fxnegative? fxodd? fxeven? fxmax fxmin fx+ fx- fxneg fx*
   fxquotient fxremainder fxabs fxsquare fxsqrt fx+/carry fx-/carry fx*/carry
   fxnot fxand fxior fxxor fxarithmetic-shift fxarithmetic-shift-left
   fxarithmetic-shift-right fxbit-count fxlength fxif fxbit-set? fxcopy-bit
   fxfirst-set-bit fxbit-field fxbit-field-rotate fxbit-field-reverse)
  (import (plc core) (plc primitives) (plc arguments)
          (only (srfi 141) balanced/)
          (only (srfi 151) bit-count integer-length bitwise-if bit-set?
                copy-bit first-set-bit bit-field bit-field-rotate
                bit-field-reverse))
  (begin
    (define fx-width 61)
    (define fx-greatest (- (expt 2 60) 1))
    (define fx-least (- (expt 2 60)))

    ;; (define-fx NAME "NAME" (PARAMETER ...) DOC VALUE): every argument and the
    ;; value are fixnums.
    (define-syntax define-fx
      (syntax-rules ()
        ((_ name who (i) text value)
         (define (name i)
           text
           (check-type fixnum? who "a fixnum" 1 i)
           (fitting who value)))
        ((_ name who (i j) text value)
         (define (name i j)
           text
           (check-type fixnum? who "a fixnum" 1 i)
           (check-type fixnum? who "a fixnum" 2 j)
           (fitting who value)))
        ((_ name who (i j k) text value)
         (define (name i j k)
           text
           (check-type fixnum? who "a fixnum" 1 i)
           (check-type fixnum? who "a fixnum" 2 j)
           (check-type fixnum? who "a fixnum" 3 k)
           (fitting who value)))))

    (define (fitting who value)
      (if (not (fixnum? value))
          (error (string-append who ": the result is no fixnum") value))
      value)

    (define-syntax define-test
      (syntax-rules ()
        ((_ name who text i value)
         (define (name i)
           text
           (check-type fixnum? who "a fixnum" 1 i)
           value))))

    (define-syntax define-folded
      (syntax-rules ()
        ((_ name who text operation)
         (define (name first . rest)
           text
           (check-all who "a fixnum" 1 fixnum? (cons first rest))
           (apply operation first rest)))))

    (define-folded fx=? "fx=?" "True if all are equal." =)
    (define-folded fx<? "fx<?" "True if they increase." <)
    (define-folded fx>? "fx>?" "True if they decrease." >)
    (define-folded fx<=? "fx<=?" "True if none is less than the one before." <=)
    (define-folded fx>=? "fx>=?" "True if none is greater than the one before."
      >=)
    (define-folded fxmax "fxmax" "The greatest." max)
    (define-folded fxmin "fxmin" "The least." min)

    (define-test fxzero? "fxzero?" "True of 0." i (eqv? i 0))
    (define-test fxpositive? "fxpositive?" "True if greater than 0." i (> i 0))
    (define-test fxnegative? "fxnegative?" "True if less than 0." i (< i 0))
    (define-test fxodd? "fxodd?" "True if odd." i (odd? i))
    (define-test fxeven? "fxeven?" "True if even." i (even? i))

    (define-fx fx+ "fx+" (i j) "The sum." (+ i j))
    (define-fx fx- "fx-" (i j) "The difference." (- i j))
    (define-fx fx* "fx*" (i j) "The product." (* i j))
    (define-fx fxneg "fxneg" (i) "The negative." (- i))
    (define-fx fxquotient "fxquotient" (i j) "The truncated quotient."
      (quotient i j))
    (define-fx fxremainder "fxremainder" (i j)
      "What the truncated quotient leaves." (remainder i j))
    (define-fx fxabs "fxabs" (i) "The absolute value." (if (< i 0) (- i) i))
    (define-fx fxsquare "fxsquare" (i) "The square." (* i i))

    (define (fxsqrt i)
      "The whole part of the root, and the rest."
      (check-type fixnum? "fxsqrt" "a fixnum" 1 i)
      (exact-integer-sqrt i))

    ;; Sums and products of any size, as a fixnum and a carry.
    (define-syntax define-carry
      (syntax-rules ()
        ((_ name who text (i j k) value)
         (define (name i j k)
           text
           (check-all who "a fixnum" 1 fixnum? (list i j k))
           (call-with-values (lambda () (balanced/ value (expt 2 fx-width)))
             (lambda (carry result) (values result carry)))))))
    (define-carry fx+/carry "fx+/carry" "The low part of a sum, and the carry."
      (i j k) (+ i j k))
    (define-carry fx-/carry "fx-/carry"
      "The low part of a difference, and the carry." (i j k) (- i j k))
    (define-carry fx*/carry "fx*/carry"
      "The low part of (+ (* i j) k), and the carry." (i j k) (+ (* i j) k))

    (define-fx fxnot "fxnot" (i) "The complement." (bitwise-not i))
    (define-syntax define-bits
      (syntax-rules ()
        ((_ name who text operation)
         (define (name . integers)
           text
           (check-all who "a fixnum" 1 fixnum? integers)
           (apply operation integers)))))
    (define-bits fxand "fxand" "The bits set in all." bitwise-and)
    (define-bits fxior "fxior" "The bits set in any." bitwise-ior)
    (define-bits fxxor "fxxor" "The bits set in an odd number." bitwise-xor)
    (define-fx fxarithmetic-shift "fxarithmetic-shift" (i count)
      "Shifted to the left, or to the right if count is negative."
      (arithmetic-shift i count))
    (define-fx fxarithmetic-shift-left "fxarithmetic-shift-left" (i count)
      "Shifted to the left." (arithmetic-shift i (shift-count count)))
    (define-fx fxarithmetic-shift-right "fxarithmetic-shift-right" (i count)
      "Shifted to the right." (arithmetic-shift i (- (shift-count count))))
    (define (shift-count count)
      (check-range "fxarithmetic-shift" 0 count fx-width)
      count)
    (define-fx fxbit-count "fxbit-count" (i)
      "How many bits are 1, or 0 in a negative number." (bit-count i))
    (define-fx fxlength "fxlength" (i) "The bits that it takes."
      (integer-length i))
    (define-fx fxif "fxif" (mask i j) "Bits of i where mask has ones, else of j."
      (bitwise-if mask i j))
    (define (fxbit-set? index i)
      "True if the bit is 1."
      (check-type fixnum? "fxbit-set?" "a fixnum" 1 index)
      (check-type fixnum? "fxbit-set?" "a fixnum" 2 i)
      (bit-set? index i))
    (define (fxcopy-bit index i bit)
      "With that bit as the boolean says."
      (check-type fixnum? "fxcopy-bit" "a fixnum" 1 index)
      (check-type fixnum? "fxcopy-bit" "a fixnum" 2 i)
      (fitting "fxcopy-bit" (copy-bit index i bit)))
    (define-fx fxfirst-set-bit "fxfirst-set-bit" (i)
      "The index of the lowest 1, or -1." (first-set-bit i))
    (define-fx fxbit-field "fxbit-field" (i start end)
      "The bits from start to before end." (bit-field i start end))
    (define (fxbit-field-rotate i count start end)
      "With the bits of a field shifted around in it."
      (check-all "fxbit-field-rotate" "a fixnum" 1 fixnum?
                 (list i count start end))
      (fitting "fxbit-field-rotate" (bit-field-rotate i count start end)))
    (define-fx fxbit-field-reverse "fxbit-field-reverse" (i start end)
      "With the bits of a field in reverse order."
      (bit-field-reverse i start end))))
