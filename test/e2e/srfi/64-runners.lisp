;; SRFI 64: every procedure of a runner, specifiers, properties.
(import (scheme base) (scheme write) (srfi 64))
(define (show . parts)
  (for-each (lambda (x) (display x) (display " ")) parts)
  (newline))

;; A runner that shows each event.
(define (make-loud-runner)
  (let ((runner (test-runner-null)))
    (test-runner-on-test-begin! runner
      (lambda (r) (show 'test-begin (test-runner-test-name r)
                        (test-result-kind r))))
    (test-runner-on-test-end! runner
      (lambda (r) (show 'test-end (test-runner-test-name r)
                        (test-result-kind r) (test-passed? r))))
    (test-runner-on-group-begin! runner
      (lambda (r name count) (show 'group-begin name count)))
    (test-runner-on-group-end! runner
      (lambda (r) (show 'group-end (test-runner-group-stack r)
                        (test-runner-group-path r))))
    (test-runner-on-bad-count! runner
      (lambda (r actual expected) (show 'bad-count actual expected)))
    (test-runner-on-bad-end-name! runner
      (lambda (r begun ended) (show 'bad-end-name begun ended)))
    (test-runner-on-final! runner
      (lambda (r)
        (show 'final (test-runner-pass-count r) (test-runner-fail-count r)
              (test-runner-xpass-count r) (test-runner-xfail-count r)
              (test-runner-skip-count r))))
    runner))
(define runner (make-loud-runner))
(test-runner-aux-value! runner 'mine)
(show (test-runner-aux-value runner) (test-runner? runner))
(test-runner-current runner)
(test-begin "outer" 7)
(test-begin "inner")
(test-expect-fail (test-match-any "wrong" (test-match-nth 2)))
(test-assert "right" #t)
(test-assert "second" #t)
(test-assert "wrong" #f)
(test-skip (test-match-all (test-match-name "never") (lambda (r) #t)))
(test-assert "never" #f)
(test-end "other")
(test-end "outer")
(show (eq? runner (test-runner-current)) (eq? runner (test-runner-get)))

;; Properties.
(test-begin "properties")
(test-eqv "sum" 3 (+ 1 2))
(define archived (test-result-alist runner))
(test-result-set! runner 'note 'first)
(test-result-set! runner 'note 'second)
(show (test-result-ref runner 'note) (test-result-ref runner 'none)
      (test-result-ref runner 'none 'default))
(test-result-remove runner 'note)
(show (test-result-ref runner 'note))
(test-result-clear runner)
(show (test-result-alist runner) (cdr (assq 'actual-value archived)))
(test-error 'type (raise 'boom))
(show (test-result-ref runner 'expected-error)
      (test-result-ref runner 'actual-error))
(test-end)

;; Every callback that was set can be had again.
(show (map procedure?
           (map (lambda (get) (get runner))
                (list test-runner-on-test-begin test-runner-on-test-end
                      test-runner-on-group-begin test-runner-on-group-end
                      test-runner-on-bad-count test-runner-on-bad-end-name
                      test-runner-on-final))))
(test-runner-reset runner)
(show (test-runner-pass-count runner) (test-runner-group-stack runner)
      (test-runner-aux-value runner))

;; Those of the simple runner, one by one; a runner made of them.
(define plain (test-runner-simple))
(show (map eq?
           (list (test-runner-on-test-begin plain)
                 (test-runner-on-test-end plain)
                 (test-runner-on-group-begin plain)
                 (test-runner-on-group-end plain)
                 (test-runner-on-bad-count plain)
                 (test-runner-on-bad-end-name plain)
                 (test-runner-on-final plain))
           (list test-on-test-begin-simple test-on-test-end-simple
                 test-on-group-begin-simple test-on-group-end-simple
                 test-on-bad-count-simple test-on-bad-end-name-simple
                 test-on-final-simple)))
(define quiet (test-runner-null))
(test-runner-on-test-end! quiet test-on-test-end-simple)
(test-runner-on-final! quiet test-on-final-simple)
(test-with-runner quiet
  (test-begin "quiet")
  (test-assert "shown when it fails" #f)
  (test-assert "not shown" #t)
  (test-end))
(show (test-log-to-file))
(show (test-runner? (test-runner-create))
      (eq? (test-runner-factory) test-runner-simple))

;; Text that is no expression; more text than one.
(test-runner-current (test-runner-simple))
(test-begin "read")
(test-error (test-read-eval-string ""))
(test-error (test-read-eval-string "(+ 3 4"))
(test-error (test-read-eval-string "(+ 3 4) "))
(test-end)
