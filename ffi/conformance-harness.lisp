;;; What the conformance suites have in common. (offers? member) tells whether
;;; the host has something that a case needs.
(define passed 0)
(define failed 0)
(define skipped 0)

(define (report outcome name . detail)
  (print (cat outcome "  " name (if (null? detail) "" (cat ": " (car detail))))))

(define (fail name detail)
  (set! failed (+ failed 1))
  (report "FAIL" name detail))

(define (text object)
  (call-with-output-string (lambda (port) (write object port))))

(define (described condition)
  (if (error-object? condition)
      (cat (condition-type condition) ", " (condition-message condition))
      (text condition)))

;; Runs (thunk) in the end of which `check` says what is wrong, or #f.
(define (run-case name needs thunk)
  (let ((missing (filter (lambda (member) (not (offers? member))) needs)))
    (if (pair? missing)
        (begin
          (set! skipped (+ skipped 1))
          (report "SKIP" name (cat "there is no `" (car missing) "`")))
        (let ((problem
               (call/cc
                (lambda (leave)
                  (with-exception-handler
                   (lambda (e) (leave (cat "raised " (described e))))
                   thunk)))))
          (if problem
              (fail name problem)
              (begin
                (set! passed (+ passed 1))
                (report "PASS" name)))))))

(define-syntax define-case
  (syntax-rules ()
    ((_ name needs body ...) (run-case name 'needs (lambda () body ...)))))

(define (expect what expected got)
  (if (equal? expected got)
      #f
      (cat what ": expected " (text expected) ", got " (text got))))

;; The first complaint of all elements.
(define (first-problem f list)
  (let loop ((list list))
    (if (null? list)
        #f
        (or (f (car list)) (loop (cdr list))))))

(define (finish)
  (print (cat passed " passed, " failed " failed, " skipped " skipped"))
  (exit (if (= failed 0) 0 1)))
