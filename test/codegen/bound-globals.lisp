; RUN: plc build -O2 --emit=llvm %s -o - | FileCheck %s
; RUN: plc build -O0 --emit=llvm %s -o - | FileCheck %s
; A variable that nothing reads before its definition is read without a test.
(define counter (string->number "1"))
(define (count!) (set! counter (list counter late)))

; The call may run `early`, and did so before `later` was defined.
(define (early) (set! count! early) (list later count!))
(define table (vector early))
(if (pair? (read)) ((vector-ref table 0)))
(define later (string->number "2"))
(define late (string->number "3"))
(display count!)
(set! later 4)
(set! late 5)

; CHECK-LABEL: define {{.*}}:count!"
; CHECK-NOT: rt_unbound_variable
; CHECK: }
; CHECK-LABEL: define {{.*}}:early"
; CHECK: rt_unbound_variable{{.*}}later
; CHECK: }
