; RUN: %plc check %s 2>&1 | FileCheck %s
; RUN: %plc build -O0 %s -o %t 2> %t.err && %t | FileCheck --check-prefix=OUT %s
; RUN: %plc build -O2 %s -o %t 2> %t.err && %t | FileCheck --check-prefix=OUT %s
; RUN: %plc run %s 2> %t.err | FileCheck --check-prefix=OUT %s
; RUN: not %plc check %S/Inputs/uncaught-calls.lisp 2>&1 \
; RUN:   | FileCheck --check-prefix=UNCAUGHT %S/Inputs/uncaught-calls.lisp
; Where the program is about to catch the error of a call that cannot succeed,
; it is a warning, and the call raises when it runs.

(define (two a b) (list a b))
(define (say e) (display (if (error-object? e) (error-object-message e) e)) (newline))
(define-syntax caught
  (syntax-rules () ((_ e) (guard (x (#t (say x))) e (say 'no-error)))))

; CHECK: warning[E0204]: wrong number of arguments to `two`
; OUT: two: expected 2 arguments, got 1
(guard (e (#t (say e))) (two 1))
; CHECK: warning[E0204]: wrong number of arguments to `vector-ref`
; OUT-NEXT: vector-ref: expected 2 arguments, got 1
(guard (e ((string? e) 'no) ((error-object? e) (say e)))
  (+ 1 (vector-ref (vector 1))))
; CHECK: warning[E0204]: wrong number of arguments to `two`
; OUT-NEXT: two: expected 2 arguments, got 3
(call/cc
 (lambda (k)
   (with-exception-handler (lambda (e) (say e) (k 1)) (lambda () (two 1 2 3)))))
; CHECK: warning[E0204]: wrong number of arguments to `loop`
; OUT-NEXT: loop: expected 1 argument, got 0
(caught (let loop ((i 0)) (if (< i 3) (loop) i)))
; CHECK: warning[E0301]: call of something that is no procedure
; OUT-NEXT: the object called is not a procedure
(caught (1 2))
; CHECK: warning[E0204]: wrong number of arguments to `either`
; OUT-NEXT: either: no clause takes these arguments
(caught (let ((either (case-lambda ((a) a) ((a b) b)))) (either 1 2 3)))
; CHECK: warning[E0204]: wrong number of arguments to `car`
; OUT-NEXT: car: expected 1 argument, got 2
(caught (if (car '(1) '(2)) 1 2))
; CHECK: warning[E0204]: wrong number of arguments to `cons`
; OUT-NEXT: cons: expected 2 arguments, got 1
(caught (map (lambda (x) (cons x)) '(1)))
; CHECK: warning[E0204]: wrong number of arguments to `lambda`
; OUT-NEXT: expected 1 argument, got 0
(caught ((lambda (x) x)))
; CHECK: warning[E0204]: wrong number of arguments to `apply`
; OUT-NEXT: apply: expected at least 2 arguments, got 1
(define (raises? thunk) (caught (thunk)))
(raises? (lambda () (apply +)))
; CHECK: warning[E0234]: `later` is used before it is defined
; OUT-NEXT: variable used before its definition was evaluated
(caught (let () (define now later) (define later 1) now))
; What a template wrote may never run.
; CHECK: warning[E0204]: wrong number of arguments to `max`
; OUT-NEXT: 3
(define-syntax largest
  (syntax-rules () ((_ list) (if (null? list) (max) (apply max list)))))
(say (largest '(1 3 2)))
; After a call it is not certain that the use is reached.
; CHECK: warning[E0234]: `y` is used before it is defined
; OUT-NEXT: early
(define (leaves-first)
  (define x (begin (raise "early") y))
  (define y 1)
  x)
(display (guard (e ((string? e) e)) (leaves-first)))
(newline)
; CHECK: warning[E0234]: `y` is used before it is defined
; OUT-NEXT: sooner
(define (leaves-sooner)
  (letrec* ((w (raise "sooner")) (x (list y)) (y 1)) x))
(display (guard (e ((string? e) e)) (leaves-sooner)))
(newline)
; An operand that does not return comes before the call.
; CHECK: warning[E0301]: call of something that is no procedure
; OUT-NEXT: 1
(define leaving call/cc)
(display (leaving (lambda (c) (0 (c 1)))))
(newline)
; CHECK-NOT: error
