;; The frames of a trace are those that the program has without optimisation:
;; inlined procedures are seen, procedures that ended in a tail call are not.
(import (scheme base) (scheme cxr) (scheme write) (plc))

(define (show-trace thunk)
  (call/cc
    (lambda (k)
      (with-exception-handler
        (lambda (e)
          (for-each
            (lambda (frame)
              (write (list (car frame) (caddr frame) (cadddr frame)))
              (newline))
            (condition-trace e))
          (newline)
          (k #f))
        thunk))))

(define v (vector 1 2 3))

;; Small procedures within small procedures.
(define (inner i) (+ 1 (vector-ref v i)))
(define (middle i) (* 2 (inner (+ i 1))))
(define (outer i) (- (middle i) 1))
(show-trace (lambda () (list (outer 5))))

;; A loop in tail position, and one that returns to its procedure.
(define (sum-to n)
  (let loop ((i 0) (sum 0))
    (if (< i n)
        (loop (+ i 1) (+ sum (inner i)))
        sum)))
(define (mean-to n)
  (/ (let next ((i 0) (sum 0))
       (if (< i n)
           (next (+ i 1) (+ sum (middle i)))
           sum))
     n))
(show-trace (lambda () (list (sum-to 5))))
(show-trace (lambda () (list (mean-to 5))))

;; A tail call of an inlined procedure: `pick` is gone when `inner` fails.
(define (pick i) (if (< i 0) 0 (inner i)))
(show-trace (lambda () (list (+ 1 (pick 7)))))

;; Recursion that is unrolled.
(define (count-down i)
  (if (= i 0)
      (vector-ref v 9)
      (+ 1 (count-down (- i 1)))))
(show-trace (lambda () (list (count-down 5))))

;; Equal calls at several places.
(define (choose x)
  (case x
    ((1) (cdr x))
    ((2) (+ 1 (choose 1)))
    (else (choose 2))))
(show-trace (lambda () (list (choose 3))))

;; Procedures that call one another, and lambdas.
(define (walk n)
  (define (even n) (if (= n 0) (car n) (odd (- n 1))))
  (define (odd n) (if (= n 0) (cdr n) (even (- n 1))))
  (+ 1 (even n)))
(show-trace (lambda () (list (walk 4))))
(define (twice f x) (+ 0 (f (+ 0 (f x)))))
(show-trace (lambda () (list (twice (lambda (x) (+ 1 (car x))) '(1)))))
(show-trace (lambda () (list (map (lambda (x) (+ 1 (inner x))) '(1 2 3)))))
