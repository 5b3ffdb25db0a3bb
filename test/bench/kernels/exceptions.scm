;; Exceptions: guards that catch, guards that pass an object on, handlers that
;; return, and guards that nothing is raised under.
;; input: repetitions depth
(define (find-negative numbers)
  (cond ((null? numbers) 0)
        ((< (car numbers) 0) (raise (car numbers)))
        (else (+ 1 (find-negative (cdr numbers))))))

;; Raised under some frames, caught by the first clause that fits.
(define (caught numbers)
  (guard (e ((symbol? e) 0)
            ((and (integer? e) (< e 0)) (- e)))
    (find-negative numbers)))

;; The inner guard has no clause for it and raises it again.
(define (passed-on numbers)
  (guard (e ((integer? e) (- e)))
    (+ 1 (guard (e ((string? e) 0))
           (find-negative numbers)))))

;; What `error` makes, its message read.
(define (failed i)
  (guard (e ((failure? e) (+ i (string-length (failure-message e)))))
    (if (>= i 0) (fail "below the bound" i) i)))

;; Handlers that return to the place of the raise.
(define (continued i)
  (with-exception-handler
    (lambda (e) (* e 2))
    (lambda () (+ 1 (raise-continuable i)))))

(define (quiet i)
  (guard (e (#t 0))
    (+ i 1)))

(define repetitions (read))
(define depth (read))
(define numbers
  (let loop ((i 0) (numbers '(-7)))
    (if (< i depth) (loop (+ i 1) (cons i numbers)) numbers)))
(let loop ((i 0) (sum 0))
  (if (< i repetitions)
      (loop (+ i 1)
            (+ sum (caught numbers) (passed-on numbers)
               (failed i) (continued i) (quiet i)))
      (begin (display sum) (newline))))
