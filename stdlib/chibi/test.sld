;;; (chibi test): the test library that many suites of R7RS are written for.
;;;
;;; Names, counts, output and exit status are those of Chibi's own. What it
;;; takes from Chibi alone is left out: the line of a test, and the colours of
;;; the parts in which two values differ.
(define-library (chibi test)
  (export test test-equal test-error test-assert test-not test-values
          test-group current-test-group test-begin test-end
          test-syntax-error test-propagate-info test-run test-skip test-exit
          test-equal? test-get-name! test-group-name test-group-ref
          test-group-set! test-group-inc! test-group-push!
          current-test-value-formatter current-test-verbosity
          current-test-applier current-test-skipper current-test-reporter
          current-test-group-reporter test-failure-count current-test-epsilon
          current-test-comparator current-test-filters current-test-removers
          current-test-group-filters current-test-group-removers
          current-column-width current-group-indent)
  (import (scheme base) (scheme complex) (scheme process-context)
          (scheme time) (scheme write) (plc arguments) (only (plc list) any)
          (only (srfi 13) string-contains))
  (begin
    ;; Tests
    ;;
    ;; What is known of a test is an association list, its info: name or
    ;; gen-name, source, expect-source, result, expected, exception, and what
    ;; the macro asks for: assertion, expect-error, error-type-test.

    (define-syntax test
      (syntax-rules ()
        ((_ expect expression)
         (test #f expect expression))
        ((_ name expect expression)
         (test-propagate-info name expect expression ()))))

    (define-syntax test-equal
      (syntax-rules ()
        ((_ same? . arguments)
         (parameterize ((current-test-comparator same?))
           (test . arguments)))))

    (define-syntax test-assert
      (syntax-rules ()
        ((_ expression) (test-assert #f expression))
        ((_ name expression)
         (test-propagate-info name #f expression ((assertion . #t))))))

    (define-syntax test-not
      (syntax-rules ()
        ((_ expression) (test-assert (not expression)))
        ((_ name expression) (test-assert name (not expression)))))

    (define-syntax test-values
      (syntax-rules ()
        ((_ expect expression) (test-values #f expect expression))
        ((_ name expect expression)
         (test name
               (call-with-values (lambda () expect) list)
               (call-with-values (lambda () expression) list)))))

    (define-syntax test-error
      (syntax-rules ()
        ((_ expression) (test-error #f expression))
        ((_ name expression)
         (test-propagate-info name #f expression ((expect-error . #t))))
        ((_ name right-type? expression)
         (test-propagate-info name #f expression
                              ((expect-error . #t)
                               (error-type-test . ,right-type?)
                               (error-type-test-expr . right-type?))))))

    ;; Runs a test with more in its info, quasi-quoted pairs.
    (define-syntax test-propagate-info
      (syntax-rules ()
        ((_ label expect expression (entry ...))
         (test-run (lambda () expect)
                   (lambda () expression)
                   (list (cons 'name label)
                         (cons 'expect-source 'expect)
                         (cons 'source 'expression)
                         `entry ...)))))

    (define-syntax test-syntax-error
      (syntax-rules ()
        ((_ . form) (syntax-error "invalid use of test-syntax-error"))))

    (define-syntax test-skip
      (syntax-rules ()
        ((_ reason body ...)
         (parameterize ((current-test-removers (list (lambda (info) #t)))
                        (current-test-filters '()))
           body ...))))

    (define (test-run expect expression info)
      "Runs or skips the test of two thunks and reports it; its status."
      ((current-test-reporter) 'BEGIN info)
      (if (runs? info)
          ((current-test-applier) expect expression info)
          ((current-test-skipper) info)))

    (define (runs? info)
      (let ((group (current-test-group)))
        (and (not (and group (test-group-ref group 'skip-group?)))
             (or (selected-by? info (current-test-filters))
                 (if (pair? (current-test-removers))
                     (not (selected-by? info (current-test-removers)))
                     (null? (current-test-filters)))))))

    ;; One that fails selects nothing.
    (define (selected-by? object predicates)
      (guard (condition (#t (complain condition "error in any") #f))
        (any (lambda (selects?) (selects? object)) predicates)))

    (define (test-equal? expect result)
      "True if the values are equal?, or near one another and an inexact number
       is expected."
      (or (equal? expect result)
          (if (real? expect)
              (and (inexact? expect) (real? result) (near? expect result))
              (and (complex? expect) (complex? result)
                   (test-equal? (real-part expect) (real-part result))
                   (test-equal? (imag-part expect) (imag-part result))))))

    (define (near? a b)
      (let ((least (if (< (abs a) (abs b)) a b))
            (most (if (< (abs a) (abs b)) b a)))
        (< (if (zero? least) (abs most) (abs (/ (- least most) most)))
           (current-test-epsilon))))

    (define (apply-test expect expression info)
      (let ((report (current-test-reporter))
            (entry (lambda (key) (info-ref info key)))
            (expected
             (guard (condition
                     (#t (complain condition "bad expect value"
                                   (info-ref info 'expect-source))
                         #f))
               (expect))))
        (guard (condition
                (#t
                 (report (cond ((not (entry 'expect-error)) 'ERROR)
                               ((entry 'error-type-test)
                                => (lambda (right-type?)
                                     (if (right-type? condition) 'PASS 'FAIL)))
                               (else 'PASS))
                         (cons (cons 'exception condition) info))))
          (let ((result (expression)))
            (report (if (cond ((entry 'expect-error) #f)
                              ((entry 'assertion) result)
                              (else
                               ((current-test-comparator) expected result)))
                        'PASS
                        'FAIL)
                    (cons* (cons 'result result)
                           (cons 'expected expected)
                           info))))))

    (define (skip-test info)
      ((current-test-reporter) 'SKIP info))

    (define (cons* first second rest)
      (cons first (cons second rest)))

    (define (info-ref info key)
      (let ((entry (assq key info)))
        (and entry (cdr entry))))

    (define (test-get-name! info)
      "The name of a test, made of its source if it was given none."
      (or (info-ref info 'name)
          (info-ref info 'gen-name)
          (let ((name (name-of-source info)))
            (if (pair? info)
                (set-cdr! info (cons (cons 'gen-name name) (cdr info))))
            name)))

    (define (name-of-source info)
      (let ((source (assq 'source info)) (group (current-test-group)))
        (cond (source
               (shortened (cdr source) (- (current-column-width) 12) ""))
              (group
               (string-append "test-" (number->string
                                       (test-group-ref group 'count 0))))
              (else ""))))

    ;; What matters in a long form is what stands inside of its let.
    (define (shortened form width before)
      (let ((text (written form)) (room (max 0 (- width 3))))
        (cond ((<= (string-length text) width)
               (string-append before text))
              ((and (pair? form) (list? form)
                    (memq (car form) '(let call-with-values)))
               (shortened (inside form) room "..."))
              (else
               (string-append before
                              (substring text 0
                                         (min room (string-length text)))
                              "...")))))

    (define (inside form)
      (if (eq? (car form) 'let)
          (last-of form)
          (let ((producer (cadr form)))
            (if (and (list? producer) (pair? producer)
                     (eq? (car producer) 'lambda))
                (last-of producer)
                producer))))

    (define (last-of list)
      (list-ref list (- (length list) 1)))

    ;; Groups: a name and an association list of fields.

    (define (make-test-group name parent)
      (let* ((group (list name))
             (inherited (lambda (field default)
                          (if parent
                              (test-group-ref parent field)
                              default)))
             (filters (current-test-group-filters))
             (removers (current-test-group-removers)))
        (test-group-set! group 'start-time (current-second))
        (test-group-set! group 'parent parent)
        (test-group-set! group 'verbose
                         (inherited 'verbose (current-test-verbosity)))
        (test-group-set! group 'level (+ 1 (inherited 'level -1)))
        (test-group-set! group 'skip-group?
                         (and (or (inherited 'skip-group? #f)
                                  (selected-by? group removers)
                                  (and (null? removers) (pair? filters)))
                              (not (selected-by? group filters))))
        group))

    (define (test-group-name group)
      "The name of a group."
      (car group))

    (define (test-group-ref group field :up-to 1 default)
      "A field of a group, or the default if there is none."
      (let ((entry (and group (assq field (cdr group)))))
        (if entry (cdr entry) (option 0 default #f))))

    (define (update! group field first next)
      (let ((entry (assq field (cdr group))))
        (if entry
            (set-cdr! entry (next (cdr entry)))
            (set-cdr! group (cons (cons field first) (cdr group))))))

    (define (test-group-set! group field value)
      "Sets a field of a group."
      (update! group field value (lambda (old) value)))

    (define (test-group-inc! group field :up-to 1 amount)
      "Adds to a field of a group, 1 or an amount."
      (let ((amount (option 0 amount 1)))
        (update! group field amount (lambda (old) (+ old amount)))))

    (define (test-group-push! group field value)
      "Puts a value before the list in a field of a group."
      (update! group field (list value) (lambda (old) (cons value old))))

    (define-syntax test-group
      (syntax-rules ()
        ((_ name body ...)
         (run-group name (lambda () body ... (if #f #f))))))

    (define (run-group name thunk)
      (if (not (string? name)) (error "a name is required, got" name))
      (let ((outer (current-test-group)))
        (test-begin name)
        (guard (condition
                (#t
                 (complain condition "error in group outside of tests")
                 (test-group-inc! (current-test-group) 'count)
                 (test-group-inc! (current-test-group) 'ERROR)
                 (test-failure-count (+ 1 (test-failure-count)))))
          (thunk))
        (test-end name)
        (current-test-group outer)))

    (define (test-begin :up-to 1 name)
      "Begins a group, until the test-end that belongs to it."
      (let* ((parent (current-test-group))
             (group (make-test-group (option 0 name "") parent)))
        ((current-test-group-reporter) group parent)
        (current-test-group group)))

    (define (test-end :up-to 1 name)
      "Ends the current group and writes what came of its tests."
      (let ((group (current-test-group)))
        (when group
          (if (and (option 0 name #f)
                   (not (equal? (car name) (test-group-name group))))
              (warn "mismatched test-end:" (car name) (test-group-name group)))
          ((current-test-group-reporter) group)
          (let ((parent (test-group-ref group 'parent)))
            (if parent (count-subgroup! parent group))
            (current-test-group parent)))))

    (define (count-subgroup! parent group)
      (test-group-inc! parent 'subgroups-count)
      (cond ((test-group-ref group 'skip-group?)
             (test-group-inc! parent 'subgroups-skip))
            ((and (zero? (test-group-ref group 'FAIL 0))
                  (zero? (test-group-ref group 'ERROR 0))
                  (= (test-group-ref group 'subgroups-pass 0)
                     (test-group-ref group 'subgroups-count 0)))
             (test-group-inc! parent 'subgroups-pass))))

    (define (test-exit)
      "Ends the program, with status 0 if no test failed."
      (if (current-test-group)
          (warn "calling test-exit with unfinished test group:"
                (test-group-name (current-test-group))))
      (exit (zero? (test-failure-count))))

    ;; Texts

    (define (warn message . objects)
      (let ((port (current-error-port)))
        (display message port)
        (for-each (lambda (object)
                    (write-char #\space port)
                    (write object port))
                  objects)
        (newline port)))

    (define (complain condition message . objects)
      (apply warn message objects)
      (let ((port (current-error-port)))
        (display "ERROR: " port)
        (display (message-of condition) port)
        (newline port)))

    (define (text-of show object)
      (let ((port (open-output-string)))
        (show object port)
        (get-output-string port)))

    (define (message-of condition)
      (if (error-object? condition)
          (apply string-append
                 (text-of display (error-object-message condition))
                 (let ((irritants (error-object-irritants condition)))
                   (map (lambda (before irritant)
                          (string-append before (text-of write irritant)))
                        (if (pair? irritants)
                            (cons ": " (map (lambda (i) " ") (cdr irritants)))
                            '())
                        irritants)))
          (string-append "uncaught exception: " (text-of write condition))))

    (define (written object)
      (text-of write-form object))

    ;; As write does, but for the short forms of quote and the like. What is
    ;; no list, or refers to itself, is left to write.
    (define (write-form form port)
      (let ((mark (and (list? form) (pair? form) (= (length form) 2)
                       (assq (car form) '((quote . "'") (quasiquote . "`")
                                          (unquote . ",")
                                          (unquote-splicing . ",@"))))))
        (cond (mark
               (display (cdr mark) port)
               (write-form (cadr form) port))
              ((and (list? form) (pair? form))
               (display "(" port)
               (write-form (car form) port)
               (for-each (lambda (part)
                           (display " " port)
                           (write-form part port))
                         (cdr form))
               (display ")" port))
              (else (write form port)))))

    (define (show . parts)
      (for-each display parts))

    (define (setting name)
      (let ((value (get-environment-variable name)))
        (and value (not (string=? value "")) value)))

    (define (number-setting name default)
      (let ((value (setting name)))
        (or (and value (string->number value)) default)))

    (define coloured?
      (let ((value (get-environment-variable "ANSI_ESCAPES_ENABLED")))
        (if value
            (not (string=? value "0"))
            (member (get-environment-variable "TERM")
                    '("xterm" "xterm-color" "xterm-256color" "rxvt"
                      "rxvt-unicode-256color" "kterm" "linux" "screen"
                      "screen-256color" "tmux-256color" "vt100")))))

    (define (style start end)
      (lambda (text)
        (if coloured?
            (string-append "\x1b;[" start "m" text "\x1b;[" end "m")
            text)))
    (define bold (style "1" "22"))
    (define underlined (style "4" "24"))
    (define red (style "31" "39"))
    (define green (style "32" "39"))
    (define yellow (style "33" "39"))
    (define (plain text) text)

    (define (style-of status)
      (case status
        ((ERROR) (lambda (text) (underlined (red text))))
        ((FAIL) red)
        ((SKIP) yellow)
        (else plain)))

    ;; Columns. What begins a line ends the one before, if there is one.

    (define at-start? #t)

    (define (line indent)
      (let ((end (if at-start? "" "\n")))
        (set! at-start? #f)
        (string-append end (make-string indent #\space))))

    (define first-indentation (number-setting "TEST_FIRST_INDENTATION" 1))
    (define most-indentation (number-setting "TEST_MAX_INDENTATION" 5))

    (define (indent-of group)
      (if group
          (* (current-group-indent)
             (min most-indentation
                  (max 0 (+ 1 (- (test-group-ref group 'level 0)
                                 first-indentation)))))
          0))

    ;; Reports of tests

    ;; Verbosely, a line for each test; else a character each, and the failures
    ;; at the end of the group.
    (define (verbose? group)
      (or (not group) (test-group-ref group 'verbose)))

    (define (report-test status info)
      (let ((group (current-test-group)))
        (if (eq? status 'BEGIN)
            (if (verbose? group) (begin-line group info))
            (end-test group status info))))

    (define (begin-line group info)
      (let* ((indent (if group (indent-of group) 4))
             (name (text-of display (test-get-name! info)))
             (room (- (current-column-width) indent 9 (string-length name))))
        (if (and group (positive? indent)) (show (line indent)))
        (if (positive? room)
            (show name " " (make-string room #\x2024) " ")
            (show (substring name 0
                             (max 0 (+ (string-length name) room -1)))
                  "\x2026;  "))
        (flush-output-port)))

    (define (end-test group status info)
      (let ((failed? (memq status '(FAIL ERROR)))
            (indent (+ (current-group-indent) (indent-of group))))
        (if failed? (test-failure-count (+ 1 (test-failure-count))))
        (cond ((verbose? group)
               (show "[" (if (eq? status 'ERROR) "" " ")
                     ((style-of status) (symbol->string status)) "]")
               (explain indent status info)
               (newline))
              (else
               (show ((style-of status)
                      (case status
                        ((ERROR) "!")
                        ((FAIL) "x")
                        ((SKIP) "-")
                        (else "."))))
               (if failed?
                   (test-group-push! group 'failures (cons status info)))))
        (when group
          (test-group-inc! group 'count)
          (test-group-inc! group status)
          (if (not (verbose? group)) (wrap group)))
        (flush-output-port)
        status))

    ;; Begins a new line when the characters of the tests have filled one.
    (define (wrap group)
      (let ((indent (indent-of group)))
        (if (zero? (modulo (test-group-ref group 'count 0)
                           (max (- (current-column-width) indent)
                                (current-group-indent))))
            (show "\n" (make-string (+ 1 indent) #\space)))))

    (define (explain indent status info)
      (let ((entry (lambda (key) (info-ref info key))))
        (case status
          ((ERROR)
           (if (assq 'exception info)
               (show (line indent) "Exception: "
                     (message-of (entry 'exception)))))
          ((FAIL)
           (show (line indent))
           (cond ((entry 'assertion) (show "assertion failed"))
                 ((not (entry 'expect-error)) (show-difference info))
                 ((assq 'exception info)
                  (show "error should satisfy "
                        (written (entry 'error-type-test-expr))
                        " but raised " (written (entry 'exception))))
                 (else
                  (show "expected an error but got "
                        (written (entry 'result)))))))
        (if (and (memq status '(FAIL ERROR)) (assq 'source info))
            (let ((source (written (entry 'source))))
              (if (or (entry 'name)
                      (> (string-length source) (current-column-width)))
                  (show (line indent) source))))))

    (define (show-difference info)
      (let* ((expected (info-ref info 'expected))
             (result (info-ref info 'result))
             (format (or (current-test-value-formatter) written))
             (differ? (not (equal? (format expected) (format result))))
             (format (if differ? format written)))
        (show "expected " (green (format expected))
              " but got " (red (format result)))))

    ;; Reports of groups

    ;; (report-group GROUP PARENT) at its begin, (report-group GROUP) at its end
    (define (report-group group :up-to 1 parent)
      (if (pair? parent)
          (begin-group group)
          (end-group group)))

    (define (begin-group group)
      (let ((indent (indent-of group)))
        (cond ((verbose? group)
               (show (rule group "testing ") "\n"))
              (else
               (show (line indent)
                     (bold (string-append
                            (text-of display (test-group-name group)) ": ")))
               (show (line (+ 1 indent)))))))

    ;; A line across the page that names the group.
    (define (rule group what)
      (let* ((indent (indent-of group))
             (text (string-append
                    (if (test-group-ref group 'skip-group?) "skipping " what)
                    (text-of display (test-group-name group)))))
        (string-append
         (line indent) "-- " (bold text) " "
         (make-string (max 0 (- (current-column-width)
                                (string-length text) indent 4))
                      #\-))))

    (define (end-group group)
      (let* ((field (lambda (name) (test-group-ref group name 0)))
             (passed (+ (field 'PASS) (field 'total-pass)))
             (failed (+ (field 'FAIL) (field 'total-fail)))
             (errors (+ (field 'ERROR) (field 'total-error)))
             (count (+ passed failed errors))
             (indent (indent-of group))
             (groups (- (field 'subgroups-count) (field 'subgroups-skip)))
             (passed-groups (field 'subgroups-pass)))
        (when (positive? count)
          (show (line indent)
                (share passed count)
                (plural " test" passed) " passed in "
                (- (current-second) (field 'start-time)) " seconds"
                (if (zero? (field 'SKIP))
                    ""
                    (string-append
                     " (" (number->string (field 'SKIP))
                     (plural " test" (field 'SKIP)) " skipped)"))
                "."))
        (show-count indent failed " failure" count red)
        (show-count indent errors " error" count (style-of 'ERROR))
        (if (not (verbose? group))
            (for-each
             (lambda (failure) (show-failure indent (car failure) (cdr failure)))
             (reverse (test-group-ref group 'failures '()))))
        (if (positive? groups)
            (show (line indent)
                  (share passed-groups groups)
                  (plural " subgroup" passed-groups) " passed."))
        (if (verbose? group)
            (show (rule group "done testing ") "\n"))
        (let ((parent (field 'parent)))
          (cond (parent
                 (test-group-inc! parent 'total-pass passed)
                 (test-group-inc! parent 'total-fail failed)
                 (test-group-inc! parent 'total-error errors))
                (else (newline))))))

    (define (show-failure indent status info)
      (show (line indent)
            (red (string-append (symbol->string status) ": "))
            (test-get-name! info))
      (explain (+ (current-group-indent) indent) status info))

    (define (share n count)
      ((if (= n count) green plain)
       (string-append (number->string n) " out of " (number->string count)
                      (percent n count))))

    (define (show-count indent n word count style)
      (if (positive? n)
          (show (line indent)
                (style (string-append (number->string n) (plural word n)
                                      (percent n count) ".")))))

    (define (percent n count)
      (string-append
       " (" (number->string (/ (round (* 1000.0 (/ n count))) 10)) "%)"))

    (define (plural word n)
      (if (= n 1) word (string-append word "s")))

    ;; Parameters

    (define current-test-group (make-parameter #f))
    (define current-test-value-formatter (make-parameter #f))
    (define current-test-verbosity
      (make-parameter (not (member (setting "TEST_VERBOSE") '(#f "0")))))
    (define current-test-epsilon (make-parameter 1e-5))
    (define current-test-comparator (make-parameter test-equal?))
    (define current-test-applier (make-parameter apply-test))
    (define current-test-skipper (make-parameter skip-test))
    (define current-test-reporter (make-parameter report-test))
    (define current-test-group-reporter (make-parameter report-group))
    (define test-failure-count (make-parameter 0))
    (define current-column-width
      (make-parameter (number-setting "TEST_COLUMN_WIDTH" 78)))
    (define current-group-indent
      (make-parameter (number-setting "TEST_GROUP_INDENT" 4)))

    ;; Predicates for the names that contain a part, from a list of parts with
    ;; commas between them.
    (define (parts-setting variable name-of)
      (map (lambda (part)
             (lambda (object)
               (let ((name (name-of object)))
                 (and (string? name) (string-contains name part)))))
           (split (or (setting variable) ""))))

    (define (split text)
      (let loop ((start 0) (end 0) (parts '()))
        (cond ((= end (string-length text))
               (reverse (if (< start end)
                            (cons (substring text start end) parts)
                            parts)))
              ((char=? (string-ref text end) #\,)
               (loop (+ end 1) (+ end 1)
                     (cons (substring text start end) parts)))
              (else (loop start (+ end 1) parts)))))

    (define current-test-group-filters
      (make-parameter (parts-setting "TEST_GROUP_FILTER" test-group-name)))
    (define current-test-group-removers
      (make-parameter (parts-setting "TEST_GROUP_REMOVE" test-group-name)))
    (define current-test-filters
      (make-parameter (parts-setting "TEST_FILTER" test-get-name!)))
    (define current-test-removers
      (make-parameter (parts-setting "TEST_REMOVE" test-get-name!)))))
