;;; What is compiled in line for two fixnums or flonums gives what the runtime
;;; does for all: called as a value, the procedures below run there.
(define (hide x) (let ((v (vector x))) (vector-ref v (string-length ""))))
(define-syntax result
  (syntax-rules ()
    ((_ e) (guard (c (#t (condition-message c))) e))))

(define numbers
  (list 0 1 -1 2 7 -7 255 -256 1000000007
        1152921504606846975 -1152921504606846976 ; the ends of the fixnums
        1152921504606846976 -1152921504606846977
        123456789012345678901234567890 -123456789012345678901234567890
        1/3 -7/2 0.0 -0.0 1.5 -2.5 1e308 +inf.0 -inf.0 +nan.0 'a "b"))

(define compared 0)
(define (compare name direct value . arguments)
  (set! compared (+ compared 1))
  (if (not (equal? direct value))
      (begin (write (list name arguments direct value)) (newline))))
(define-syntax of-one
  (syntax-rules ()
    ((_ f ...)
     (for-each (lambda (a)
                 (compare 'f (result (f a)) (result ((hide f) a)) a)
                 ...)
               numbers))))
(define-syntax of-two
  (syntax-rules ()
    ((_ f ...)
     (for-each (lambda (a)
                 (for-each (lambda (b)
                             (compare 'f (result (f a b)) (result ((hide f) a b))
                                      a b)
                             ...)
                           numbers))
               numbers))))
(of-one abs bitwise-not)
(of-two max min bitwise-and bitwise-ior bitwise-xor)

;; Shifts by constants.
(define-syntax shifts
  (syntax-rules ()
    ((_ n ...)
     (for-each (lambda (a)
                 (compare 'arithmetic-shift (result (arithmetic-shift a n))
                          (result ((hide arithmetic-shift) a n)) a n)
                 ...)
               numbers))))
(shifts 0 1 2 3 31 59 60 61 62 63 64 100 -1 -2 -3 -31 -59 -60 -61 -62 -63 -64
        -100)

;; Unboxed flonums in loops.
(define (largest f v)
  (let loop ((i 0) (best (vector-ref v 0)))
    (if (= i (vector-length v))
        best
        (loop (+ i 1) (f best (vector-ref v i))))))
(define (largest-flonum v)
  (let loop ((i 0) (best -1.0))
    (if (= i (vector-length v))
        best
        (loop (+ i 1) (max best (abs (* 2.0 (inexact (vector-ref v i)))))))))
(define (smallest-flonum a b) (let ((x (* a 1.0)) (y (* b 1.0))) (min x y)))
(define flonums (vector 1.0 -3.5 2.0 0.25))
(write (list (largest max flonums) (largest min flonums)
             (largest-flonum flonums)
             (smallest-flonum 1.0 2.0) (smallest-flonum 2.0 1.0)
             (smallest-flonum +nan.0 1.0) (smallest-flonum 1.0 +nan.0)
             (smallest-flonum 0.0 -0.0) (smallest-flonum -0.0 0.0)))
(newline)

;; Worked out by hand.
(write (list (max 1 2) (min 1 2) (max 1 2.0) (min 1 2.0) (max 5) (max 1 5 3)
             (abs -5) (abs 1/2) (abs -1152921504606846976)
             (bitwise-and 12 10) (bitwise-ior 12 10) (bitwise-xor 12 10)
             (bitwise-and -1 255) (bitwise-not 0) (bitwise-not -256)
             (bitwise-and) (bitwise-xor 1 2 4)
             (abs (- -1152921504606846975 1)) (arithmetic-shift 3 59)
             (arithmetic-shift 1 59) (arithmetic-shift 1 60)
             (arithmetic-shift -1 60) (arithmetic-shift 5 -1)
             (arithmetic-shift -5 -1) (arithmetic-shift -5 -100)))
(newline)
(write compared)
(newline)
