; A program for the interpreter: primes, sorting, closures, an escape.

(define (filter keep? l)
  (cond ((null? l) '())
        ((keep? (car l)) (cons (car l) (filter keep? (cdr l))))
        (else (filter keep? (cdr l)))))

(define (range a b) (if (< a b) (cons a (range (+ a 1) b)) '()))

(define (primes n)
  (let sieve ((l (range 2 n)))
    (if (null? l)
        '()
        (cons (car l)
              (sieve (filter (lambda (x)
                               (not (= 0 (remainder x (car l)))))
                             (cdr l)))))))

(display (primes 60))
(newline)

(define (quicksort l)
  (if (null? l)
      '()
      (let ((pivot (car l)) (rest (cdr l)))
        (append (quicksort (filter (lambda (x) (< x pivot)) rest))
                (list pivot)
                (quicksort (filter (lambda (x) (>= x pivot)) rest))))))

(display (quicksort '(3 1 4 1 5 9 2 6 5 3 5)))
(newline)

(define (make-counter)
  (let ((n 0))
    (lambda () (set! n (+ n 1)) n)))
(define count (make-counter))
(count)
(count)
(display (count))
(newline)

(define (factorial n) (if (= n 0) 1 (* n (factorial (- n 1)))))
(display (factorial 30))
(newline)

(define (find-first wanted? l)
  (call/cc
   (lambda (return)
     (let loop ((l l))
       (cond ((null? l) #f)
             ((wanted? (car l)) (return (car l)))
             (else (loop (cdr l))))))))
(display (find-first (lambda (x) (and (> x 10) (< x 20))) '(1 5 25 13 17)))
(newline)

(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(display (fib 20))
(newline)
(display (apply + (range 0 101)))
(newline)
