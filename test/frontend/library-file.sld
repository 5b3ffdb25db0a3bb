; RUN: not %plc check %s 2>&1 | FileCheck %s
(define-library (library file)
  (export x)
  (import (scheme base))
  (begin (define x 1)))
; CHECK: error[E0232]: form outside of a library
(display "not part of it")
