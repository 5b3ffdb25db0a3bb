;; SRFI 0.
(import (scheme base) (scheme write) (srfi 0) (srfi 64))
(test-begin "srfi-0")
(test-eqv 1 (cond-expand (srfi-0 1) (else 2)))
(test-eqv 1 (cond-expand ((and srfi-0 srfi-16) 1) (else 2)))
(test-eqv 2 (cond-expand ((and srfi-0 srfi-99999) 1) (else 2)))
(test-eqv 1 (cond-expand ((or srfi-99999 srfi-0) 1) (else 2)))
(test-eqv 1 (cond-expand ((not srfi-99999) 1) (else 2)))

;; The three ways to ask agree.
(define-syntax test-feature
  (syntax-rules ()
    ((_ feature library-name expected)
     (begin
       (test-eqv expected (cond-expand (feature #t) (else #f)))
       (test-eqv expected
                 (cond-expand ((library library-name) #t) (else #f)))
       (test-eqv expected (and (memq 'feature (features)) #t))))))
(test-feature srfi-0 (srfi 0) #t)
(test-feature srfi-64 (srfi 64) #t)
(test-feature srfi-219 (srfi 219) #t)
(test-feature srfi-99999 (srfi 99999) #f)
(test-end "srfi-0")
