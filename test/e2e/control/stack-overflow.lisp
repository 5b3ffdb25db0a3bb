;; A stack overflow is a condition that a program catches 100 times and goes on.

(define (forever n) (+ 1 (forever (+ n 1))))

(define caught 0)
(do ((i 0 (+ i 1)))
    ((= i 100))
  (guard (e ((and (error-object? e) (eq? (condition-type e) 'stack-overflow))
             (set! caught (+ caught 1))))
    (forever 0)))
(display caught)
(newline)

(define (count n) (if (= n 0) 0 (+ 1 (count (- n 1)))))
(display (count 100000))
(newline)
(display (length (vector->list (make-vector 100000 'a))))
(newline)
