;; A path that is right only from the folder where libraries are searched.
(define-library (included searched)
  (export searched-value)
  (import (scheme base))
  (begin (define searched-value (include "included/value.scm"))))
