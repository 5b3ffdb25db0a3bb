;;; SRFI 34: exception handling for programs.
(define-library (srfi 34)
  (export guard raise with-exception-handler)
  (import (scheme base)))
