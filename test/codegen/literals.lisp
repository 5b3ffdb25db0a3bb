; RUN: %plc build -O2 --emit=llvm %s -o - | FileCheck %s
; Constants are static data: the symbol shared in the program, the list marked
; by nothing but its place.
(define (f) '(one two))
(display (f))

; CHECK-DAG: @"plc:sym:one" = linkonce_odr hidden constant
; CHECK-DAG: @"plc:sym:two" = linkonce_odr hidden constant
; CHECK-DAG: private constant [2 x i64] {{.*}}@"plc:sym:one"
