;;; R7RS (scheme lazy).
(define-library (scheme lazy)
  (export delay delay-force force make-promise promise?)
  (import (plc core) (plc primitives)))
