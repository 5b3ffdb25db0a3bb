;;; The check macros of the conformance suite: a failure prints its section of
;;; the report, the expression, what came and what was expected; (report) prints
;;; the count of checks that held.
(define-library (conformance check)
  (export section check check-near check-values raises called report via-file)
  (import (scheme base) (scheme write) (scheme complex) (scheme inexact)
          (scheme file) (scheme process-context))
  (begin
    (define current "")
    (define passed 0)

    (define (section name) (set! current name))

    (define (same? a b)
      "equal?, where a NaN is the same as a NaN; exactness and -0.0 count."
      (cond ((and (number? a) (number? b))
             (or (eqv? a b)
                 (and (inexact? a) (inexact? b)
                      (same-part? (real-part a) (real-part b))
                      (same-part? (imag-part a) (imag-part b)))))
            ((and (pair? a) (pair? b))
             (and (same? (car a) (car b)) (same? (cdr a) (cdr b))))
            (else (equal? a b))))

    (define (same-part? a b) (or (eqv? a b) (and (nan? a) (nan? b))))

    (define (near? a b)
      (and (number? a)
           (eq? (exact? a) (exact? b))
           (near-part? (real-part a) (real-part b) b)
           (near-part? (imag-part a) (imag-part b) b)))

    (define (near-part? a b whole)
      (or (same-part? a b)
          ;; A zero of a given sign is asked for exactly.
          (and (not (and (zero? a) (zero? b)))
               (<= (abs (- a b)) (* 4e-15 (max 1e-300 (magnitude whole)))))))

    (define (judge held? expression value expected)
      (if held?
          (set! passed (+ passed 1))
          (begin
            (display "FAIL ") (display current) (display ": ")
            (write expression)
            (display "\n  gave ") (write value)
            (display "\n  expected ") (write expected)
            (newline))))

    (define (value-of thunk)
      (guard (e ((error-object? e)
                 (list 'raised (error-object-message e)
                       (error-object-irritants e)))
                (#t (list 'raised e)))
        (thunk)))

    (define-syntax check
      (syntax-rules (=>)
        ((_ expression => expected)
         (let ((value (value-of (lambda () expression))) (wanted expected))
           (judge (same? value wanted) 'expression value wanted)))))

    (define-syntax check-near
      (syntax-rules (=>)
        ((_ expression => expected)
         (let ((value (value-of (lambda () expression))) (wanted expected))
           (judge (near? value wanted) 'expression value wanted)))))

    (define-syntax check-values
      (syntax-rules (=>)
        ((_ expression => expected ...)
         (check (call-with-values (lambda () expression) list)
                => (list expected ...)))))

    ;; (f argument ...) raises an error object; with a predicate, one of this
    ;; kind. The call is hidden from the compiler, which would warn of it.
    (define-syntax raises
      (syntax-rules ()
        ((_ (f argument ...)) (raises error-object? (f argument ...)))
        ((_ kind? (f argument ...))
         (let ((value (guard (e ((kind? e) raised))
                        (called f argument ...))))
           (judge (eq? value raised) '(f argument ...) value 'kind?)))))
    (define raised (list 'raised))
    (define hidden (vector #f))
    (define (called f . arguments)
      (vector-set! hidden 0 f)
      (apply (vector-ref hidden 0) arguments))

    (define (via-file write-it read-it)
      "(read-it name) after (write-it name), of a file of our own."
      (let ((name (string-append (list-ref (command-line) 1) ".data")))
        (write-it name)
        (let ((result (read-it name)))
          (if (file-exists? name) (delete-file name))
          result)))

    (define (report)
      (write passed)
      (display " checks hold")
      (newline))))
