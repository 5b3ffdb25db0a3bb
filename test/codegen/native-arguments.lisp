; RUN: %plc build -O2 --emit=asm %s -o %t.s
; RUN: FileCheck --check-prefix=TEXT %s < %t.s
; RUN: FileCheck --check-prefix=LITERAL %s < %t.s
; RUN: FileCheck --check-prefix=INTEGER %s < %t.s
; RUN: FileCheck --check-prefix=POINTER %s < %t.s
(import (scheme base) (scheme write) (plc core))
(define (text x) (%native-call "native_text" "native_text" "i32(s)" x))
(define (literal) (%native-call "native_literal" "native_literal" "i32(s,...)" "as it is" "and more"))
(define (integer x) (%native-call "native_integer" "native_integer" "v(i16)" x))
(define (pointer x) (%native-call "native_pointer" "native_pointer" "p<int>(p<int>)" x))
(write (list text literal integer pointer))

; Short text is put in the frame by one call.
; TEXT-LABEL: text":
; TEXT: callq rt_native_string
; TEXT: callq *native_text@GOTPCREL(%rip)

; A literal is passed as C has it, also where a variadic function takes it.
; LITERAL-LABEL: literal":
; LITERAL-NOT: callq
; LITERAL: leaq .Ltext{{.*}}, %rdi
; LITERAL-NOT: callq
; LITERAL: callq *native_literal@GOTPCREL(%rip)

; One test tells that it is an integer and that it fits.
; INTEGER-LABEL: integer":
; INTEGER: ro{{[lr]}}q
; INTEGER-NEXT: {{cmpq|shrq|testq}}
; INTEGER-NEXT: j
; INTEGER-NOT: j
; INTEGER: sh{{[lr]}}{{[lq]}} $3
; INTEGER: callq *native_integer@GOTPCREL(%rip)

; A pointer that came from C is known by its header and its type.
; POINTER-LABEL: pointer":
; POINTER: notl
; POINTER: j
; POINTER: cmpq $196836
; POINTER-NEXT: j
; POINTER: callq *native_pointer@GOTPCREL(%rip)
