;;; Imported by eval only.
(define-library (later)
  (export answer)
  (import (scheme base) (counter))
  (begin (define answer (list 'answer (count)))))
