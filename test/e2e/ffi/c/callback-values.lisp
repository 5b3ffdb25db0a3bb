;;; Procedures whose usual work calls nothing, given to C by name: the usual
;;; values, and all for which there is more to do.
(import "callback-values.h" :from "c" :as v)
(define (show x) (write x) (newline))
(define-syntax try
  (syntax-rules ()
    ((_ e) (show (guard (c ((symbol? c) c) (#t (condition-type c))) e)))))

(define (increment x) (+ x 1))
(define (negate x) (- x))
(define (half x) (* x 0.5))
(define (same x) x)
(define (other x) (not x))
(try (v:on-long increment 41))
(try (v:on-long increment (- (expt 2 60) 1)))
(try (v:on-long increment (- (expt 2 60))))
(try (v:on-long increment (- (expt 2 63) 2)))
(try (v:on-long increment (- (expt 2 63) 1)))
(try (v:on-long half 3))
(try (v:on-int increment 2147483646))
(try (v:on-int increment 2147483647))
(try (v:on-unsigned increment 4294967294))
(try (v:on-unsigned negate 1))
(try (v:on-double half 3.0))
(try (v:on-double half 1e-310))
(try (v:on-double half 1e300))
(try (v:on-double half +inf.0))
(try (v:on-double same -0.0))
(try (v:on-float half 0.5))
(try (v:on-bool other #t))
(try (v:on-bool same #t))

;; Elements behind a pointer.
(define (element p) (ref p 0))
(define (second p) (ref p 1))
(define (sum p) (+ (ref p 0) (ref p 1)))
(try (list (v:at-doubles element 0) (v:at-doubles second 0) (v:at-doubles sum 0)))
(try (v:at-doubles element 2))
(try (v:at-doubles element 3))
(try (v:at-doubles element -1))
(try (list (v:at-ints element 0) (v:at-ints second 0) (v:at-ints element 3)))
(try (list (v:at-longs element 0) (v:at-longs second 0) (v:at-longs element 2)))
(try (v:at-longs sum 1))

;; What is kept of a pointer is a pointer.
(define kept #f)
(define (keep p) (set! kept p) (ref p 0))
(try (v:at-ints keep 0))
(try (ref kept 2))

;; Not its usual work.
(define (strict x) (if (< x 0) (raise 'negative) x))
(try (v:on-int strict 3))
(try (v:on-int strict -3))
(try (v:on-int (lambda (a b) a) 3))
(try (v:on-int (lambda (x) (values x x)) 3))

;; Text that was returned is still there.
(define (name i)
  (collect-all)
  (string (integer->char (+ 97 i))))
(try (v:texts name))

;; Through a pointer to a function that has no name.
(define apply-in-c (v:get-apply))
(try (apply-in-c increment 5))
(try (apply-in-c (lambda (x) (raise 'in-callback)) 5))
(try (apply-in-c (lambda (x) (vector-ref (vector) x)) 5))
