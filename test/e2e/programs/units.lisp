;;; Code goes from library to library: what is printed is the same whether it is
;;; taken in or called.
(import (scheme base) (scheme write) (units steps) (units middle))
(define (show . values) (for-each (lambda (x) (write x) (display " ")) values)
  (newline))

;; Tail calls between units, ten million of them, in constant space.
(define (ping n) (if (= n 0) 'landed (bounce 1 (lambda (zero) (pong n)))))
(define (pong n) (count-down 1 (lambda (zero) (ping (- n 1)))))
(show (ping 2500000))
(show (even-number? 10000000) (odd-number? 10000001) (even-number? 7))

;; Procedures that call what they are given.
(show (up-twice 1) (repeat 10 (lambda (x) (* 2 x)) 1) (repeat 3 up 0))
(show (sum-between 0 10) (fold-numbers cons '() 0 4)
      (fold-numbers (lambda (i r) (+ r (* i i))) 0 0 1000000))
(show ((compose up up (lambda (x) (* x x))) 2) ((compose) 'same))
(show (traverse (lambda (x) (- x)) '((1 2) () (3))))
(show (map + '(1 2 3) '(10 20)) (map (lambda (x y z) (list x y z)) '(1) '(2) '(3)))
(show (apply map list '((1 2) (3 4))))
(show (sum-of) (sum-of 1) (sum-of 1 2 3 4 5 6 7))
(call-with-values (lambda () (both up (lambda (x) (* x 10)) 4)) show)

;; Nested, recursive through the lambda, and left early.
(define (tree-sum tree)
  (if (pair? tree) (apply + (map tree-sum tree)) tree))
(show (tree-sum '(1 (2 3) ((4)) 5)))
(show (call/cc (lambda (k) (for-each (lambda (x) (if (> x 2) (k x))) '(1 2 3 4))
                 'none)))
;; A continuation captured in the lambda of map is entered again.
(define again #f)
(define runs 0)
(define result (map (lambda (x) (call/cc (lambda (k) (if (= x 2) (set! again k)) x)))
                    (list 1 2 3)))
(set! runs (+ runs 1))
(show result)
(if (< runs 3) (again (* runs 100)))

;; Variables of a library and of closures that its procedures make.
(repeat 5 (lambda (x) (count!) x) 0)
(count!)
(show (counted))
(define a (make-counter))
(define b (make-counter))
(a) (a)
(show (a) (b))
(define s (stream-of up 7))
(show (car ((cdr ((cdr s))))))
(show (eq? (literal) (literal-again)) (literal? (literal)))

;; The same conditions.
(define (message thunk)
  (guard (e (#t (cons (error-object-message e) (error-object-irritants e))))
    (thunk)))
(show (message (lambda () (map (lambda (x) (* x x)) '(1 2 . 3)))))
(show (message (lambda () (for-each (lambda (x) (car x)) '(1)))))
(show (message (lambda () (vector-map (lambda (x) x) 5))))
(show (message (lambda () (map 5 '(1)))))
(show (message (lambda () (map car '(1)))))
(show (message (lambda () (map + '(1) '(a)))))
(show (message (lambda () (map (lambda (x y) x) '(1)))))
(show (message (lambda () (repeat 1 (lambda () 1) 2))))
