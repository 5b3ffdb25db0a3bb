;;; Imported by eval only: evaluates forms when it is made ready.
(define-library (evaluating)
  (export made)
  (import (scheme base) (scheme eval))
  (begin
    (define made
      (list (eval '(list "inner" 'b (+ 1 2)) (environment '(scheme base)))
            (eval '((lambda (x) (list x "compiled" (lambda () x))) 1)
                  (environment '(scheme base)))))))
