;; Digits of pi by an unbounded spigot (Jeremy Gibbons): sums, products and
;; quotients of integers that grow.
;; input: repetitions digits
(define (pi-digits count emit)
  (let loop ((q 1) (r 0) (t 1) (k 1) (n 3) (l 3) (left count))
    (if (> left 0)
        (if (< (+ (* 4 q) (- r t)) (* n t))
            (begin
              (emit n)
              (loop (* q 10) (* 10 (- r (* n t))) t k
                    (- (quotient (* 10 (+ (* 3 q) r)) t) (* 10 n))
                    l (- left 1)))
            (loop (* q k) (* (+ (* 2 q) r) l) (* t l) (+ k 1)
                  (quotient (+ (* q (+ (* 7 k) 2)) (* r l)) (* t l))
                  (+ l 2) left)))))

(define repetitions (read))
(define digits (read))
(let loop ((i 1))
  (if (< i repetitions)
      (begin (pi-digits digits (lambda (d) d)) (loop (+ i 1)))
      (begin (pi-digits digits display) (newline))))
