;;; Found by hand: a folded difference of infinities had the sign bit
;;; set that the processor gives it, and was not eqv? to other NaNs.
(import (scheme base) (scheme write))
(define cell (vector #f))
(define (opaque x) (vector-set! cell 0 x) (vector-ref cell 0))
(define folded (- +inf.0 +inf.0))
(define computed (- (opaque +inf.0) +inf.0))
(write (list (eqv? folded +nan.0) (eqv? folded computed)
             (eqv? (/ 0.0 0.0) +nan.0) (eqv? (- folded) computed)
             (equal? (list folded) (list (+ computed 1.0)))
             (pair? (memv computed (list 1 (* 0.0 +inf.0))))))
(newline)
