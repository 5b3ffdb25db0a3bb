;;; What is evaluated is made of values, not of text.
(import (scheme base) (scheme complex) (scheme eval) (scheme inexact)
        (scheme write) (plc))

(define base (environment '(scheme base)))
(define both (environment '(scheme base) '(plc)))
(define (show . objects) (write objects) (newline))
(define (same? x) (eq? x (eval (list 'quote x) base)))

;; Quoting gives the very object.
(show (same? (list 1 2)) (same? (vector 1 'a "s")) (same? (string #\a))
      (same? (bytevector 1 2)) (same? car) (same? (lambda (x) x))
      (same? 'symbol) (same? ':keyword) (same? '()) (same? (generate-symbol))
      (same? (expt 7 90)) (same? 1/3) (same? (current-output-port))
      (same? (hash-table 'a 1)) (same? (f64vector 1.5)) (same? (box 1)))

;; Numbers of every kind.
(show (map (lambda (n) (eqv? n (eval n base)))
           (list 0 -5 (expt 10 40) (- (expt 10 40)) 2/3 (/ (expt 3 50) 2)
                 1.5 -0.0 +inf.0 1e300 (make-rectangular 1 2)
                 (make-rectangular 1.5 -2.5))))
(show (nan? (eval +nan.0 base)))

;; Everything else evaluates to itself.
(define-record-type point (make-point x y) point? (x point-x) (y point-y))
(define p (make-point 3 4))
(show (eq? p (eval p base)) (eval `(,point-x ,p) base)
      (eval `(vector-ref ,(vector 1 'a) 1) base)
      (eval '#(a b) base) (eval "text" base) (eval #\c base) (eval #t base)
      (eval nil base) (eval (if #f #f) base)
      (eval (list 'hash-table-ref/default (hash-table 'k 'v) ''k #f) both)
      (eval (list 'f64vector-ref (f64vector 1.5 2.5) 1) both)
      (eval (bytevector 1 2) base))

;; Mutable strings stay what they are.
(define s (make-string 3 #\x))
(string-set! (eval s base) 1 #\y)
(show s)

;; Objects inside quoted data, in quasiquotation and in macros.
(show (eq? car (cadr (eval `'(a ,car b) base)))
      (eq? car (cadr (eval `(quasiquote (a ,car (unquote (+ 1 2)))) base)))
      (eq? car (cadr (eval `(let-syntax ((m (syntax-rules ()
                                              ((_ x) '(a x b)))))
                              (m ,car))
                           base)))
      (eq? car (eval `(let-syntax ((m (syntax-rules () ((_) ,car)))) (m))
                     base)))

;; Circles can be quoted, and do not hang elsewhere.
(define circle (list 1 2 3))
(set-cdr! (cddr circle) circle)
(define knot (vector 1 #f))
(vector-set! knot 1 knot)
(define inside (list 'quote #f))
(set-car! (cdr inside) inside)
(define endless (list 'begin #f))
(set-car! (cdr endless) endless)
(show (same? circle) (same? knot) (eq? knot (eval knot base))
      (eq? inside (eval inside base)))
(define (fails? form) (guard (e (#t #t)) (eval form base) #f))
(show (fails? circle) (fails? endless))
(show (guard (e (#t (error-object-message e))) (eval endless base)))
(define (nest n x) (if (= n 0) x (nest (- n 1) (list x))))
(show (same? (nest 100000 'x)))
(show (fails? (nest 100000 'x)))

;; Shared structure is met once.
(define (double n x) (if (= n 0) x (double (- n 1) (list 'list x x))))
(show (same? (double 60 1)))

;; Keys of case.
(show (eval '(case (expt 10 30)
               ((1) 'one)
               ((1000000000000000000000000000000) 'big)
               (else 'other))
            base)
      (eval '(case 'b ((a) 1) ((b c) 2)) base))
(show (guard (e (#t (error-object-message e)))
        (eval `(case 1 ((,car) 2)) base)))
