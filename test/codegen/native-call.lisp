; RUN: %plc build -O2 --emit=asm %s -o - | FileCheck %s
; Between the conversions of a native call stands one call, and nothing is
; allocated: doubles stay in registers, an int is shifted.
(import (scheme base) (scheme write) (plc core))
(define (doubles n)
  (do ((i 0 (+ i 1))
       (s 0.5 (%native-call "native_f" "native_f" "f64(f64)" s)))
      ((= i n) s)))
(write (doubles 10))

; CHECK: movq native_f@GOTPCREL(%rip), [[F:%r[a-z0-9]+]]
; CHECK: [[LOOP:\.LBB[0-9_]+]]:
; CHECK-NOT: rt_
; CHECK: callq *[[F]]
; CHECK-NEXT: cmpq $0, {{[0-9]+}}(%r12)
; CHECK-NOT: callq
; CHECK: j{{n?}}e {{.*}}
