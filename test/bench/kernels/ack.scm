;; Ackermann's function: deep non-tail recursion and tail calls mixed.
;; input: repetitions m n
(define (ack m n)
  (cond ((= m 0) (+ n 1))
        ((= n 0) (ack (- m 1) 1))
        (else (ack (- m 1) (ack m (- n 1))))))

(define repetitions (read))
(define m (read))
(define n (read))
(let loop ((i 0) (sum 0))
  (if (< i repetitions)
      (loop (+ i 1) (+ sum (ack m n)))
      (begin (display sum) (newline))))
