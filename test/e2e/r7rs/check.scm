;; The checks of the programs in this folder, to be included. A check names the
;; section of R7RS whose sentence or example it is. Only failures are printed,
;; and the number of checks.

(define checks 0)

(define (run-check section form thunk expected)
  (let ((value (guard (e ((error-object? e)
                          (list 'raised (error-object-message e)
                                (error-object-irritants e)))
                         (else (list 'raised e)))
                 (thunk))))
    (set! checks (+ checks 1))
    (unless (equal? value expected)
      (for-each display (list "FAIL " section ": "))
      (write form)
      (display " is ")
      (write value)
      (display ", expected ")
      (write expected)
      (newline))))

(define-syntax check
  (syntax-rules ()
    ((_ section expr expected)
     (run-check section 'expr (lambda () expr) expected))))

;; The expression raises an error.
(define-syntax check-error
  (syntax-rules ()
    ((_ section expr)
     (run-check section 'expr
                (lambda () (guard (e (#t 'error)) expr 'no-error))
                'error))))

(define (report-checks)
  (write checks)
  (display " checks")
  (newline))
