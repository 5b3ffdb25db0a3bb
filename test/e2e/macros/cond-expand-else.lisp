;; The else of cond-expand is that of cond: another name for it will do, and a
;; variable of its name is none.
(import (scheme base) (scheme write)
        (only (rename (scheme base) (else otherwise)) otherwise))
(write (cond-expand (no-such-feature 1) (otherwise 2)))
(newline)
(write (let ((else #f))
         (cond-expand (no-such-feature 1) (else 2) (full-unicode 3))))
(newline)
(write (let ((and #f) (or #f))
         (cond-expand ((and full-unicode (or r7rs no-such-feature)) 4))))
(newline)
(define-syntax choose
  (syntax-rules () ((_ x) (cond-expand (no-such-feature 1) (else x)))))
(write (let ((else #f)) (choose 5)))
(newline)
