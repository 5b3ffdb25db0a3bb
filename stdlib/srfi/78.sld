;;; SRFI 78: lightweight testing. It writes what the SRFI's own implementation
;;; writes.
(define-library (srfi 78)
  (export check check-ec check-report check-set-mode! check-reset!
          check-passed?)
  (import (scheme base) (scheme write) (plc arguments) (srfi 42))
  (begin
    (define mode 'report)
    (define correct 0)
    (define failures '()) ; (EXPRESSION VALUE EXPECTED), the last one first

    (define (check-set-mode! new)
      "What is written: off, summary, report-failed or report."
      (if (not (memq new '(off summary report-failed report)))
          (error "check-set-mode!: unknown mode" new))
      (set! mode new))

    (define (check-reset!)
      "Forgets the checks that there were."
      (set! correct 0)
      (set! failures '()))

    (define (check-passed? count)
      "True if so many checks were correct, and none failed."
      (and (null? failures) (= correct count)))

    (define (show . parts)
      (for-each display parts))

    (define (show-value expression value)
      (newline)
      (write expression)
      (show " => ")
      (write value)
      (show " ; "))

    (define (show-failure expected)
      (show "*** failed ***\n ; expected result: ")
      (write expected)
      (newline))

    (define (check-report)
      "Writes how many checks there were, and the first that failed."
      (when (not (eq? mode 'off))
        (show "\n; *** checks *** : " correct " correct, " (length failures)
              " failed.")
        (cond ((or (null? failures) (eq? mode 'summary)) (newline))
              (else
               (let ((first (list-ref failures (- (length failures) 1))))
                 (show " First failed example:\n")
                 (show-value (car first) (cadr first))
                 (show-failure (list-ref first 2)))))))

    (define (passed! expression value cases)
      (set! correct (+ correct 1))
      (when (eq? mode 'report)
        (show-value expression value)
        (show "correct")
        (if (not (= cases 1)) (show " (" cases " cases checked)"))
        (newline)))

    (define (failed! expression value expected)
      (set! failures (cons (list expression value expected) failures))
      (when (memq mode '(report report-failed))
        (show-value expression value)
        (show-failure expected)))

    (define (run-check expression thunk same? expected)
      (if (not (eq? mode 'off))
          (let ((value (thunk)))
            (if (same? value expected)
                (passed! expression value 1)
                (failed! expression value expected)))))

    (define-syntax check
      (syntax-rules (=>)
        ((_ expression => expected)
         (check expression (=> equal?) expected))
        ((_ expression (=> same?) expected)
         (run-check 'expression (lambda () expression) same? expected))))

    ;; failure: (EXPRESSION VALUE EXPECTED) of the first case that failed, or #f.
    (define (run-cases form thunk)
      (if (not (eq? mode 'off))
          (let-values (((failure cases) (thunk)))
            (if failure
                (apply failed! failure)
                (passed! form (if #f #f) cases)))))

    (define-syntax check-ec
      (syntax-rules (=>)
        ((_ part ... => expected)
         (check-ec part ... (=> equal?) expected ()))
        ((_ part ... => expected (argument ...))
         (check-ec part ... (=> equal?) expected (argument ...)))
        ((_ qualifier ... expression (=> same?) expected (argument ...))
         (run-cases
          '(check-ec qualifier ... expression (=> same?) expected
                     (argument ...))
          (lambda ()
            (let ((cases 0))
              (let ((failure
                     (first-ec #f
                               qualifier ...
                               (:let value expression)
                               (begin (set! cases (+ cases 1)))
                               (:let wanted expected)
                               (if (not (same? value wanted)))
                               (list (list 'let
                                           (list (list 'argument argument) ...)
                                           'expression)
                                     value wanted))))
                (values failure cases))))))
        ((_ part ... (=> same?) expected)
         (check-ec part ... (=> same?) expected ()))))))
