;; Heap exhaustion is a condition that a program catches 100 times and goes on
;; allocating. The list is cut up when it is given up: a stale word on a stack,
;; which is scanned conservatively, may keep one of its vectors, but not all.

(define all '())
(define (fill-up)
  (set! all (cons (make-vector 1000 0) all))
  (fill-up))
(define (give-up)
  (if (pair? all)
      (let ((rest (cdr all)))
        (set-cdr! all '())
        (set! all rest)
        (give-up))))

(define caught 0)
(do ((i 0 (+ i 1)))
    ((= i 100))
  (guard (e ((and (error-object? e) (eq? (condition-type e) 'heap-exhausted))
             (give-up)
             (set! caught (+ caught 1))))
    (fill-up)))
(display caught)
(newline)
(let loop ((i 0))
  (if (< i 1000000)
      (begin (make-vector 10 i) (loop (+ i 1)))))
(display "still allocating")
(newline)
