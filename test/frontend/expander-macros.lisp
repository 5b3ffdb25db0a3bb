; RUN: not %plc check %s 2>&1 | FileCheck %s
; Mistakes in rules are found where they stand, used or not; a use that fits no
; rule shows the patterns; errors in expansions name the macro.

; CHECK: error[E0207]: `m1` is not bound to rules of a macro
(define-syntax m1 (lambda (x) x))
(m1 1)
; CHECK: error[E0206]: bad `syntax-rules`
; CHECK: `b` needs an ellipsis after it, as in the pattern
(define-syntax m2 (syntax-rules () ((_ (a b ...)) (a b))))
; CHECK: pattern variable `a` appears twice
(define-syntax m3 (syntax-rules () ((_ a a) a)))
; CHECK: only one ellipsis in a list of a pattern
(define-syntax m4 (syntax-rules () ((_ a ... b ...) 1)))
(define-syntax two (syntax-rules () ((_ a) a) ((_ a b) b)))
; CHECK: error[E0205]: no rule of macro `two` matches
; CHECK: = note: it takes `(_ a)`
; CHECK-NEXT: = note: it takes `(_ a b)`
(two 1 2 3)
; CHECK: error[E0208]: sequences of different length in macro `zip`
(define-syntax zip (syntax-rules () ((_ (a ...) (b ...)) '((a b) ...))))
(zip (1 2) (3))
; CHECK: error[E0215]: no such thing `(a b)`
(define-syntax complain (syntax-rules () ((_ x) (syntax-error "no such thing" x))))
(complain (a b))
; CHECK: warning[E0204]: wrong number of arguments to `car`
; CHECK: = note: expanded from macro `first-of` at
(define-syntax first-of (syntax-rules () ((_ x) (car x x))))
(first-of '(1))
; CHECK: error[E0214]: expansion of macro `forever` does not end
; CHECK: :[[#@LINE+2]]:1
(define-syntax forever (syntax-rules () ((_) (forever))))
(forever)
; Each expansion is larger than the last one: memory ends first.
; CHECK: error[E0214]: expansion of macro `grow` does not end
; CHECK: error[E0214]: expansion of macro `grow` does not end
(define-syntax grow (syntax-rules () ((_ . x) (grow x . x))))
(grow 1 2)
(define grown (list (grow 1 2)))
