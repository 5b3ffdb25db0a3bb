;; What is dropped is given back by (collect-garbage #t), whatever the registers
;; were last used for.

(define (count n)
  (let loop ((i n) (l '()))
    (if (= i 0) l (loop (- i 1) (cons i l)))))
(define (size)
  (collect-garbage #t)
  (cdr (assq 'heap-size (gc-statistics))))
(define big #f)
(define (fill) (set! big (count 200000)) (length big))
(define (drop) (set! big #f))

(define before (size))
(display (fill))
(newline)
(display (> (size) (+ before 3000000)))
(newline)
(drop)
(display (< (size) (+ before 500000)))
(newline)
