;;; R7RS (scheme read).
(define-library (scheme read)
  (export read)
  (import (plc primitives)))
