;; R7RS 6.14: #t is a normal exit; what follows is not evaluated.
(import (scheme base) (scheme write) (scheme process-context))
(call/cc
 (lambda (k)
   (dynamic-wind (lambda () #f)
                 (lambda () (exit #t) (k 1))
                 (lambda () (display "out") (newline)))))
(error "never")
