; RUN: %plc build -O2 --emit=asm %s -o %t.s
; RUN: FileCheck %s < %t.s
; RUN: FileCheck --check-prefix=OBJECT %s < %t.s
; RUN: FileCheck --check-prefix=KEPT %s < %t.s
; What only native functions get is an address in a register, around a loop, too.
(import (scheme base) (scheme write) (plc) (plc core))
(define-syntax first (syntax-rules () ((_) (%native-call "first" "first" "p<node>()"))))
(define-syntax next (syntax-rules () ((_ p) (%native-call "next" "next" "p<node>(p<node>)" p))))
(define-syntax visit (syntax-rules () ((_ p) (%native-call "visit" "visit" "v(k<node>)" p))))
(define (walk)
  (let loop ((p (first)))
    (when p (visit p) (loop (next p)))))
(define (object) (next (first)))
(define (kept)
  (let loop ((p (first)) (seen '()))
    (if p (loop (next p) (cons p seen)) seen)))
(write (list walk object kept))

; CHECK-LABEL: :walk":
; CHECK: callq *{{.*}}first
; CHECK: testq [[P:%r[a-z0-9]+]], [[P]]
; CHECK-NOT: 196836
; CHECK-NOT: sarq
; CHECK: movq [[P2:%r[a-z0-9]+]], %rdi
; CHECK-NEXT: callq *
; CHECK-NOT: 196836
; CHECK: movq [[P2]], %rdi
; CHECK-NEXT: callq *
; CHECK-NOT: 196836
; CHECK: .Lfunc_end

; The last one is given to Lisp, and only that one is an object.
; OBJECT-LABEL: :object":
; OBJECT: callq *first
; OBJECT-NOT: 196836
; OBJECT: callq *next
; OBJECT: movq $196836
; OBJECT-NOT: 196836
; OBJECT: .Lfunc_end

; Here each is.
; KEPT-LABEL: :kept":
; KEPT: callq *first
; KEPT: movq $196836
; KEPT: callq *
; KEPT: movq $196836
