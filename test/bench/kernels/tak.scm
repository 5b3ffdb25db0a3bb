;; Takeuchi's function: calls with three arguments, one in tail position.
;; input: repetitions x y z
(define (tak x y z)
  (if (not (< y x))
      z
      (tak (tak (- x 1) y z)
           (tak (- y 1) z x)
           (tak (- z 1) x y))))

(define repetitions (read))
(define x (read))
(define y (read))
(define z (read))
(let loop ((i 0) (sum 0))
  (if (< i repetitions)
      (loop (+ i 1) (+ sum (tak x y z)))
      (begin (display sum) (newline))))
