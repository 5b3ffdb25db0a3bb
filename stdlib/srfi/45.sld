;;; SRFI 45: iterative lazy algorithms, which R7RS has under other names.
(define-library (srfi 45)
  (export (rename delay-force lazy) (rename make-promise-of eager) delay force)
  (import (scheme base) (scheme lazy))
  (begin
    (define (make-promise-of value)
      "A promise of the value, be it a promise or not."
      (delay value))))
