(define-library (failing body)
  (export x)
  (import (scheme base) (scheme write) (failing switch))
  (begin
    (display "[body]")
    (define x
      (case (mode)
        ((raise) (error "no x"))
        ((escape) (exit-now))
        (else 'x)))))
