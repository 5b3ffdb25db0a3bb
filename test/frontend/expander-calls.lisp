; RUN: not %plc check %s 2>&1 | FileCheck %s
; Calls that cannot succeed: argument counts are errors, constants of a wrong
; type are warnings, for the call still raises its condition when it runs.

(define (two a b) (list a b))
(define (some a . rest) (list a rest))
(define either (case-lambda ((a) a) ((a b) b)))
; CHECK: error[E0204]: wrong number of arguments to `two`
; CHECK: defined here
; CHECK: expected 2 arguments, found 1
(two 1)
; CHECK: expected at least 1 argument, found 0
(some)
; CHECK: error[E0204]: wrong number of arguments to `option`
; CHECK: expected 1 to 3 arguments, found 4
(define (option a :up-to 2 more) more)
(option 1) (option 1 2 3) (option 1 2 3 4)
; So do the libraries say it.
; CHECK: error[E0204]: wrong number of arguments to `assoc`
; CHECK: expected 2 to 3 arguments, found 4
(assoc 1 '() = 2)
; CHECK: error[E0204]: wrong number of arguments to `some-of-two`
; CHECK: expected 1 to 2 arguments or 4 arguments, found 3
(let ((some-of-two (case-lambda ((a :up-to 1 b) b) ((a b c d) d))))
  (some-of-two 1 2 3))
; CHECK: error[E0217]: bad parameter list
; CHECK: = help: `:up-to` stands before a number and the last name
(lambda (a :up-to b) a)
; CHECK: error[E0217]: bad parameter list
(lambda (a :up-to 100 b) a)
; CHECK: error[E0217]: bad parameter list
(lambda (a :up-to 1 b c) a)
; CHECK: error[E0204]: wrong number of arguments to `loop`
(let loop ((i 0)) (if (< i 9) (loop)))
; CHECK: error[E0204]: wrong number of arguments to `vector-ref`
; CHECK: expected 2 arguments, found 1
(vector-ref (vector 1))
; CHECK: error[E0204]: wrong number of arguments to `local`
; CHECK: expected 1 argument or 2 arguments, found 3
(let ((local (case-lambda ((a) a) ((a b) b)))) (local 1 2 3))
; CHECK: warning[W0301]: wrong type of argument to `car`
; CHECK: expected a pair, found the integer `5`
(car 5)
; CHECK: warning[W0301]: wrong type of argument to `vector-ref`
; CHECK: expected an integer, found the symbol `a`
(vector-ref (vector 1) 'a)
; CHECK: error[E0301]: call of something that is no procedure
(1 2)
; A variable that is assigned may hold anything.
; CHECK-NOT: error
(define (changing a) a)
(set! changing list)
(changing 1 2 3)
