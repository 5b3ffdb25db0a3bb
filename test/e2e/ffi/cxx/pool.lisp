;; Tasks of a pool of threads of C++ are objects whose methods are procedures: of a
;; class, and with state of their own; the listener, too.
(import (scheme base) (scheme write) (plc) (plc foreign) (plc c++))
(import "pool.hpp" :from "c++" :as pool :blocking ("Pool:finish" "sum_of"))

(define (show . xs)
  (for-each (lambda (x) (display x) (display " ")) xs)
  (newline))

(define done 0)
(define failures '())
(define listener
  (c++-object (pool:Listener)
    (done (self label result) (set! done (+ done 1)))
    (failed (self label why) (set! failures (cons label failures)))))

(c++-class Square (pool:Task)
  (run (self n) (* n n))
  (label (self) (string-append "square " (number->string (self.number)))))

(define (adder id n)
  (c++-object (pool:Task id)
    (run (self x)
      (set! n (+ n x))
      (if (> n 1000) (error "too much" n) n))))

(define squares (map Square '(1 2 3 4 5 6 7 8)))
(define two (adder 100 2))
(show (let ((s (car squares))) (s.label)) (two.label))

(define p (pool:Pool 4))
(p.listen listener)
(for-each (lambda (s i) (p.add s i)) squares '(1 2 3 4 5 6 7 8))
(show (p.finish) done)

;; One thread at a time is in Lisp: the sum is the same in any order.
(p.add two 10)
(show (- (p.finish) 204))

(define many (map (lambda (i) (adder i 0)) '(1 2 3 4)))
(let loop ((k 0))
  (when (< k 400)
    (p.add (list-ref many (modulo k 4)) 1)
    (loop (+ k 1))))
;; 1 + 2 + ... + 100, four times.
(show (- (p.finish) 216) done)

(p.add two 5000)
(show (guard (e ((foreign-error? e "pool::Failed")
                 (let ((v (foreign-error-value e)))
                   (list (foreign-error? e "std::runtime_error") v.task
                         (condition-message e)))))
        (p.finish))
      failures)

(show (pool:sum_of '(1 2 3 4 5 6 7 8 9 10) (lambda (n) (vector-length (make-vector n)))))
(define mine #f)
(show (guard (e ((eq? e mine) "the very same condition"))
        (pool:sum_of '(1 2 3) (lambda (n)
                                (guard (e (#t (set! mine e) (raise e)))
                                  (if (= n 2) (error "not this one" n) n))))))
