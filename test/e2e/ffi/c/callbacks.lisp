;; Lisp procedures called by C: constant ones, closures, raises and escapes.
(import (scheme base) (scheme write) (plc) (plc core))
(define (show x) (write x) (newline))
(include "Inputs/sort.scm")
(define (fresh) (bytevector 9 3 7 1 200 4))

(define v (fresh))
(sort! v difference)
(show v)

(define (sort-by sign)
  (let ((v (fresh)) (calls 0))
    (sort! v (lambda (a b) (set! calls (+ calls 1)) (* sign (difference a b))))
    (list v (> calls 4))))
(show (sort-by 1))
(show (sort-by -1))

;; The object that was raised comes back as it is, once, and afters run.
(define log '())
(define (note x) (set! log (cons x log)))
(show (guard (e (#t (list 'caught e)))
        (sort! (fresh) (lambda (a b)
                         (dynamic-wind
                          (lambda () (note 'in))
                          (lambda () (raise 'oops))
                          (lambda () (note 'out)))))))
(show (reverse log))
(define k-result
  (call/cc (lambda (k) (sort! (fresh) (lambda (a b) (k 'escaped))) 'returned)))
(show k-result)
(show (guard (e (#t (condition-message e))) (sort! (fresh) (lambda (a b) 'no-number))))
(show (guard (e (#t (condition-type e))) (sort! (fresh) (lambda (a) 0))))

;; A continuation of a callback can be entered while C is still there.
(define (with-generator)
  (let ((v (fresh)))
    (sort! v (lambda (a b) (+ (call/cc (lambda (k) (k (difference a b)))) 0)))
    v))
(show (with-generator))

;; Sorting in a callback of a sort; garbage all the time.
(define nested (fresh))
(sort! nested
       (lambda (a b)
         (let ((inner (fresh)))
           (sort! inner (lambda (x y) (vector-ref (vector (difference x y)) 0)))
           (if (= 1 (bytevector-u8-ref inner 0)) (difference a b) 0))))
(show nested)

;; A pointer to a function, kept and passed on.
(define compare
  (%native-callback "i32(k<void>,k<void>)" (lambda (a b) (- (difference a b)))))
(define w (fresh))
(sort! w compare)
(show w)

;; Without end: a condition.
(define (deep a b) (sort! (fresh) deep) 0)
(show (guard (e (#t (condition-type e))) (sort! (fresh) deep)))
