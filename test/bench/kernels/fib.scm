;; Doubly recursive Fibonacci: small calls and fixnum arithmetic.
;; input: n
(define (fib n)
  (if (< n 2)
      n
      (+ (fib (- n 1)) (fib (- n 2)))))

(display (fib (read)))
(newline)
