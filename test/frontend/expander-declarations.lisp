; RUN: not %plc check %s 2>&1 | FileCheck %s
; What stands in libraries and imports.

; CHECK: error[E0226]: bad library name
; CHECK-NEXT: --> {{.*}}:[[#@LINE+1]]:17
(define-library (one "two") (export))
; CHECK: error[E0227]: `foo` is not a library declaration
; CHECK: error[E0227]: `define` is not a library declaration
; CHECK: = help: definitions stand inside `(begin ...)`
(define-library (declarations)
  (import (scheme base))
  (foo)
  (define x 1))
; CHECK: error[E0228]: bad export
; CHECK: expected a name or `(rename name name)`
(define-library (exports)
  (import (scheme base))
  (export (renamed a b)))
; CHECK: error[E0231]: library `(exports)` is defined twice
(define-library (exports) (export))
(import (scheme base) (scheme write) (plc))
; CHECK: error[E0229]: bad import set
; CHECK: expected `(rename import-set (old new) ...)`
(import (rename (scheme base) car))
; CHECK: error[E0230]: bad requirement in `cond-expand`
; CHECK: expected a feature, `and`, `or`, `not`, `library` or `else`
(cond-expand ((xor r7rs plc) 1) (else 2))
; CHECK: error[E0601]: no host can load `numpy`
; CHECK: this plc has no plugin for it
(import "numpy" :from "../pypi")
; CHECK: error[E0602]: malformed foreign import
; CHECK: no `:from`
(import "numpy" :as np)
(define object 1)
(display object.name)
; CHECK: error[E0201]: bad syntax in `.`
(. object)
; CHECK: error[E0216]: datum label outside of quoted data
#0=(list #0#)
; CHECK: error[E0217]: bad parameter list
; CHECK: = help: a default value or destructuring is not part of the language
(lambda (a (b 1)) a)
; CHECK: error[E0217]: bad parameter list
; CHECK: = help: `&` stands before the last name
(defn f [a & b c] a)
; CHECK: error[E0217]: bad parameter list
; CHECK: = help: `&` stands before the last name
(fn [a &] a)
; CHECK: error[E0217]: bad parameter list
; CHECK: = help: `&` stands before the last name
(fn [a & b . c] a)
; In parentheses it is a name, as in R7RS.
; CHECK-NOT: bad parameter list
(lambda (a & b) &)
; CHECK: error[E0701]: cannot read file `{{.*}}no-such-file.scm`
(include "no-such-file.scm")
; CHECK: error[E0233]: files include one another in a circle
(include "Inputs/includes-itself.scm")
