;; The code of many evaluations takes few ranges of memory: a process may have
;; 65,530 of them, and a module has code, constants and data.
(import (scheme base) (scheme eval) (scheme file) (scheme write))

(define (ranges)
  (call-with-input-file "/proc/self/maps"
    (lambda (port)
      (let loop ((n 0))
        (if (eof-object? (read-line port)) n (loop (+ n 1)))))))

(define here (environment '(scheme base)))
(define (evaluate i)
  (eval `(let loop ((i 0) (l '()))
           (if (< i ,i) (loop (+ i 1) (cons "constant" l)) (length l)))
        here))
(define (sum from to)
  (let loop ((i from) (sum 0))
    (if (< i to) (loop (+ i 1) (+ sum (evaluate i))) sum)))

(write (sum 0 10))
(newline)
(define before (ranges))
(write (sum 10 160))
(newline)
(define after (ranges))
(write (if (< (- after before) 150) 'few (list before after)))
(newline)
;; What was made at the beginning still works.
(define adders (map (lambda (i) (eval `(lambda (x) (list x ,i "c")) here)) '(1 2 3)))
(sum 0 20)
(write (map (lambda (adder) (adder 'x)) adders))
(newline)
