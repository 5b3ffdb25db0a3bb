;;; The smallest program with something to compute.
;;;
;;;   plc run examples/fib.lisp

(define (fib n)
  (if (< n 2)
      n
      (+ (fib (- n 1)) (fib (- n 2)))))

(display (fib 30))
(newline)
