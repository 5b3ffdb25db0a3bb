;; SRFI 27.
(import (scheme base) (scheme read) (scheme write) (scheme inexact) (srfi 27)
        (srfi 64))
(define (id x) x)
(test-begin "srfi-27")

(test-group "known values"
  ;; The first numbers of MRG32k3a from the state 12345 ...
  (define next (random-source-make-integers (make-random-source)))
  (define (eight-digits n) (floor (* 1e8 (/ (+ n 1) 4294967088.))))
  (for-each (lambda (expected)
              (test-eqv expected (eight-digits (next 4294967087))))
            '(12701112. 31852756. 30918601. 82584686. 22162991.)))

(test-group "ranges"
  (test-assert (= 0 (random-integer 1)))
  (for-each
   (lambda (n)
     (let loop ((i 0))
       (if (< i 200)
           (let ((x (random-integer n)))
             (if (and (exact-integer? x) (< -1 x n))
                 (loop (+ i 1))
                 (test-assert (list x 'below n) #f)))))
     (test-assert #t))
   (list 1 2 3 10 4294967086 4294967087 4294967088 (expt 2 64) (expt 10 100)))
  (let loop ((i 0))
    (if (< i 1000)
        (let ((x (random-real)))
          (if (< 0 x 1) (loop (+ i 1)) (test-assert x #f)))))
  (test-error 'wrong-type (random-integer 0))
  (test-error 'wrong-type (random-integer -1))
  (test-error 'wrong-type (random-integer 1.5)))

;; Chi-square of n equally probable cells for 1000 n draws: about n - 1, its
;; standard deviation sqrt(2 n).
(define (chi-square draw n)
  (let ((counts (make-vector n 0)))
    (do ((i 0 (+ i 1))) ((= i (* 1000 n)))
      (let ((x (draw)))
        (vector-set! counts x (+ 1 (vector-ref counts x)))))
    (inexact (apply + (map (lambda (c) (/ (square (- c 1000)) 1000))
                           (vector->list counts))))))
(define (plausible? chi n)
  (< (abs (- chi (- n 1))) (* 5 (sqrt (* 2 n)))))
(test-group "uniform"
  (define source (make-random-source))
  (define integer (random-source-make-integers source))
  (define real (random-source-make-reals source))
  (test-assert (plausible? (chi-square (lambda () (integer 100)) 100) 100))
  (test-assert
   (plausible? (chi-square (lambda () (exact (floor (* 64 (real))))) 64) 64))
  ;; The last bits of reals, and the upper and lower digits of big integers.
  (test-assert
   (plausible? (chi-square
                (lambda () (modulo (exact (* (real) (expt 2 53))) 32)) 32)
               32))
  (test-assert
   (plausible? (chi-square (lambda () (quotient (integer (expt 10 50))
                                                (expt 10 48))) 100)
               100))
  (test-assert
   (plausible? (chi-square (lambda () (modulo (integer (expt 10 50)) 100)) 100)
               100)))

(test-group "states"
  (define a (make-random-source))
  (define b (make-random-source))
  (define draw-a (random-source-make-integers a))
  (define draw-b (random-source-make-integers b))
  (define (ten draw)
    (let loop ((i 0) (list '()))
      (if (= i 10) list (loop (+ i 1) (cons (draw 1000) list)))))
  (test-assert (random-source? a))
  (test-eqv #f (random-source? 5))
  (test-assert (random-source? default-random-source))
  (test-equal (ten draw-a) (ten draw-b))
  (define state (random-source-state-ref a))
  (define first (ten draw-a))
  (random-source-state-set! a state)
  (test-equal first (ten draw-a))
  ;; A state can be written and read.
  (define port (open-output-string))
  (write state port)
  (random-source-state-set!
   b (read (open-input-string (get-output-string port))))
  (test-equal first (ten draw-b))
  (test-error 'wrong-type (random-source-state-set! a '(mrg32k3a 0 0 0 1 1 1)))
  (test-error 'wrong-type (random-source-state-set! a 5))
  (random-source-randomize! a)
  (random-source-randomize! b)
  (test-assert (not (equal? (random-source-state-ref a)
                            (random-source-state-ref b)))))

(test-group "independent sources"
  (define (state i j)
    (let ((s (make-random-source)))
      (random-source-pseudo-randomize! s i j)
      (random-source-state-ref s)))
  (test-equal (random-source-state-ref (make-random-source)) (state 0 0))
  (test-equal (state 3 5) (state 3 5))
  (test-assert (not (equal? (state 0 1) (state 1 0))))
  (test-assert (not (equal? (state 1 2) (state 2 1))))
  ;; The second stream of L'Ecuyer's RngStreams.
  (test-equal '(mrg32k3a 3692455944 1366884236 2968912127
                         335948734 4161675175 475798818)
              (state 1 0))
  (test-error 'wrong-type (random-source-pseudo-randomize! (id 5) 1 1))
  (test-error 'wrong-type
    (random-source-pseudo-randomize! (make-random-source) -1 1)))

(test-group "units"
  (define s (make-random-source))
  (define thirds (random-source-make-reals s 1/3))
  (test-assert (memv (thirds) '(1/3 2/3)))
  (test-assert (exact? (thirds)))
  (test-eqv 1/2 ((random-source-make-reals s 3/5)))
  (test-assert (< 0. ((random-source-make-reals s 0.01)) 1.))
  (test-assert (< 0. ((random-source-make-reals s 1e-300)) 1.))
  (test-error 'wrong-type (random-source-make-reals s 2)))
(test-end "srfi-27")
