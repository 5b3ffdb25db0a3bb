;;; Names that differ only behind a NUL, where object files end a symbol.
(define-library (conformance names)
  (import (scheme base))
  (export twin |twin\x0;a| |twin\x0;b| |twin\\0a|)
  (begin
    (define (twin) 1)
    (define (|twin\x0;a|) 2)
    (define |twin\x0;b| 3)
    (define |twin\\0a| 4)))
