;; What procedures tell of themselves: their parameters and docstrings.
(import (scheme base) (scheme write) (scheme case-lambda) (plc))

(define (show object)
  (write (documentation object))
  (newline))

(define (area width height)
  "The area of a rectangle.

   Of both lengths,
     in the same unit."
  (define result (* width height))
  result)
(define (many first . rest) (list first rest))
(define all (lambda list "All of them." list))
(define (a->b λ) "Odd names, and letters: é." λ)
(define only (lambda () "a result, no docstring"))
(define sides
  (case-lambda
    ((a) "A square." (* a a))
    ((a b) (* a b))))
(define (adder n) (lambda (x) "Adds." (+ n x)))
(define (said-nothing x) "  \n " x)
(define (loop n) (let again ((i 0)) (if (< i n) (again (+ i 1)) again)))

(for-each show
          (list area many all a->b only sides (adder 1) (fn [x & more] "Of fn." x)
                (loop 3) said-nothing 5))
(write (list (area 2 3) (only) (sides 3) (sides 2 3) ((adder 1) 2)))
(newline)
(doc area)
(doc 5)
