;;; SRFI 64: an interface for test suites.
;;;
;;; What the simple runner writes is what that of the SRFI's own implementation
;;; writes, but for the log file, which there is only if asked for:
;;; (test-log-to-file #t), or a file's name.
(define-library (srfi 64)
  (export test-begin test-end test-group test-group-with-cleanup test-assert
          test-eqv test-eq test-equal test-approximate test-error
          test-read-eval-string test-match-name test-match-nth test-match-any
          test-match-all test-skip test-expect-fail test-runner?
          test-runner-current test-runner-get test-runner-simple
          test-runner-null test-runner-create test-runner-factory test-apply
          test-with-runner test-result-kind test-passed? test-result-ref
          test-result-set! test-result-remove test-result-clear
          test-result-alist test-runner-on-test-begin
          test-runner-on-test-begin! test-runner-on-test-end
          test-runner-on-test-end! test-runner-on-group-begin
          test-runner-on-group-begin! test-runner-on-group-end
          test-runner-on-group-end! test-runner-on-bad-count
          test-runner-on-bad-count! test-runner-on-bad-end-name
          test-runner-on-bad-end-name! test-runner-on-final
          test-runner-on-final! test-on-test-begin-simple
          test-on-test-end-simple test-on-group-begin-simple
          test-on-group-end-simple test-on-bad-count-simple
          test-on-bad-end-name-simple test-on-final-simple
          test-runner-pass-count test-runner-fail-count
          test-runner-xpass-count test-runner-xfail-count
          test-runner-skip-count test-runner-test-name test-runner-group-path
          test-runner-group-stack test-runner-aux-value
          test-runner-aux-value! test-runner-reset test-log-to-file)
  (import (scheme base) (scheme char) (scheme complex) (scheme file)
          (scheme read) (scheme write) (plc arguments)
          (only (plc primitives) condition-type make-condition)
          (only (plc list) any every) (plc read-eval))
  (begin
    ;; groups: a list of what test-begin saved, the innermost first. run-list:
    ;; the specifiers of test-apply, or #t for all tests.
    (define-record-type test-runner
      (make-runner result-alist pass-count fail-count xpass-count xfail-count
                   skip-count total-count skips fails run-list groups
                   group-stack on-test-begin on-test-end on-group-begin
                   on-group-end on-final on-bad-count on-bad-end-name
                   aux-value)
      test-runner?
      (result-alist test-result-alist set-result-alist!)
      (pass-count test-runner-pass-count set-pass-count!)
      (fail-count test-runner-fail-count set-fail-count!)
      (xpass-count test-runner-xpass-count set-xpass-count!)
      (xfail-count test-runner-xfail-count set-xfail-count!)
      (skip-count test-runner-skip-count set-skip-count!)
      (total-count total-count set-total-count!)
      (skips skips set-skips!)
      (fails fails set-fails!)
      (run-list run-list set-run-list!)
      (groups groups set-groups!)
      (group-stack test-runner-group-stack set-group-stack!)
      (on-test-begin test-runner-on-test-begin test-runner-on-test-begin!)
      (on-test-end test-runner-on-test-end test-runner-on-test-end!)
      (on-group-begin test-runner-on-group-begin test-runner-on-group-begin!)
      (on-group-end test-runner-on-group-end test-runner-on-group-end!)
      (on-final test-runner-on-final test-runner-on-final!)
      (on-bad-count test-runner-on-bad-count test-runner-on-bad-count!)
      (on-bad-end-name test-runner-on-bad-end-name
                       test-runner-on-bad-end-name!)
      (aux-value test-runner-aux-value test-runner-aux-value!))

    ;; What test-begin saves: the name, the count expected or #f, the number of
    ;; tests before, and the specifiers that test-end puts back.
    (define-record-type group
      (make-group name count before skips fails)
      group?
      (name group-name)
      (count group-count)
      (before group-before)
      (skips group-skips)
      (fails group-fails))

    ;; Parameters that a call with an argument sets, as the SRFI has them.
    (define (make-setting value)
      (lambda new
        (if (pair? new) (set! value (car new)))
        value))

    ;; Runners

    (define test-runner-current (make-setting #f))

    (define (test-runner-get)
      "The current runner; an error if there is none."
      (or (test-runner-current)
          (error "test-runner-get: there is no test runner")))

    (define (test-runner-null)
      "A runner that does nothing with the results."
      (let ((ignore (lambda arguments #f)))
        (make-runner '() 0 0 0 0 0 0 '() '() #t '() '() ignore ignore ignore
                     ignore ignore ignore ignore #f)))

    (define (test-runner-simple)
      "A runner that writes failures and a summary to the standard output."
      (let ((runner (test-runner-null)))
        (test-runner-on-test-begin! runner test-on-test-begin-simple)
        (test-runner-on-test-end! runner test-on-test-end-simple)
        (test-runner-on-group-begin! runner test-on-group-begin-simple)
        (test-runner-on-group-end! runner test-on-group-end-simple)
        (test-runner-on-final! runner test-on-final-simple)
        (test-runner-on-bad-count! runner test-on-bad-count-simple)
        (test-runner-on-bad-end-name! runner test-on-bad-end-name-simple)
        runner))

    (define test-runner-factory (make-setting test-runner-simple))

    (define (test-runner-create)
      "A runner of the current factory."
      ((test-runner-factory)))

    (define (test-runner-reset runner)
      "The runner as it was made, but for its procedures and aux value."
      (set-result-alist! runner '())
      (for-each (lambda (set-count!) (set-count! runner 0))
                (list set-pass-count! set-fail-count! set-xpass-count!
                      set-xfail-count! set-skip-count! set-total-count!))
      (for-each (lambda (set-list!) (set-list! runner '()))
                (list set-skips! set-fails! set-groups! set-group-stack!))
      (set-run-list! runner #t))

    (define (test-runner-group-path runner)
      "The names of the groups entered, the outermost first."
      (reverse (test-runner-group-stack runner)))

    (define (test-runner-test-name runner)
      "The name of the current test or group, or an empty string."
      (test-result-ref runner 'test-name ""))

    ;; Results

    (define (test-result-ref runner property :up-to 1 default)
      "The value of a property of the current or most recent test."
      (let ((entry (assq property (test-result-alist runner))))
        (cond (entry (cdr entry))
              ((pair? default) (car default))
              (else #f))))

    (define (test-result-set! runner property value)
      "Sets a property of the current or most recent test."
      (let ((entry (assq property (test-result-alist runner))))
        (if entry
            (set-cdr! entry value)
            (set-result-alist! runner
                               (cons (cons property value)
                                     (test-result-alist runner))))))

    (define (test-result-remove runner property)
      "Removes a property of the current or most recent test."
      (set-result-alist!
       runner
       (let loop ((entries (test-result-alist runner)))
         (cond ((null? entries) '())
               ((eq? (car (car entries)) property) (cdr entries))
               (else (cons (car entries) (loop (cdr entries))))))))

    (define (test-result-clear runner)
      "Removes all properties of the current or most recent test."
      (set-result-alist! runner '()))

    (define (test-result-kind :up-to 1 runner)
      "pass, fail, xfail, xpass or skip; #f before there is a result."
      (test-result-ref (if (pair? runner) (car runner) (test-runner-get))
                       'result-kind))

    (define (test-passed? :up-to 1 runner)
      "True if the most recent test passed, as expected or not."
      (and (memq (apply test-result-kind runner) '(pass xpass)) #t))

    ;; Specifiers

    (define (test-match-name name)
      "Matches tests of that name."
      (lambda (runner) (equal? name (test-runner-test-name runner))))

    (define (test-match-nth n :up-to 1 count)
      "Matches the n-th test that it is asked for, and count - 1 more."
      (let ((asked 0) (count (if (pair? count) (car count) 1)))
        (lambda (runner)
          (set! asked (+ asked 1))
          (and (>= asked n) (< asked (+ n count))))))

    ;; All are applied, for their counts.
    (define (answers specifiers runner)
      (map (lambda (specifier) (specifier runner)) specifiers))

    (define (test-match-any . specifiers)
      "Matches if a specifier does; all are asked."
      (let ((specifiers (map ->specifier specifiers)))
        (lambda (runner)
          (any (lambda (answer) answer) (answers specifiers runner)))))

    (define (test-match-all . specifiers)
      "Matches if all specifiers do; all are asked."
      (let ((specifiers (map ->specifier specifiers)))
        (lambda (runner)
          (every (lambda (answer) answer) (answers specifiers runner)))))

    (define (->specifier object)
      (cond ((procedure? object) object)
            ((integer? object) (test-match-nth 1 object))
            ((string? object) (test-match-name object))
            (else
             (error "not a test specifier (a procedure, count or name)"
                    object))))

    (define (test-skip . specifiers)
      "Skips the tests that match all specifiers, until the group ends."
      (let ((runner (test-runner-get)))
        (set-skips! runner (cons (apply test-match-all specifiers)
                                 (skips runner)))))

    (define (test-expect-fail . specifiers)
      "Expects the tests that match all specifiers to fail, until the group
       ends."
      (let ((runner (test-runner-get)))
        (set-fails! runner (cons (apply test-match-all specifiers)
                                 (fails runner)))))

    (define (matches? specifiers runner)
      (any (lambda (answer) answer) (answers specifiers runner)))

    ;; Decides about the test or group whose name is set; false if it is to be
    ;; skipped.
    (define (should-run? runner)
      (let* ((listed? (or (eq? (run-list runner) #t)
                          (matches? (run-list runner) runner)))
             (skipped? (matches? (skips runner) runner)))
        (cond ((or skipped? (not listed?))
               (test-result-set! runner 'result-kind 'skip)
               #f)
              (else
               (if (matches? (fails runner) runner)
                   (test-result-set! runner 'result-kind 'xfail))
               #t))))

    ;; Groups

    (define (test-begin name :up-to 1 count)
      "Enters a group of tests, of count tests if that is given."
      (if (not (test-runner-current))
          (let* ((runner (test-runner-create))
                 (final (test-runner-on-final runner)))
            (test-runner-current runner)
            (test-runner-on-final! runner
              (lambda (r)
                (final r)
                (test-runner-on-final! r final)
                (test-runner-current #f)))))
      (let ((runner (test-runner-current))
            (count (and (pair? count) (car count))))
        ((test-runner-on-group-begin runner) runner name count)
        (set-groups! runner
                     (cons (make-group name count (total-count runner)
                                       (skips runner) (fails runner))
                           (groups runner)))
        (set-group-stack! runner (cons name (test-runner-group-stack runner)))))

    (define (test-end :up-to 1 name)
      "Leaves the group, whose name is checked if it is given."
      (let ((runner (test-runner-get)))
        (test-result-clear runner)
        (if (null? (groups runner))
            (error "test-end: not in a group"))
        (let* ((group (car (groups runner)))
               (actual (- (total-count runner) (group-before group))))
          (if (and (pair? name) (car name)
                   (not (equal? (car name) (group-name group))))
              ((test-runner-on-bad-end-name runner)
               runner (group-name group) (car name)))
          (if (and (group-count group) (not (= (group-count group) actual)))
              ((test-runner-on-bad-count runner)
               runner actual (group-count group)))
          ((test-runner-on-group-end runner) runner)
          (set-group-stack! runner (cdr (test-runner-group-stack runner)))
          (set-groups! runner (cdr (groups runner)))
          (set-skips! runner (group-skips group))
          (set-fails! runner (group-fails group))
          ;; For the group around it a group is one test.
          (if (null? (groups runner))
              ((test-runner-on-final runner) runner)
              (set-total-count! runner (+ (group-before group) 1))))))

    ;; False, counted as skipped, if a group of that name is not to run.
    (define (enter-group? name)
      (if (not (test-runner-current))
          #t
          (let ((runner (test-runner-current)))
            (set-result-alist! runner (list (cons 'test-name name)))
            (or (should-run? runner)
                (begin
                  (set-skip-count! runner (+ (test-runner-skip-count runner) 1))
                  (set-total-count! runner (+ (total-count runner) 1))
                  #f)))))

    (define-syntax test-group
      (syntax-rules ()
        ((_ name form ...)
         (let ((group-name name))
           (if (enter-group? group-name)
               (dynamic-wind
                (lambda () (test-begin group-name))
                (lambda () (let () form ... (if #f #f)))
                (lambda () (test-end group-name))))))))

    (define-syntax test-group-with-cleanup
      (syntax-rules ()
        ((_ name form ... cleanup)
         (test-group name
           (dynamic-wind
            (lambda () #f)
            (lambda () (let () form ... (if #f #f)))
            (lambda () cleanup))))))

    ;; Tests

    ;; (run-test NAME FORM (lambda (runner) passed?))
    (define (run-test name form passes?)
      (let ((runner (test-runner-get)))
        (set-result-alist! runner
                           (append (if name (list (cons 'test-name name)) '())
                                   (list (cons 'source-form form))))
        (let ((runs? (should-run? runner)))
          ((test-runner-on-test-begin runner) runner)
          ;; A runner's procedure may have decided otherwise.
          (if (and runs? (not (eq? (test-result-kind runner) 'skip)))
              (let* ((passed? (passes? runner))
                     (expected? (not (eq? (test-result-kind runner) 'xfail))))
                (test-result-set! runner 'result-kind
                                  (if passed?
                                      (if expected? 'pass 'xpass)
                                      (if expected? 'fail 'xfail))))
              (test-result-set! runner 'result-kind 'skip))
          (count-result! runner)
          ((test-runner-on-test-end runner) runner))))

    (define (count-result! runner)
      (case (test-result-kind runner)
        ((pass)
         (set-pass-count! runner (+ (test-runner-pass-count runner) 1)))
        ((fail)
         (set-fail-count! runner (+ (test-runner-fail-count runner) 1)))
        ((xpass)
         (set-xpass-count! runner (+ (test-runner-xpass-count runner) 1)))
        ((xfail)
         (set-xfail-count! runner (+ (test-runner-xfail-count runner) 1)))
        (else
         (set-skip-count! runner (+ (test-runner-skip-count runner) 1))))
      (set-total-count! runner (+ (total-count runner) 1)))

    ;; False, and the property actual-error, if thunk raises.
    (define (guarded runner thunk)
      (guard (condition
              (#t (test-result-set! runner 'actual-error condition) #f))
        (thunk)))

    (define (run-assert name form thunk)
      (run-test name form
        (lambda (runner)
          (guarded runner
            (lambda ()
              (let ((value (thunk)))
                (test-result-set! runner 'actual-value value)
                value))))))

    (define (run-comparison name form same? expected thunk)
      (run-test name form
        (lambda (runner)
          (guarded runner
            (lambda ()
              (let ((expected (expected)))
                (test-result-set! runner 'expected-value expected)
                (let ((value (thunk)))
                  (test-result-set! runner 'actual-value value)
                  (same? expected value))))))))

    (define (near? tolerance)
      (lambda (expected value)
        (let ((near? (lambda (part)
                       (let ((e (part expected)) (v (part value)))
                         (and (>= v (- e tolerance)) (<= v (+ e tolerance)))))))
          (and (near? real-part) (near? imag-part)))))

    (define (run-error name form type thunk)
      (run-test name form
        (lambda (runner)
          (let ((type (type)))
            (test-result-set! runner 'expected-error type)
            (guard (condition
                    (#t
                     (test-result-set! runner 'actual-error condition)
                     (is-of-type? condition type)))
              (test-result-set! runner 'actual-value (thunk))
              #f)))))

    ;; A type is #t, a predicate, or the condition-type of a condition of plc;
    ;; what else other implementations may know says no more than #t.
    (define (is-of-type? condition type)
      (cond ((procedure? type) (type condition))
            ((symbol? type)
             (and (error-object? condition)
                  (eq? (condition-type condition) type)))
            (else #t)))

    (define-syntax test-assert
      (syntax-rules ()
        ((_ name expression)
         (run-assert name 'expression (lambda () expression)))
        ((_ expression)
         (run-assert #f 'expression (lambda () expression)))))

    (define-syntax define-comparison
      (syntax-rules ()
        ((_ test same?)
         (define-syntax test
           (syntax-rules ()
             ((_ name expected expression)
              (run-comparison name 'expression same? (lambda () expected)
                              (lambda () expression)))
             ((_ expected expression)
              (run-comparison #f 'expression same? (lambda () expected)
                              (lambda () expression))))))))
    (define-comparison test-eqv eqv?)
    (define-comparison test-eq eq?)
    (define-comparison test-equal equal?)

    (define-syntax test-approximate
      (syntax-rules ()
        ((_ name expected expression tolerance)
         (run-comparison name 'expression (near? tolerance)
                         (lambda () expected) (lambda () expression)))
        ((_ expected expression tolerance)
         (run-comparison #f 'expression (near? tolerance)
                         (lambda () expected) (lambda () expression)))))

    (define-syntax test-error
      (syntax-rules ()
        ((_ name type expression)
         (run-error name 'expression (lambda () type) (lambda () expression)))
        ((_ type expression)
         (run-error #f 'expression (lambda () type) (lambda () expression)))
        ((_ expression)
         (run-error #f 'expression (lambda () #t) (lambda () expression)))))

    (define (test-apply first . rest)
      "(test-apply [runner] specifier ... thunk) calls thunk; only tests that
       match a specifier are run, if there are any."
      (cond
       ((test-runner? first)
        (test-with-runner first (apply test-apply rest)))
       ((not (test-runner-current))
        (test-with-runner (test-runner-create) (apply test-apply first rest)))
       (else
        (let* ((runner (test-runner-current))
               (arguments (reverse (cons first rest)))
               (thunk (car arguments))
               (specifiers (map ->specifier (reverse (cdr arguments))))
               (saved (run-list runner)))
          (dynamic-wind
           (lambda ()
             (if (pair? specifiers) (set-run-list! runner specifiers)))
           thunk
           (lambda () (set-run-list! runner saved)))))))

    (define-syntax test-with-runner
      (syntax-rules ()
        ((_ runner form ...)
         (let ((saved (test-runner-current)))
           (dynamic-wind
            (lambda () (test-runner-current runner))
            (lambda () form ...)
            (lambda () (test-runner-current saved)))))))

    ;; What the simple runner writes

    (define test-log-to-file (make-setting #f))

    (define (log-of runner)
      (let ((log (test-runner-aux-value runner)))
        (and (output-port? log) log)))

    (define (write-line port . parts)
      (for-each (lambda (part) (display part port)) parts)
      (newline port))

    (define (test-on-group-begin-simple runner name count)
      "Announces the outermost group."
      (if (null? (test-runner-group-stack runner))
          (if (test-log-to-file)
              (let* ((file (log-name name)) (log (open-output-file file)))
                (write-line log "%%%% Starting test " name)
                (test-runner-aux-value! runner log)
                (write-line (current-output-port) "%%%% Starting test " name
                            "  (Writing full log to \"" file "\")"))
              (write-line (current-output-port) "%%%% Starting test " name)))
      (let ((log (log-of runner)))
        (if log (write-line log "Group begin: " name)))
      #f)

    ;; The file asked for, or one named after the group.
    (define (log-name name)
      (if (string? (test-log-to-file))
          (test-log-to-file)
          (string-map (lambda (c)
                        (if (or (char-alphabetic? c) (char-numeric? c)
                                (memv c '(#\space #\- #\+ #\_ #\. #\,)))
                            c
                            #\_))
                      (string-append name ".log"))))

    (define (test-on-group-end-simple runner)
      "Notes the end of a group in the log."
      (let ((log (log-of runner)))
        (if log
            (write-line log "Group end: "
                        (car (test-runner-group-stack runner)))))
      #f)

    (define (test-on-test-begin-simple runner)
      "Notes the begin of a test in the log."
      (let ((log (log-of runner)))
        (if log
            (begin
              (write-line log "Test begin:")
              (write-properties runner log
                                (lambda (name) (memq name begin-names)))))))

    (define begin-names '(test-name source-file source-line source-form))

    (define (write-properties runner log shown?)
      (for-each (lambda (entry)
                  (if (shown? (car entry))
                      (begin
                        (display "  " log)
                        (display (car entry) log)
                        (display ": " log)
                        (write (cdr entry) log)
                        (newline log))))
                (test-result-alist runner)))

    (define (test-on-test-end-simple runner)
      "Shows a test that did not do what was expected."
      (let ((kind (test-result-kind runner)) (log (log-of runner)))
        (if (memq kind '(fail xpass))
            (let ((name (test-runner-test-name runner)))
              (display (if (eq? kind 'xpass) "XPASS" "FAIL"))
              (if (not (equal? name ""))
                  (begin (display " ") (display name)))
              (newline)
              (show-result runner 'source-form "form" (equal? name ""))
              (show-result runner 'expected-value "expected" #t)
              (show-result runner 'actual-value "actual" #t)
              (show-result runner 'actual-error "raised" #t)))
        (if log
            (begin
              (write-line log "Test end:")
              (write-properties runner log
                                (lambda (name)
                                  (not (memq name begin-names))))))))

    (define (show-result runner property label wanted?)
      (let ((entry (assq property (test-result-alist runner))))
        (if (and entry wanted?)
            (begin
              (display "  ")
              (display label)
              (display ": ")
              (write (cdr entry))
              (newline)))))

    (define (on-both runner write)
      (write (current-output-port))
      (if (log-of runner) (write (log-of runner))))

    (define (test-on-bad-count-simple runner actual expected)
      "Shows that a group did not have the tests that it should have."
      (on-both runner
        (lambda (port)
          (write-line port "*** Total number of tests was " actual
                      " but should be " expected ". ***")
          (write-line port "*** Discrepancy indicates testsuite error or "
                      "exceptions. ***"))))

    (define (test-on-bad-end-name-simple runner begin-name end-name)
      "Raises an error: test-end has another name than test-begin."
      (error (string-append "test-end " end-name
                            " does not match test-begin " begin-name)))

    (define (test-on-final-simple runner)
      "Shows how many tests there were of each kind."
      (on-both runner
        (lambda (port)
          (for-each
           (lambda (label count)
             (if (> count 0) (write-line port label count)))
           '("# of expected passes      " "# of expected failures    "
             "# of unexpected successes " "# of unexpected failures  "
             "# of skipped tests        ")
           (list (test-runner-pass-count runner)
                 (test-runner-xfail-count runner)
                 (test-runner-xpass-count runner)
                 (test-runner-fail-count runner)
                 (test-runner-skip-count runner)))))
      (if (log-of runner) (flush-output-port (log-of runner))))))
