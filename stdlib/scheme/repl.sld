;;; R7RS (scheme repl). The interaction environment is not part of this release: the library is
;;; empty.
(define-library (scheme repl)
  (export)
  (import (plc core)))
