; RUN: %plc run -O0 -I %S/Inputs/libraries %s 2> %t.err | FileCheck %s
; RUN: %plc run -O2 -I %S/Inputs/libraries %s 2>&1 >/dev/null | diff %t.err -
; RUN: FileCheck %s --check-prefix=WARN < %t.err

; R7RS calls these errors; programs of others have them, so they only warn. The
; later definition assigns.
(import (scheme base) (scheme write) (again))

; CHECK: 2 (1 2)
; WARN: warning[W0202]: `x` is defined twice in one body
; WARN-NEXT: :[[#@LINE+4]]:11
(define (twice)
  (define x 1)
  (define before (list x))
  (define x 2)
  (list x (append before (list x))))
(apply (lambda (x l) (write x) (display " ") (write l) (newline)) (twice))

; A later procedure is called, from what is defined before it too.
; CHECK-NEXT: (later later)
(define (procedures)
  (define (f) 'first)
  (define (g) (f))
  (define (f) 'later)
  (list (f) (g)))
(write (procedures))
(newline)

; CHECK-NEXT: done
; WARN: warning[W0205]: body without an expression
(define (nothing)
  (display "done")
  (newline)
  (define x 1))
(nothing)

; What the library says of itself.
; CHECK-NEXT: (own own) 2
; WARN-DAG: warning[W0202]: `counter` is defined twice in one library
; WARN-DAG: warning[W0203]: definition of `list-copy`, which is imported
; WARN-DAG: warning[W0204]: `twice-copied` is exported twice
(write (twice-copied '(1)))
(display " ")
(write counter)
(newline)
