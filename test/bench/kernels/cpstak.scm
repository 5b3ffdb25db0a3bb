;; Takeuchi's function in continuation-passing style: closures and unknown
;; tail calls.
;; input: repetitions x y z
(define (cpstak x y z)
  (define (tak x y z k)
    (if (not (< y x))
        (k z)
        (tak (- x 1) y z
             (lambda (v1)
               (tak (- y 1) z x
                    (lambda (v2)
                      (tak (- z 1) x y
                           (lambda (v3)
                             (tak v1 v2 v3 k)))))))))
  (tak x y z (lambda (a) a)))

(define repetitions (read))
(define x (read))
(define y (read))
(define z (read))
(let loop ((i 0) (sum 0))
  (if (< i repetitions)
      (loop (+ i 1) (+ sum (cpstak x y z)))
      (begin (display sum) (newline))))
