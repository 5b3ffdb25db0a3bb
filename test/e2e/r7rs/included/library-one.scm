(define inner-one 1)
