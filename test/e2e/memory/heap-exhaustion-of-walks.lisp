;; Printing, comparing and reading take memory outside the heap: as much as the
;; heap may have, then heap-exhausted is raised and all of it is given back. What
;; goes to a file takes little.
(define (show . xs) (for-each (lambda (x) (write x) (display " ")) xs) (newline))
(define-syntax exhausted?
  (syntax-rules ()
    ((_ expression)
     (guard (e ((eq? (condition-type e) 'heap-exhausted) 'exhausted))
       expression
       'done))))
(define (times n thunk)
  (let loop ((i 1))
    (let ((result (thunk)))
      (if (< i n) (loop (+ i 1)) result))))

;; 64 MB of text.
(define text (make-string 1000000 #\x))
(define texts (make-vector 64 text))
(define (print-to port) (write texts port))
(show (times 20 (lambda () (exhausted? (print-to (open-output-string))))))
(define (to-file print)
  (call-with-output-file "/dev/null" (lambda (port) (exhausted? (print port)))))
(show (to-file print-to)
      (to-file (lambda (port) (display (list texts) port)))
      (to-file (lambda (port) (write (make-vector 1000000 'symbol) port)))
      (to-file (lambda (port) (write (expt 7 100000) port))))

;; As deep as half the heap.
(define (deep n) (let loop ((n n) (x '())) (if (= n 0) x (loop (- n 1) (list x)))))
(define nested #f)
;; Not in the frame of the program, where it would stay.
(define (make-nested) (set! nested (deep 1100000)))
(make-nested)
(show (times 20 (lambda () (exhausted? (write nested (open-output-string)))))
      (times 5 (lambda () (to-file (lambda (port) (write nested port)))))
      (times 5 (lambda () (to-file (lambda (port) (write-shared nested port))))))
(set! nested #f)
;; Nor does a stale word of the stack hold it.
(define (clear-stack n) (if (= n 0) 0 (+ 1 (clear-stack (- n 1)))))
(clear-stack 1000)

(define (vector-of n) (make-vector n '(a)))
(define same? #f)
(define a (vector-of 1100000))
(define b (vector-of 1100000))
(show (times 20 (lambda () (exhausted? (set! same? (equal? a b))))))
(set! b #f)
(show (exhausted? (make-vector 1000000 0)))
