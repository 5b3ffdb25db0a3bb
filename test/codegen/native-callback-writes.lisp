; RUN: %plc build -O2 --emit=asm %s -o %t.s
; RUN: FileCheck %s < %t.s
; RUN: FileCheck --check-prefix=NONE %s < %t.s
; What writes is put in place, too, if all that might give up comes before.
(import (scheme base) (scheme write) (plc core))
(define-syntax callbacks
  (syntax-rules ()
    ((_ n f)
     (%native-call "native_callback" "native_callback" "i64(i64,F<i64(i64)>)" n f))))
(define last 0)
(define pair (cons 0 0))
(define (note x) (set! last x) (+ x 1))
(define (note-both x) (set! last x) (set-car! pair x) (+ x 1))
(define (read-back x) (set! last x) (+ last 1))
(define (note-and-look x) (set! last x) (if (< x 0) (- x) x))
(write (callbacks 10 note))
(write (callbacks 10 note-both))
(write (callbacks 10 read-back))
(write (callbacks 10 note-and-look))
(write last)

; CHECK-LABEL: {{^}}callback.leaf:
; CHECK-NOT: callq
; CHECK: jo callback
; CHECK-NOT: jo{{ }}
; CHECK: movq %r{{[a-z0-9]+}}, .Lcells
; CHECK-NOT: jo{{ }}
; CHECK: retq
; CHECK: Lfunc_end

; Only the first of several may have to look first; what was written is not read;
; nothing comes after.
; NONE: {{^}}callback.leaf:
; NONE-NOT: {{^}}callback.leaf
