; RUN: plc build -O2 --emit=llvm %s -o - | FileCheck %s
; RUN: plc build -O0 --emit=llvm %s -o - | FileCheck %s
; A variable that nothing reads before its definition is read without a test.
(define counter (string->number "1"))
(define (count!) (set! counter (list counter late)))

; The call of `display` may run what `early` refers to: it was made before.
(define (early) (set! count! early) (list later count!))
(display early)
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
