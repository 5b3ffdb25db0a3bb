;; R7RS 6.14: exit runs all outstanding afters, innermost first, also from a
;; handler; an after may itself exit.
(import (scheme base) (scheme write) (scheme process-context))
(define (say x) (display x) (newline))
(dynamic-wind
 (lambda () (say 'in-1))
 (lambda ()
   (dynamic-wind
    (lambda () (say 'in-2))
    (lambda ()
      (with-exception-handler
       (lambda (e)
         (dynamic-wind (lambda () (say 'in-handler))
                       (lambda () (exit 7))
                       (lambda () (say 'out-handler))))
       (lambda () (raise 'problem))))
    (lambda () (say 'out-2))))
 (lambda ()
   (say 'out-1)
   (dynamic-wind (lambda () (say 'in-after))
                 (lambda () (exit 9))
                 (lambda () (say 'out-after)))))
(say 'never)
