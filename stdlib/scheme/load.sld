;;; R7RS (scheme load). Loading source is not part of this release: the library is empty.
(define-library (scheme load)
  (export)
  (import (plc core)))
