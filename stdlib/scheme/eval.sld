;;; R7RS (scheme eval). Evaluation is not part of this release: the library is empty.
(define-library (scheme eval)
  (export)
  (import (plc core)))
