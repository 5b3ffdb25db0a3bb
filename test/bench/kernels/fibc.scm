;; fib by first-class continuations, with Peano addition (Kent Dybvig).
;; input: repetitions n
(define (succ n) (+ n 1))
(define (pred n) (- n 1))

(define (addc x y k)
  (if (zero? y)
      (k x)
      (addc (succ x) (pred y) k)))

(define (fibc x c)
  (if (zero? x)
      (c 0)
      (if (zero? (pred x))
          (c 1)
          (addc (call/cc (lambda (c) (fibc (pred x) c)))
                (call/cc (lambda (c) (fibc (pred (pred x)) c)))
                c))))

(let* ((n (read)) (x (read)))
  (let loop ((i 0) (sum 0))
    (if (< i n)
        (loop (+ i 1) (+ sum (fibc x (lambda (v) v))))
        (begin (display sum) (newline)))))
