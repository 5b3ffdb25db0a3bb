;; The other half of mutual recursions; see ../tail-calls-across-libraries.lisp.
(define-library (tail-calls-libraries relay)
  (export pass-2 pass-6 pass-12 pass-rest pass-apply)
  (import (scheme base))
  (begin
    (define (pass-2 n back) (back n pass-2))
    (define (pass-6 n a b c d back) (back n b c d a pass-6))
    (define (pass-12 n a b c d e f g h i j back)
      (back n b c d e f g h i j a pass-12))
    (define (pass-rest n back . rest) (apply back n pass-rest rest))
    (define (pass-apply n back) (apply back (list n pass-apply)))))
