;;; R7RS (scheme load).
(define-library (scheme load)
  (export load)
  (import (plc eval)))
