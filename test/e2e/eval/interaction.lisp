;;; The program's top level is the interaction environment.
(import (scheme base) (scheme eval) (scheme repl) (scheme write))

(define (show . objects) (write objects) (newline))
(define top (interaction-environment))
(define x 1)
(define (f) (* x 10))
(define (g) (f))
(define-syntax swap!
  (syntax-rules ()
    ((_ a b) (let ((t a)) (set! a b) (set! b t)))))
(define-record-type point (make-point x y) point? (x point-x) (y point-y))

(show (eval 'x top) (eval '(f) top) (eq? f (eval 'f top)))

;; What is evaluated changes what the program sees.
(eval '(set! x 2) top)
(show x (g))
(eval '(define x 3) top)
(show x (g))
(eval '(define (f) (list 'new x)) top)
(show (f) (g))

;; New definitions are seen by later evaluations and by names that the program
;; does not define.
(eval '(define y 5) top)
(show y (eval '(+ x y) top))
(eval '(begin (define (even2? n) (or (= n 0) (odd2? (- n 1))))
              (define (odd2? n) (and (> n 0) (even2? (- n 1)))))
      top)
(show (even2? 1000) (odd2? 1000))
(set! y 6)
(show (eval 'y top))
(show (guard (e (#t (error-object-irritants e))) not-defined))
(show (guard (e (#t (error-object-irritants e))) (set! not-defined 1)))

;; Macros both ways.
(define a 1)
(define b 2)
(eval '(swap! a b) top)
(show a b)
(eval '(define-syntax constant (syntax-rules () ((_ x) '(x x)))) top)
(show (eval '(constant q) top))
(eval `(define-syntax car-of-it (syntax-rules () ((_) ,car))) top)
(show (eq? car (eval '(car-of-it) top)))

;; Records and imports.
(show (eval '(point-x (make-point 3 4)) top))
(eval '(define-record-type thing (make-thing a) thing? (a thing-a)) top)
(show (thing-a (make-thing 'inside)) (thing? 5))
(eval '(import (only (scheme char) char-upcase)) top)
(show (eval '(char-upcase #\a) top))

;; A definition whose value fails leaves the name unbound.
(show (guard (e (#t 'failed)) (eval '(define z (car '())) top)))
(show (guard (e (#t 'unbound)) z))

;; A procedure that is hot is compiled again and stays the same.
(eval '(define (loop n sum) (if (= n 0) sum (loop (- n 1) (+ sum n)))) top)
(define before (eval 'loop top))
(show (loop 300000 0) (eq? before loop))
(do ((i 0 (+ i 1))) ((= i 20)) (loop 1000 0))
(show (loop 300000 0) (eq? before (eval 'loop top)))

;; Without an environment, as in many systems, this one is meant.
(define (evaluate form) (eval form))
(show (evaluate '(* x 2)) (eval '(begin (define only-evaluated 7) x)))
(show (eval 'only-evaluated top) (apply eval '((+ 1 2))))
