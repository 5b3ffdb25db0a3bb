;; Heap exhaustion is a condition that a program catches 100 times and goes on
;; allocating.

(define all '())
(define (fill-up)
  (set! all (cons (make-vector 1000 0) all))
  (fill-up))

(define caught 0)
(do ((i 0 (+ i 1)))
    ((= i 100))
  (guard (e ((and (error-object? e) (eq? (condition-type e) 'heap-exhausted))
             (set! all '())
             (set! caught (+ caught 1))))
    (fill-up)))
(display caught)
(newline)
(let loop ((i 0))
  (if (< i 1000000)
      (begin (make-vector 10 i) (loop (+ i 1)))))
(display "still allocating")
(newline)
