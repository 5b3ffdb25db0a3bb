;; All solutions of the n-queens problem with lists.
;; input: repetitions n
(define (one-to n)
  (let loop ((i n) (l '()))
    (if (= i 0) l (loop (- i 1) (cons i l)))))

(define (ok? row dist placed)
  (or (null? placed)
      (and (not (= (car placed) (+ row dist)))
           (not (= (car placed) (- row dist)))
           (ok? row (+ dist 1) (cdr placed)))))

(define (append-reverse-onto x y)
  (if (null? x) y (append-reverse-onto (cdr x) (cons (car x) y))))

(define (try x y z)
  (if (null? x)
      (if (null? y) 1 0)
      (+ (if (ok? (car x) 1 z)
             (try (append-reverse-onto y (cdr x)) '() (cons (car x) z))
             0)
         (try (cdr x) (cons (car x) y) z))))

(define repetitions (read))
(define n (read))
(let loop ((i 0) (sum 0))
  (if (< i repetitions)
      (loop (+ i 1) (+ sum (try (one-to n) '() '())))
      (begin (display sum) (newline))))
