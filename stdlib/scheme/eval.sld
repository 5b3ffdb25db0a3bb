;;; R7RS (scheme eval).
(define-library (scheme eval)
  (export environment eval)
  (import (plc eval)))
