;;; SRFI 62: datum comments, which the reader knows. No names.
(define-library (srfi 62)
  (export)
  (import (plc core)))
