;;; SRFI 124: ephemerons.
(define-library (srfi 124)
  (export ephemeron? make-ephemeron ephemeron-broken? ephemeron-key
          ephemeron-datum reference-barrier)
  (import (plc core) (plc primitives))
  (begin
    (define (reference-barrier key)
      "Does nothing; until it is called, the key is there."
      ;; The call of the runtime is a use that no pass removes.
      (ephemeron-broken? (make-ephemeron key #f))
      (if #f #f))))
