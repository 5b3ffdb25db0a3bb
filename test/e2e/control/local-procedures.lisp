;; Local procedures that are only called by name: with more parameters than
;; registers, closed or not, recursive in a group, called from each other's
;; bodies.

(define (closed n)
  (define (go a b c d e f)
    (if (= a 0)
        (list b c d e f)
        (cons a (go (- a 1) b c d e (+ f 1)))))
  (list (go n 2 3 4 5 6) (go (+ n 1) 2 3 4 5 6)))
(write (closed 3))
(newline)

(define (open n)
  (define (go a b c d e f)
    (if (= a 0)
        (list b c d e f n)
        (cons (- a n) (go (- a 1) b c d e (+ f n)))))
  (list (go n 2 3 4 5 6) (go (+ n 1) 2 3 4 5 6)))
(write (open 3))
(newline)

(define (group n)
  (define (even a b c d e f)
    (if (= a 0) (list 'even b c d e f) (cons a (odd (- a 1) f b c d e))))
  (define (odd a b c d e f)
    (if (= a 0) (list 'odd b c d e f) (cons a (even (- a 1) f b c d e))))
  (list (even n 1 2 3 4 5) (odd n 1 2 3 4 5)))
(write (group 4))
(newline)

(define (inner n)
  (define (visit a b c d e f)
    (define (each k)
      (if (= k 0) '() (cons (visit (- a 1) b c d e (+ f k)) (each (- k 1)))))
    (if (= a 0) (+ b c d e f) (each n)))
  (list (visit n 1 2 3 4 5) (visit 1 1 2 3 4 5)))
(write (inner 2))
(newline)
