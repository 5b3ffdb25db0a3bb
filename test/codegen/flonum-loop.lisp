; RUN: %plc build -O2 --emit=llvm %s -o - | FileCheck %s
; A loop over flonums keeps them unboxed: no rotation, no box.
(define (sum n)
  (let loop ((i n) (acc 0.0))
    (if (< i 0.5) acc (loop (- i 1.0) (+ acc (* i i))))))
(display (sum 100.0))

; CHECK-LABEL: define hidden preserve_nonecc i64 @"plc:init:
; CHECK: phi double
; CHECK: fmul double
; CHECK-NOT: llvm.fshl
; CHECK: br i1
