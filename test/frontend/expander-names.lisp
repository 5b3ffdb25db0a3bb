; RUN: %plc check %s 2>&1 | FileCheck %s
; An unbound variable is a warning with the nearest name: a later definition may
; still bind it. A bound identifier keeps its meaning, whatever it looks like.

(define counter 1)
(define a.b 2)
(define list:first 3)
; CHECK-NOT: a.b
; CHECK: warning[W0201]: unbound variable `conter`
; CHECK: = help: is `counter` meant?
(display conter)
(display a.b)
(display list:first)
; CHECK-NOT: :key
(display :key)
; Definitions of the same name silently win over what is visible implicitly.
; CHECK-NOT: warning
(define (filter x) x)
(define (vector-map x) x)
(filter 1)
(vector-map 1)
