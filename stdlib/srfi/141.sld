;;; SRFI 141: integer division, by six ways to round the quotient.
(define-library (srfi 141)
  (export
   ceiling/ ceiling-quotient ceiling-remainder
   euclidean/ euclidean-quotient euclidean-remainder
   floor/ floor-quotient floor-remainder
   round/ round-quotient round-remainder
   truncate/ truncate-quotient truncate-remainder
   balanced/ balanced-quotient balanced-remainder)
  (import (scheme base) (plc arguments))
  (begin
    (define-syntax check-operands
      (syntax-rules ()
        ((_ who n d)
         (begin
           (check-type integer? who "an integer" 1 n)
           (check-type integer? who "an integer" 2 d)
           (if (zero? d) (error (string-append who ": division by zero") n))))))

    ;; The three procedures of a way: the floor quotient q with remainder r is
    ;; rounded up where up? says so.
    (define-syntax define-division
      (syntax-rules ()
        ((_ (both both-name) (quotient quotient-name)
            (remainder remainder-name) (n d q r) up?)
         (begin
           (define (both n d)
             "The quotient and the remainder."
             (check-operands both-name n d)
             (let-values (((q r) (floor/ n d)))
               (if up? (values (+ q 1) (- r d)) (values q r))))
           (define (quotient n d)
             "The rounded quotient."
             (check-operands quotient-name n d)
             (let-values (((q r) (both n d))) q))
           (define (remainder n d)
             "What the rounded quotient leaves."
             (check-operands remainder-name n d)
             (let-values (((q r) (both n d))) r))))))

    (define-division (ceiling/ "ceiling/")
      (ceiling-quotient "ceiling-quotient")
      (ceiling-remainder "ceiling-remainder")
      (n d q r) (not (zero? r)))

    ;; The remainder is not negative.
    (define-division (euclidean/ "euclidean/")
      (euclidean-quotient "euclidean-quotient")
      (euclidean-remainder "euclidean-remainder")
      (n d q r) (negative? r))

    ;; To the nearest, from the middle to the even one.
    (define-division (round/ "round/")
      (round-quotient "round-quotient")
      (round-remainder "round-remainder")
      (n d q r)
      (let ((twice (abs (* 2 r))) (whole (abs d)))
        (or (> twice whole) (and (= twice whole) (odd? q)))))

    ;; The remainder is at least -|d|/2 and less than |d|/2.
    (define-division (balanced/ "balanced/")
      (balanced-quotient "balanced-quotient")
      (balanced-remainder "balanced-remainder")
      (n d q r)
      (let ((twice (* 2 r)) (whole (abs d)))
        (if (positive? d)
            (>= twice whole)
            (< twice (- whole)))))))
