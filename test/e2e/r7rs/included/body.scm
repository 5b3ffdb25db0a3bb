(define (local-sum a b) (+ a b))
