;;; R7RS (scheme write).
(define-library (scheme write)
  (export display write write-shared write-simple)
  (import (plc primitives)))
