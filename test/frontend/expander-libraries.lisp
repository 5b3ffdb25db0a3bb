; RUN: not %plc check -I %S/Inputs/libraries %s 2>&1 | FileCheck %s

; CHECK: error[E0702]: file `{{.*}}misnamed.sld` does not define library `(misnamed)`
(import (scheme base) (misnamed))
; CHECK: error[E0220]: library `(shceme write)` not found
; CHECK: = note: searched for shceme/write with .sld or .lisp in:
; CHECK: = help: is `(scheme write)` meant?
(import (shceme write))
; CHECK: error[E0222]: `(scheme base)` does not export `lambada`
; CHECK: = help: is `lambda` meant?
(import (only (scheme base) lambada))
; CHECK: warning[W0206]: `car` imported with two meanings
; CHECK: = help: leave them out of one import with `(except ... car)`
(import (only (scheme base) car) (rename (only (scheme base) cdr) (cdr car)))
; CHECK: error[E0218]: assignment to `next!`, which is imported
(import (counter))
(set! next! 5)
(import (one))
; CHECK: warning[W0208]: `y` is exported but not defined
; CHECK: warning[W0204]: `x` is exported twice
; CHECK: error[E0225]: `z` is exported twice
; CHECK: warning[W0202]: `x` is defined twice in one library
; CHECK: warning[W0203]: definition of `car`, which is imported
; CHECK: error[E0221]: library `(one)` imports itself
; CHECK: through (one) -> (two) -> (one)
