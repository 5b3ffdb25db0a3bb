(define fine 1)

(define (wrong)
  (if))
