;;; qsort and bsearch of the C library with comparators that are written here:
;;; top-level procedures, closures, errors and exits, numbers, records, symbols.
(import "stdlib.h" :from "c" :as std)

(define (show x) (write x) (newline))

;; Elements as C passes them: pointers to const void.
(define (number-at p) (ref (c:cast p 'double) 0))
(define (up a b)
  (let ((x (number-at a)) (y (number-at b)))
    (cond ((< x y) -1) ((> x y) 1) (else 0))))

(define numbers (f64vector 3.0 -1.5 2.25 1e10 0.0 -1.5))
(std:qsort numbers 6 8 up)
(show numbers)

;; A closure; how often it was called stays between calls.
(define calls 0)
(define (sort-by! v sign)
  (std:qsort v (f64vector-length v) 8
             (lambda (a b) (set! calls (+ calls 1)) (* sign (up a b)))))
(sort-by! numbers -1)
(show numbers)
(show (> calls 5))

;; Many numbers, garbage in each comparison.
(define (numbers-of n)
  (let ((v (make-f64vector n)))
    (let loop ((i 0) (x 12345))
      (when (< i n)
        (set! (ref v i) (exact->inexact (modulo x 1000)))
        (loop (+ i 1) (modulo (+ (* x 1103515245) 12345) 2147483648))))
    v))
(define (sorted? v)
  (let loop ((i 1))
    (or (>= i (f64vector-length v))
        (and (<= (ref v (- i 1)) (ref v i)) (loop (+ i 1))))))
(define many (numbers-of 5000))
(show (sorted? many))
(std:qsort many 5000 8
           (lambda (a b) (vector-ref (vector (up a b) 'garbage) 0)))
(show (sorted? many))

;; Found, not found; what is found is a place in the vector.
(define (find v key)
  (let* ((wanted (f64vector key))
         (p (std:bsearch wanted v (f64vector-length v) 8 up)))
    (and (not (c:null? p)) (number-at p))))
(std:qsort numbers 6 8 up)
(show (list (find numbers 2.25) (find numbers 7.0) (find numbers 1e10)))

;; Lisp objects: their places are sorted.
(define (sort-objects v before?)
  (let* ((count (vector-length v)) (places (c:new 'int count)))
    (for (i (iota count)) (set! (ref places i) i))
    (std:qsort places count 4
               (lambda (a b)
                 (let ((x (vector-ref v (ref (c:cast a 'int) 0)))
                       (y (vector-ref v (ref (c:cast b 'int) 0))))
                   (cond ((before? x y) -1) ((before? y x) 1) (else 0)))))
    (vector-map (lambda (i) (vector-ref v i)) (->lisp places))))
(define (symbol-before? a b) (string<? (symbol->string a) (symbol->string b)))
(show (sort-objects (vector 'delta 'alpha 'charlie 'bravo) symbol-before?))
(define-record-type planet (make-planet name moons) planet?
  (name planet-name) (moons planet-moons))
(show (vector-map planet-name
                  (sort-objects (vector (make-planet 'mars 2) (make-planet 'earth 1)
                                        (make-planet 'jupiter 95))
                                (lambda (a b) (> (planet-moons a) (planet-moons b))))))

;; Records of C, by a field and then by another one.
(define pairs (c:new std:div_t 4))
(for (i (iota 4))
  (let ((p (ref pairs i)))
    (set! p.quot (modulo (* 7 i) 3))
    (set! p.rem i)))
(std:qsort pairs 4 (c:sizeof std:div_t)
           (lambda (a b)
             (let ((x (c:cast a std:div_t)) (y (c:cast b std:div_t)))
               (if (= x.quot y.quot) (- y.rem x.rem) (- x.quot y.quot)))))
(show (map (lambda (i) (let ((p (ref pairs i))) (list p.quot p.rem))) (iota 4)))

;; Ways out: an error, an exit, a result that is no int; afters run once.
(define log '())
(define (leave how)
  (std:qsort (f64vector 3.0 1.0 2.0) 3 8
             (lambda (a b)
               (dynamic-wind (lambda () (set! log (cons 'in log)))
                             how
                             (lambda () (set! log (cons 'out log)))))))
(show (guard (e (#t (list 'caught (condition-message e))))
        (leave (lambda () (error "no order" 1)))))
(show (call/cc (lambda (k) (leave (lambda () (k 'left))))))
(show (guard (e (#t (condition-message e))) (leave (lambda () 'less))))
(show (reverse log))
(show (guard (e (#t (condition-type e)))
        (std:qsort (f64vector 2.0 1.0) 2 8 (lambda (a) 0))))

;; A sort in a comparator of a sort.
(define outer (f64vector 2.0 3.0 1.0))
(std:qsort outer 3 8
           (lambda (a b)
             (let ((inner (f64vector 9.0 8.0)))
               (std:qsort inner 2 8 up)
               (if (= (ref inner 0) 8.0) (up a b) 0))))
(show outer)
