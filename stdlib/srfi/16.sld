;;; SRFI 16: procedures of variable arity.
(define-library (srfi 16)
  (export case-lambda)
  (import (plc core)))
