;; R7RS 6.14: exit is no exception. #f stands for failure; output is written.
(import (scheme base) (scheme write) (scheme process-context))
(define p (make-parameter 'outside))
(parameterize ((p 'inside))
  (guard (e (#t (display "never") (newline)))
    (dynamic-wind
     (lambda () #f)
     (lambda ()
       (parameterize ((p 'deeper))
         (with-exception-handler
          (lambda (e) (display "never") (newline))
          (lambda () (exit #f)))))
     (lambda () (write (p)) (newline)))))
(display "never")
