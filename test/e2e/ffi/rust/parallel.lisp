;; Threads of rayon call a procedure for each item.
(import (scheme base) (scheme write) (plc))
(import "Inputs/crates" :from "rust" :as crates)
(define (show x) (write x) (newline))
(define (collatz n)
  (let next ((n n) (steps 0))
    (cond ((= n 1) steps)
          ((even? n) (next (quotient n 2) (+ steps 1)))
          (else (next (+ (* 3 n) 1) (+ steps 1))))))
(define starts (list->vector (map (lambda (n) (+ n 1)) (iota 200))))
(define steps
  (crates:map-in-parallel starts (lambda (n) (inexact (collatz (exact n))))))
(define most 0)
(for (n steps) (set! most (max most n)))
(show most)
(show (crates:map-in-parallel (f64vector 1 2 3 4) (lambda (x) (* x x))))
;; What is raised in a thread arrives here, and all go on afterwards.
(show (guard (e ((symbol? e) (list 'raised e)))
        (crates:map-in-parallel
         (f64vector 1 2 3 4)
         (lambda (x) (if (= x 3.0) (raise 'three) x)))))
