;; SRFI 41: the examples of the document, and constant space.
(import (scheme base) (scheme write) (srfi 41) (srfi 64))
(define (id x) x)
(test-begin "srfi-41")

(define strm123
  (stream-cons 1 (stream-cons 2 (stream-cons 3 stream-null))))
(define (take n s) (stream->list n s))

(test-group "primitives"
  (test-eqv 1 (stream-car strm123))
  (test-eqv 2 (stream-car (stream-cdr strm123)))
  (test-eqv #f
    (stream-pair? (stream-cdr (stream-cons (/ 1 (id 0)) stream-null))))
  (test-eqv #f (stream? (list 1 2 3)))
  (test-eqv #t (stream? strm123))
  (test-eqv #t (stream-null? stream-null))
  (test-eqv #f (stream-null? strm123))
  (test-eqv #t (stream-pair? strm123))
  (test-eqv #f (stream-pair? 5))
  (define iter (stream-lambda (f x) (stream-cons x (iter f (f x)))))
  (define nats (iter (lambda (x) (+ x 1)) 0))
  (test-eqv 1 (stream-car (stream-cdr nats)))
  (define stream-add
    (stream-lambda (s1 s2)
      (stream-cons (+ (stream-car s1) (stream-car s2))
                   (stream-add (stream-cdr s1) (stream-cdr s2)))))
  (define evens (stream-add nats nats))
  (test-eqv 0 (stream-car evens))
  (test-eqv 2 (stream-car (stream-cdr evens)))
  (test-eqv 4 (stream-car (stream-cdr (stream-cdr evens))))
  (test-error 'wrong-type (stream-car stream-null))
  (test-error 'wrong-type (stream-cdr (id 5)))
  (test-error (stream-car (stream-cdr (stream-cons 1 (id 2))))))

(test-group "elements are evaluated when needed, once"
  (define count 0)
  (define s (stream (begin (set! count (+ count 1)) count) (/ 1 (id 0)) -1))
  (test-eqv 0 count)
  (test-eqv 3 (stream-length s))
  (test-eqv 0 count)
  (test-eqv 1 (stream-car s))
  (test-eqv 1 (stream-car s))
  (define r (stream-reverse s))
  (test-eqv -1 (stream-ref r 0))
  (test-eqv 1 (stream-ref r 2))
  (test-error (stream-ref r 1))
  (test-error (list->stream (list 1 (/ 1 (id 0)) -1))))

(test-group "conversions"
  (test-equal '(1 2 3) (stream->list (list->stream '(1 2 3))))
  (test-equal '(#\a #\b) (stream->list (port->stream (open-input-string "ab"))))
  (test-equal '(0 1 4 9 16 25 36 49 64 81)
    (stream->list 10 (stream-map (lambda (x) (* x x)) (stream-from 0))))
  (test-equal '() (stream->list 0 strm123))
  (test-equal '(1 2 3) (stream->list 5 strm123))
  (test-equal '() (stream->list (stream))))

(define-stream (qsort lt? strm)
  (if (stream-null? strm)
      stream-null
      (let ((x (stream-car strm)) (xs (stream-cdr strm)))
        (stream-append
         (qsort lt? (stream-filter (lambda (u) (lt? u x)) xs))
         (stream x)
         (qsort lt? (stream-filter (lambda (u) (not (lt? u x))) xs))))))
(define-stream (interleave x yy)
  (stream-match yy
    (() (stream (stream x)))
    ((y . ys)
     (stream-append
      (stream (stream-cons x yy))
      (stream-map (lambda (z) (stream-cons y z)) (interleave x ys))))))
(define-stream (perms xs)
  (if (stream-null? xs)
      (stream (stream))
      (stream-concat
       (stream-map (lambda (ys) (interleave (stream-car xs) ys))
                   (perms (stream-cdr xs))))))
(define-stream (stream-unique eql? strm)
  (if (stream-null? strm)
      stream-null
      (stream-cons
       (stream-car strm)
       (stream-unique eql?
         (stream-drop-while (lambda (x) (eql? (stream-car strm) x)) strm)))))
(define-stream (stream-merge lt? . strms)
  (define-stream (merge xx yy)
    (stream-match xx
      (() yy)
      ((x . xs)
       (stream-match yy
         (() xx)
         ((y . ys)
          (if (lt? y x)
              (stream-cons y (merge xx ys))
              (stream-cons x (merge xs yy))))))))
  (stream-let loop ((strms strms))
    (cond ((null? strms) stream-null)
          ((null? (cdr strms)) (car strms))
          (else (merge (car strms) (apply stream-merge lt? (cdr strms)))))))
(define-stream (isort lt? strm)
  (define-stream (insert strm x)
    (stream-match strm
      (() (stream x))
      ((y . ys)
       (if (lt? y x)
           (stream-cons y (insert ys x))
           (stream-cons x strm)))))
  (stream-fold insert stream-null strm))
(define-stream (msort lt? strm)
  (let* ((n (quotient (stream-length strm) 2))
         (ts (stream-take n strm))
         (ds (stream-drop n strm)))
    (if (zero? n)
        strm
        (stream-merge lt? (msort < ts) (msort < ds)))))
(define primes
  (let ()
    (define-stream (next base mult strm)
      (let ((first (stream-car strm)) (rest (stream-cdr strm)))
        (cond ((< first mult) (stream-cons first (next base mult rest)))
              ((< mult first) (next base (+ base mult) strm))
              (else (next base (+ base mult) rest)))))
    (define-stream (sift base strm) (next base (+ base base) strm))
    (define-stream (sieve strm)
      (let ((first (stream-car strm)) (rest (stream-cdr strm)))
        (stream-cons first (sieve (sift first rest)))))
    (sieve (stream-from 2))))
(define-stream (hamming)
  (stream-cons 1
    (stream-unique =
      (stream-merge <
        (stream-map (lambda (x) (* x 2)) (hamming))
        (stream-merge <
          (stream-map (lambda (x) (* x 3)) (hamming))
          (stream-map (lambda (x) (* x 5)) (hamming)))))))

(test-group "the document's procedures"
  (test-equal '(1 1 2 3 4 5 9) (stream->list (qsort < (stream 3 1 4 1 5 9 2))))
  (test-equal '(1 1 2 3 4 5 9) (stream->list (isort < (stream 3 1 4 1 5 9 2))))
  (test-equal '(1 1 2 3 4 5 9) (stream->list (msort < (stream 3 1 4 1 5 9 2))))
  (test-equal '(1 2 3 2 1)
    (stream->list
     (stream-concat (stream (stream 1 2) (stream) (stream 3 2 1)))))
  (test-equal '((1 2 3) (2 1 3) (2 3 1) (1 3 2) (3 1 2) (3 2 1))
    (map stream->list (stream->list (perms (stream 1 2 3)))))
  (test-equal '(2 3 5 7 11 13 17 19 23 29) (take 10 primes))
  (test-eqv 997
    (stream-car (stream-reverse (stream-take-while (lambda (x) (< x 1000))
                                                   primes))))
  (test-equal '(1 2 3 4 5 6 8 9 10 12 15 16) (take 12 (hamming)))
  (test-equal '(1 2 1) (stream->list (stream-unique = (stream 1 1 2 2 2 1)))))

(test-group "procedures"
  (test-equal '(1 1 1) (take 3 (stream-constant 1)))
  (test-equal '(#t #f #t #f #t) (take 5 (stream-constant #t #f)))
  (test-equal '() (stream->list (stream-constant)))
  (test-equal '(2 3) (stream->list (stream-drop 1 strm123)))
  (test-equal '() (stream->list (stream-drop 9 strm123)))
  (test-equal '(3)
    (stream->list (stream-drop-while (lambda (x) (< x 3)) strm123)))
  (test-equal '(1 3 5 7 9) (take 5 (stream-filter odd? (stream-from 0))))
  (test-eqv 6 (stream-fold + 0 strm123))
  (define sum 0)
  (stream-for-each (lambda (x y) (set! sum (+ sum (* x y))))
                   strm123 (stream-from 1))
  (test-eqv 14 sum)
  (stream-for-each (lambda (x) (set! sum (+ sum x))) strm123)
  (test-eqv 20 sum)
  (test-equal '(0 1 2) (take 3 (stream-from 0)))
  (test-equal '(1 3 5) (take 3 (stream-from 1 2)))
  (test-equal '(1 2 4 8 16) (take 5 (stream-iterate (lambda (x) (* x 2)) 1)))
  (test-equal '(1 2 3/2 5/3 8/5)
    (take 5 (stream-iterate (lambda (x) (+ 1 (/ x))) 1)))
  (test-equal '(81 9) (stream->list (stream-map square (stream 9 3))))
  (test-eqv 338350
    (stream-fold + 0 (stream-map square (stream-range 1 101))))
  (test-equal '(11 22 33)
    (stream->list (stream-map + strm123 (stream-from 10 10))))
  (test-equal '(0 1 2 3 4 5 6 7 8 9) (stream->list (stream-range 0 10)))
  (test-equal '(0 2 4 6 8) (stream->list (stream-range 0 10 2)))
  (test-equal '(3 2 1) (stream->list (stream-range 3 0)))
  (test-eqv 120 (stream-ref (stream-scan * 1 (stream-from 1)) 5))
  (test-error (stream-ref strm123 3))
  (test-equal '(3 2 1) (stream->list (stream-reverse strm123)))
  (test-equal '(0 1 3 6 10 15) (take 6 (stream-scan + 0 (stream-from 1))))
  (test-equal '(0 1 3 6) (stream->list (stream-scan + 0 strm123)))
  (test-equal '(1 2) (stream->list (stream-take 2 strm123)))
  (test-equal '(1 2 3) (stream->list (stream-take 9 strm123)))
  (test-equal '(0 1 4 9 16 25 36 49 64 81)
    (stream->list (stream-unfold square (lambda (x) (< x 10))
                                 (lambda (x) (+ x 1)) 0)))
  (test-equal '((1 4) (2 5) (3 6))
    (stream->list (stream-zip strm123 (stream 4 5 6 7))))
  (test-equal '() (stream->list (stream-append)))
  (test-equal '(1 2 3 1 2) (take 5 (stream-append strm123 (stream) strm123))))

(test-group "syntax"
  (define (len strm)
    (stream-match strm (() 0) ((head . tail) (+ 1 (len tail)))))
  (test-eqv 3 (len strm123))
  (define (f s)
    (stream-match s
      ((x y . _) (equal? x y) 'same)
      ((_ _) 'two)
      ((x) (list x))
      (else (stream-length else))))
  (test-eqv 'same (f (stream 1 1 2)))
  (test-eqv 'two (f (stream 1 2)))
  (test-equal '(7) (f (stream 7)))
  (test-eqv 3 (f strm123))
  (test-eqv 'rest (stream-match (stream (/ 1 (id 0)) 2) ((_ . rest) 'rest)))
  (test-error (stream-match strm123 (() 0)))
  (test-error 'wrong-type (stream-match (id 5) (() 0)))
  (test-equal '(0 4 16 36 64)
    (stream->list (stream-of (* x x) (x in (stream-range 0 10)) (even? x))))
  (test-equal '((1 1) (1 2) (2 1) (2 2) (3 1) (3 2))
    (stream->list (stream-of (list a b) (a in (stream-range 1 4))
                             (b in (stream-range 1 3)))))
  (test-equal '((1 2) (1 3) (1 4) (2 3) (2 4) (3 4))
    (stream->list (stream-of (list i j) (i in (stream-range 1 5))
                             (j in (stream-range (+ i 1) 5)))))
  (test-equal '(1 4 9)
    (stream->list (stream-of y (x in strm123) (y is (* x x)))))
  (test-equal '(1) (stream->list (stream-of 1))))

(test-group "unfolds"
  (define (stream-partition pred? strm)
    (stream-unfolds
     (lambda (s)
       (if (stream-null? s)
           (values s '() '())
           (let ((a (stream-car s)) (d (stream-cdr s)))
             (if (pred? a) (values d (list a) #f) (values d #f (list a))))))
     strm))
  (test-equal '((1 3 5) (2 4))
    (call-with-values
        (lambda () (stream-partition odd? (stream-range 1 6)))
      (lambda (odds evens)
        (list (stream->list odds) (stream->list evens))))))

;; None of these holds more than a few cells at a time; a heap of 32 MB would
;; not hold all of them.
(test-group "constant space"
  (test-eqv 1000000 (stream-ref (stream-from 0) 1000000))
  (test-eqv 1200000
    (stream-ref (stream-filter (lambda (x) (zero? (modulo x 400000)))
                               (stream-from 0))
                3))
  (test-eqv 300000
    (stream-length (stream-append (stream) (stream-range 0 300000))))
  (define (traverse n)
    (stream-let loop ((i 0))
      (if (= i n) (stream i) (loop (+ i 1)))))
  (test-eqv 1000000 (stream-car (traverse 1000000)))
  (test-eqv 0 (stream-fold min 0 (stream-take 300000 (stream-constant 0 1))))
  (test-eqv 500000 (stream-car (stream-drop 500000 (stream-from 0))))
  (test-eqv 250000
    (stream-car (stream-drop-while (lambda (x) (< x 250000))
                                   (stream-map + (stream-from 0)
                                               (stream-constant 0))))))

(define-syntax test-names
  (syntax-rules ()
    ((_ text expression)
     (test-equal text (guard (e (#t (error-object-message e))) expression)))))
(test-names "stream-map: expected a procedure as argument 1"
            (stream-map 5 strm123))
(test-names "stream-map: expected a stream as argument 3"
            (stream-map + strm123 '(1)))
(test-names "stream-take: expected a count as argument 1"
            (stream-take -1 strm123))
(test-end "srfi-41")
