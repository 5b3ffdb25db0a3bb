(define-library (failing user)
  (export y)
  (import (scheme base) (scheme write) (failing body))
  (begin
    (display "[user]")
    (define y (list x))))
