;;; Matrices as vectors of flonums: LU with pivoting, inverse, power iteration,
;;; Simpson and Runge-Kutta, FFT on parts, Gauss with exact rationals.
(import (scheme base) (scheme write) (scheme inexact) (scheme complex))

(define (make-matrix rows columns f)
  (let ((m (make-vector rows)))
    (do ((i 0 (+ i 1))) ((= i rows) m)
      (let ((row (make-vector columns 0)))
        (vector-set! m i row)
        (do ((j 0 (+ j 1))) ((= j columns)) (vector-set! row j (f i j)))))))
(define (matrix-ref m i j) (vector-ref (vector-ref m i) j))
(define (matrix-set! m i j x) (vector-set! (vector-ref m i) j x))
(define (rows m) (vector-length m))
(define (columns m) (vector-length (vector-ref m 0)))
(define (matrix-multiply a b)
  (let ((n (columns a)))
    (make-matrix (rows a) (columns b)
      (lambda (i j)
        (let loop ((k 0) (sum 0))
          (if (= k n) sum (loop (+ k 1) (+ sum (* (matrix-ref a i k) (matrix-ref
                                                                      b k
                                                                      j))))))))))
(define (identity n) (make-matrix n n (lambda (i j) (if (= i j) 1 0))))
(define (matrix-copy m) (vector-map vector-copy m))

;; In place; returns the permutation and the sign, or raises 'singular.
(define (lu! m)
  (define n (rows m))
  (define perm (make-vector n))
  (define sign 1)
  (do ((i 0 (+ i 1))) ((= i n)) (vector-set! perm i i))
  (do ((k 0 (+ k 1))) ((= k n))
    (let pivot ((i k) (best k))
      (cond ((< i n) (pivot (+ i 1) (if (> (abs (matrix-ref m i k))
                                           (abs (matrix-ref m best k))) i
                                           best)))
            ((zero? (matrix-ref m best k)) (raise 'singular))
            ((not (= best k))
             (let ((r (vector-ref m k)) (p (vector-ref perm k)))
               (vector-set! m k (vector-ref m best))
               (vector-set! m best r)
               (vector-set! perm k (vector-ref perm best))
               (vector-set! perm best p)
               (set! sign (- sign))))))
    (do ((i (+ k 1) (+ i 1))) ((= i n))
      (let ((f (/ (matrix-ref m i k) (matrix-ref m k k))))
        (matrix-set! m i k f)
        (do ((j (+ k 1) (+ j 1))) ((= j n))
          (matrix-set! m i j (- (matrix-ref m i j) (* f (matrix-ref m k
                                                         j))))))))
  (values perm sign))
(define (solver m)
  (let ((lu (matrix-copy m)))
    (let-values (((perm sign) (lu! lu)))
      (define n (rows m))
      (lambda (b)
        (let ((x (vector-map (lambda (p) (vector-ref b p)) perm)))
          (do ((i 0 (+ i 1))) ((= i n))
            (do ((j 0 (+ j 1))) ((= j i))
              (vector-set! x i (- (vector-ref x i) (* (matrix-ref lu i j)
                                                    (vector-ref x j))))))
          (do ((i (- n 1) (- i 1))) ((< i 0) x)
            (do ((j (+ i 1) (+ j 1))) ((= j n))
              (vector-set! x i (- (vector-ref x i) (* (matrix-ref lu i j)
                                                    (vector-ref x j)))))
            (vector-set! x i (/ (vector-ref x i) (matrix-ref lu i i)))))))))
(define (determinant m)
  (let ((lu (matrix-copy m)))
    (guard (e ((eq? e 'singular) 0))
      (let-values (((perm sign) (lu! lu)))
        (do ((i 0 (+ i 1)) (d sign (* d (matrix-ref lu i i)))) ((= i (rows m))
                                                                d))))))
(define (inverse m)
  (let* ((n (rows m)) (solve (solver m))
         (cols (vector-map (lambda (row) (solve row)) (identity n))))
    (make-matrix n n (lambda (i j) (matrix-ref cols j i)))))

(define (near x) (+ 0.0 (/ (round (* x 1e6)) 1e6))) ; no -0.0
(define (show m) (vector-for-each (lambda (r) (display "  ") (write r)
                                    (newline)) m))
(define hilbert (make-matrix 6 6 (lambda (i j) (/ 1 (+ i j 1)))))
(write (determinant hilbert)) (newline)
(show (inverse hilbert))
(write (equal? (matrix-multiply hilbert (inverse hilbert)) (identity 6)))
(newline)
(define fl (make-matrix 4 4 (lambda (i j) (/ 1.0 (+ 1 (abs (- i (* 2 j))))))))
(write (near (determinant fl))) (newline)
(show (vector-map (lambda (r) (vector-map near r)) (matrix-multiply fl (inverse
                                                                        fl))))
(write (determinant (make-matrix 3 3 (lambda (i j) (+ (* 3 i) j))))) (newline)

(define (power-iteration m steps)
  (let loop ((v (vector-map (lambda (r) 1.0) m)) (k 0) (lambda-value 0.0))
    (if (= k steps) (near lambda-value)
        (let* ((w (vector-map (lambda (row) (let dot ((i 0) (s 0.0))
                                              (if (= i (vector-length row)) s
                                                  (dot (+ i 1)
                                                   (+ s (* (vector-ref row i)
                                                         (vector-ref v i)))))))
                                                         m))
               (norm (sqrt (let loop ((i 0) (s 0.0)) (if (= i (vector-length w))
                                                      s (loop (+ i 1)
                                                         (+ s (square
                                                               (vector-ref w
                                                                i)))))))))
          (loop (vector-map (lambda (x) (/ x norm)) w) (+ k 1) norm)))))
(write (power-iteration (vector-map (lambda (r) (vector-map inexact r)) hilbert)
                        50)) (newline)

(define (simpson f a b n)
  (let ((h (/ (- b a) n)))
    (let loop ((i 0) (sum 0.0))
      (if (> i n) (* sum (/ h 3))
          (loop (+ i 1)
                (+ sum (* (cond ((or (= i 0) (= i n)) 1) ((odd? i) 4) (else 2))
                          (f (+ a (* i h))))))))))
(write (map near (list (simpson sin 0 3.141592653589793 100) (simpson (lambda
                                                                       (x)
                                                                       (exp
                                                                        (-
                                                                         (* x
                                                                          x))))
                                                                          -5 5
                                                                          200)
                                                                          (simpson sqrt 0 1 1000)))) (newline)
(define (runge-kutta f t y h steps)
  (define (axpy a x y) (map (lambda (x y) (+ (* a x) y)) x y))
  (if (= steps 0) y
      (let* ((k1 (f t y)) (k2 (f (+ t (/ h 2)) (axpy (/ h 2) k1 y)))
             (k3 (f (+ t (/ h 2)) (axpy (/ h 2) k2 y))) (k4 (f (+ t h) (axpy h
                                                                        k3 y))))
        (runge-kutta f (+ t h)
                     (map (lambda (y a b c d) (+ y (* (/ h 6) (+ a (* 2 b)
                                                               (* 2 c) d)))) y
                                                               k1 k2 k3 k4)
                     h (- steps 1)))))
(write (map near (runge-kutta (lambda (t y) (list (cadr y) (- (car y)))) 0.0
                              '(1.0 0.0) 0.01 314))) (newline)
(define (fft v)
  (let ((n (vector-length v)))
    (if (= n 1) v
        (let* ((pick (lambda (o) (let ((w (make-vector (quotient n 2))))
                                   (do ((i 0 (+ i 1))) ((= i (quotient n 2))
                                                        (fft w)) (vector-set! w
                                                                  i (vector-ref
                                                                     v
                                                                     (+ o
                                                                      (* 2
                                                                       i))))))))
               (e (pick 0)) (o (pick 1)) (r (make-vector n)))
          (do ((k 0 (+ k 1))) ((= k (quotient n 2)) r)
            (let ((t (* (make-polar 1.0 (/ (* -2 3.141592653589793 k) n))
                        (vector-ref o k))))
              (vector-set! r k (+ (vector-ref e k) t))
              (vector-set! r (+ k (quotient n 2)) (- (vector-ref e k) t))))))))
(write (vector-map (lambda (z) (list (near (real-part z)) (near (magnitude z))))
                   (fft (vector 1 2 3 4 0 0 0 0)))) (newline)
