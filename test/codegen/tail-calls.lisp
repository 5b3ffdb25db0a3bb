; RUN: %plc build -O0 --emit=llvm %s -o - | FileCheck %s
; Calls in tail position are musttail, also of what may be no procedure, and
; the arity error is one too.
(define (apply-twice f x)
  (f (f x)))
(display (apply-twice (if (eq? 1 2) car cadr) '(1 (2 3))))

; CHECK: define internal preserve_nonecc i64 @"plc:{{.*}}:apply-twice
; CHECK: musttail call preserve_nonecc i64 %
; CHECK: ret i64
