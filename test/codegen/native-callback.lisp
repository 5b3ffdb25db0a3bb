; RUN: %plc build -O2 --emit=asm %s -o %t.s
; RUN: FileCheck %s < %t.s
; RUN: FileCheck --check-prefix=LEAF %s < %t.s
; What native code calls is one function of C's convention, which puts the record
; of a boundary around one call and takes it away again. Nothing of the runtime
; is called on the way, unless the thread, the stack or a throw that waits is in
; the way.
(import (scheme base) (scheme write) (plc core))
(define-syntax callbacks
  (syntax-rules ()
    ((_ n f)
     (%native-call "native_callback" "native_callback" "i64(i64,F<i64(i64)>)" n f))))
(define log '())
(define (note x) (set! log (cons x log)) x)
(define (increment x) (+ x 1))
(write (callbacks 10 note))
(write (callbacks 10 increment))
(write (callbacks 10 (lambda (x) (+ x (vector-ref (vector 1) 0)))))

; The thread and the stack; the record; the call; what is restored.
; CHECK-LABEL: {{^}}callback:
; CHECK-NOT: callq
; CHECK: movq rt_context{{.*}}(%rip), [[CTX:%r[a-z0-9]+]]
; CHECK-NOT: callq
; CHECK: %fs:0
; CHECK-NOT: callq
; CHECK: movq %rsp,
; CHECK-NOT: callq
; CHECK: callq "plc:1:note"
; CHECK-NOT: callq
; CHECK: popq %rbp
; CHECK: retq
; What is no fixnum is converted by another function.
; CHECK-DAG: callq callback.lisp
; CHECK-DAG: callq callback.result
; CHECK-DAG: callq rt_callback_slow

; A procedure that calls nothing is put in place.
; LEAF-LABEL: {{^}}callback.leaf:
; LEAF-NOT: callq
; LEAF: %fs:0
; LEAF-NOT: callq
; LEAF: jo callback
; LEAF-NOT: callq
; LEAF: retq
; LEAF-NOT: callq
; LEAF: Lfunc_end
