;;; SRFI 30: nested block comments, which the reader knows. No names.
(define-library (srfi 30)
  (export)
  (import (plc core)))
