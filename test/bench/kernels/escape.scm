;; Early exits from a procedure passed to another one.
;; input: repetitions length
(define (each f l)
  (if (pair? l)
      (begin (f (car l)) (each f (cdr l)))))
(define (find-first p l)
  (call/cc
   (lambda (return)
     (each (lambda (x) (if (p x) (return x))) l)
     #f)))
(define (numbers n)
  (let loop ((i n) (l '()))
    (if (= i 0) l (loop (- i 1) (cons i l)))))

(let* ((n (read)) (l (numbers (read))))
  (let loop ((i 0) (sum 0))
    (if (< i n)
        (let ((limit (+ 1 (remainder i 7))))
          (loop (+ i 1)
                (+ sum (find-first (lambda (x) (>= x limit)) l)
                   (if (find-first negative? l) 1 0))))
        (begin (display sum) (newline)))))
