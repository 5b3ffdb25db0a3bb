;; Factorials of a few thousand: products of a large and a small integer, by a
;; loop and by halving, and their decimal digits.
;; input: repetitions n
(define (factorial n)
  (let loop ((i 2) (product 1))
    (if (> i n) product (loop (+ i 1) (* product i)))))

(define (product low high)
  (if (= low high)
      low
      (let ((middle (quotient (+ low high) 2)))
        (* (product low middle) (product (+ middle 1) high)))))

(define (digit-sum s)
  (let ((n (string-length s)))
    (let loop ((i 0) (sum 0))
      (if (= i n)
          sum
          (loop (+ i 1)
                (+ sum (- (char->integer (string-ref s i)) 48)))))))

(define repetitions (read))
(define n (read))
(let loop ((i 0) (sum 0))
  (if (< i repetitions)
      (let ((f (factorial (+ n i))))
        (loop (+ i 1)
              (if (= f (product 1 (+ n i)))
                  (+ sum (digit-sum (number->string f)))
                  -1)))
      (begin (display sum) (newline) (write (factorial n)) (newline))))
