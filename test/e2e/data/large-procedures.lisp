;; Procedures and a top level of thousands of operations, which are compiled by
;; other means than usual ones: they compute the same, and their tail calls are
;; tail calls.

(define-syntax vector-of
  (syntax-rules ()
    ((_ () e ...) (vector e ...))
    ((_ (twice . more) e ...) (vector-of more e ... e ...))))
(define count 0)
(define (next!) (set! count (+ count 1)) count)
(define numbers (vector-of (t t t t t t t t t t) (list (next!) 'n 1.5)))
(display (list (vector-length numbers) (vector-ref numbers 0)
               (vector-ref numbers 700) (vector-ref numbers 1023)))
(newline)

;; Flonums, and arguments that other code computes in between.
(define half 0.5)
(define mixed
  (vector-of (t t t t t t t) (* half 3) (if (odd? (next!)) (list 'odd) 'even)
             (vector-length (vector-of (t t t t t t t) 1))))
(display (list (vector-length mixed) (vector-ref mixed 0) (vector-ref mixed 1)
               (vector-ref mixed 2) (vector-ref mixed 382)))
(newline)

(define-syntax repeatedly
  (syntax-rules ()
    ((_ () x e) e)
    ((_ (twice . more) x e)
     (let ((x (repeatedly more x e))) (repeatedly more x e)))))
(define (step x n) (if (> x 1000000) (- x 1000000) (+ x n)))
(define (other n x) (if (= n 0) (list 'other x) (large (- n 1) x)))
(define (large n x)
  (let ((y (repeatedly (t t t t t t t t t t t) x (step x n))))
    (if (= n 0) (list 'large y) (other (- n 1) y))))
(display (list (large 0 1) (large 1 1) (large 3001 7)))
(newline)
(display (guard (e (#t (error-object? e))) (large 'x 1)))
(newline)
