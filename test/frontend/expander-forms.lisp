; RUN: not %plc check %s 2>&1 | FileCheck %s
; Each form says what it expected, what it found and what its shape is, at the
; narrowest span; one run reports all of them.

; CHECK: error[E0201]: bad syntax in `let`
; CHECK-NEXT: --> {{.*}}expander-forms.lisp:[[#@LINE+3]]:13
; CHECK: ^^^ found no (name init)
; CHECK-NEXT: = note: the form is `(let ((name init) ...) body ...)`
(let ([x 1] [y]) x)
; CHECK: found one binding where a list of them is expected
; CHECK: = help: each binding has brackets of its own: `(let ([x 1]) ...)`
(let [x 1] x)
; CHECK: error[E0202]: `a` appears twice in one parameter list
; CHECK: :[[#@LINE+1]]:14
(lambda (a b a) 1)
; CHECK: error[E0202]: `a` appears twice in one let
(let ((a 1) (a 2)) a)
; CHECK: error[E0201]: bad syntax in `if`
; CHECK: found a fourth part
(if 1 2 3 4)
; CHECK: error[E0203]: `else` is syntax, not a value
(else 1)
; CHECK: warning[W0205]: body without an expression
(let () (define x 1))
; CHECK: error[E0209]: definition where an expression is expected
(list (define x 1))
; CHECK: error[E0212]: improper list as an expression
(list . 1)
; CHECK: error[E0211]: `()` is not an expression
; CHECK: = help: the empty list is written `'()`
()
; CHECK: error[E0201]: bad syntax in `define-record-type`
; CHECK: found no field of the type
(define-record-type p (make-p z) p? (x p-x))

; Fields of a constructor that are no names, twice.
; CHECK: error[E0201]: bad syntax in `define-record-type`
(define-record-type p2 (make-p2 (x) (x)) p2? (x p2-x))
; CHECK: error[E0234]: `later` is used before it is defined
(let () (define now later) (define later 1) now)
; The use is certain only where it is evaluated at once.
; CHECK-NOT: E0234
(let () (define (now) later2) (define later2 1) (now))
(let () (define now (if (odd? 1) 2 later3)) (define later3 1) now)
; CHECK: error[E0201]: bad syntax in `case`
; CHECK: = help: data stand in a list
(case 1 (1 2))
; CHECK: error[E0218]: assignment to `car`, which is imported
(set! car cdr)
