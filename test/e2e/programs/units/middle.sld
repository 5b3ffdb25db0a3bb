;; Takes in what (units steps) has, and is taken in itself.
(define-library (units middle)
  (export up-twice bounce sum-between traverse literal?)
  (import (scheme base) (units steps))
  (begin
    (define (up-twice n) (repeat 2 up n))
    (define (bounce n k) (count-down n (lambda (zero) (k zero))))
    (define (sum-between from to) (fold-numbers + 0 from to))
    (define (traverse f lists) (map (lambda (list) (map f list)) lists))
    (define (literal? x) (eq? x (literal)))))
