(define-library (geometry point)
  (export make-point point? (rename point-x x-of) point-y set-point-x! origin
          define-point point+ counter)
  (import (scheme base) (only (scheme inexact) sqrt))
  (include "point-body.scm")
  (begin
    (define origin (make-point 0 0))
    (define count 0)
    (define (counter) (set! count (+ count 1)) count)
    (define-syntax define-point
      (syntax-rules ()
        ((_ name x y) (define name (begin (counter) (make-point x y))))))))
