;;; Checks of arguments, for the libraries written in Lisp: conditions like
;;; those of the primitives, which name the procedure that the user called.
(define-library (plc check)
  (export check check-index wrong-type out-of-range)
  (import (plc core) (plc primitives))
  (begin
    (define (wrong-type who position expected got)
      "Raises wrong-type for an argument of the procedure named who."
      (raise (make-condition
              'wrong-type
              (string-append (symbol->string who) ": expected " expected
                             " as argument " (number->string position))
              (list got))))

    (define (out-of-range who index length)
      "Raises range for an index of the procedure named who."
      (raise (make-condition
              'range
              (string-append (symbol->string who)
                             ": index out of range, length "
                             (number->string length))
              (list index))))

    ;; (check string? object "a string" 'who 1)
    (define-syntax check
      (syntax-rules ()
        ((_ fits? object expected who position)
         (if (not (fits? object))
             (wrong-type who position expected object)))))

    (define (check-index object who position)
      "Raises wrong-type unless object is an exact integer, not negative."
      (if (not (and (exact-integer? object) (>= object 0)))
          (wrong-type who position "an exact nonnegative integer" object)))))
