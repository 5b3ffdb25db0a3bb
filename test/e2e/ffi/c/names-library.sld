;; A library that is made of a header's names, used by names.lisp.
(define-library (names-library)
  (export library-sum library-add library-limit make-place place-of twice-added)
  (import (scheme base) (plc))
  (import "names.h" :from "c" :as n)
  (begin
    (define (library-sum . numbers) (fold-left n:add 0 numbers))
    (define library-add n:add)
    (define library-limit n:LIMIT)
    (define (make-place k) (n:place :where k))
    (define (place-of p) (n:where p))
    (define-syntax twice-added
      (syntax-rules () ((_ x) (n:add x x))))))
