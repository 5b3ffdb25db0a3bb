; RUN: %plc run -O0 %s 2> %t.err | FileCheck %s
; RUN: %plc run -O2 %s 2>&1 >/dev/null | FileCheck --check-prefix=WARN %s
; RUN: %plc build -O2 %s -o %t 2> %t.err && %t | FileCheck %s

; RUN: %plc run %S/Inputs/redefined-without-import.lisp | FileCheck --check-prefix=R5RS %s
; R5RS: asked (b 2)

; Until a program's own definition of an imported name is reached, the name
; means what was imported.
(import (scheme base) (scheme write) (scheme cxr))

; CHECK: 3 counted 1
(define old+ +)
(define count 0)
(define (+ . numbers)
  (set! count (old+ count 1))
  (apply old+ numbers))
(write (+ 1 2))
(display " counted ")
(write count)
(newline)

; CHECK-NEXT: (mine 1) (mine 1)
(define list
  (let ((old list)) (lambda elements (cons 'mine elements))))
(define (both) (display (list 1)) (display " ") (display (list 1)) (newline))
(both)

; A procedure sees the program's own, also from before the definition.
; CHECK-NEXT: own
(define (later) (cadddr '(1 2 3 4)))
(define first-cadddr (cadddr '(1 2 3 fourth)))
(define (cadddr l) 'own)
(display (later))
(newline)
; CHECK-NEXT: fourth
(display first-cadddr)
(newline)

; What is delayed sees it, too.
; CHECK-NEXT: own
(import (scheme lazy))
(define promised (delay (caddr '(1 2 3))))
(define (caddr l) 'own)
(display (force promised))
(newline)

; Of two imports of a name the later is meant.
; WARN: warning[W0206]: `cdddr` imported with two meanings
; WARN-NEXT: :[[#@LINE+2]]:9
; CHECK-NEXT: a
(import (rename (only (scheme base) car) (car cdddr)))
(display (cdddr '(a b c d)))
(newline)
