;; Small procedures, recursive ones and ones that call what they are given, for
;; programs and libraries that take them in.
(define-library (units steps)
  (export count-down even-number? odd-number? compose repeat fold-numbers
          make-counter count! counted literal literal-again sum-of stream-of
          both (rename step-up up))
  (import (scheme base))
  (begin
    (define (step-up n) (+ n 1))
    (define (count-down n k) (if (= n 0) (k n) (count-down (- n 1) k)))
    ;; Mutual recursion through exports.
    (define (even-number? n) (or (= n 0) (odd-number? (- n 1))))
    (define (odd-number? n) (and (not (= n 0)) (even-number? (- n 1))))
    (define (compose . procedures)
      (if (null? procedures)
          (lambda (x) x)
          (lambda (x)
            ((apply compose (cdr procedures)) ((car procedures) x)))))
    (define (repeat n f x) (if (= n 0) x (repeat (- n 1) f (f x))))
    (define (fold-numbers f initial from to)
      (let loop ((i from) (result initial))
        (if (< i to) (loop (+ i 1) (f i result)) result)))
    ;; State of the library, and of closures.
    (define count 0)
    (define (count!) (set! count (+ count 1)))
    (define (counted) count)
    (define (make-counter)
      (let ((n 0)) (lambda () (set! n (+ n 1)) n)))
    ;; A literal is one object, wherever the code that names it runs.
    (define (literal) '(1 2))
    (define (literal-again) (literal))
    (define (sum-of . numbers) (apply + numbers))
    (define (stream-of f x) (cons x (lambda () (stream-of f (f x)))))
    (define (both f g x) (values (f x) (g x)))))
