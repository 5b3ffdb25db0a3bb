;;; Values that producers hand to consumers, however the compiler arranges the
;;; two calls.
(define (hide x) (let ((v (vector x))) (vector-ref v (string-length ""))))
(define (show . things) (write things) (newline))
(define-syntax message
  (syntax-rules ()
    ((_ e) (guard (c (#t (show (condition-type c) (condition-message c)
                               (condition-irritants c))))
             (show e)))))

(define (divide a b) (values (quotient a b) (remainder a b)))
(define (either a b c) (if c (values a b) (values b a)))

;; Known producers, unknown ones, ones with several returns.
(show (let-values (((q r) (divide 17 5))) (list q r)))
(show (let-values (((q r) ((hide divide) 17 5))) (list q r)))
(show (let-values (((x y) (either 1 2 (hide #t))) ((z w) (either 1 2 (hide #f))))
        (list x y z w)))
(show (let*-values (((x y) (values 1 2)) ((y x) (values x y))) (list x y)))
(show (call-with-values (lambda () (values 1 2)) cons))
(show (call-with-values (lambda () (values 1 2 3)) (hide list)))
(show (call-with-values (hide (lambda () (values 1 2))) (lambda (a b) (- a b))))
(define-values (first . others) (values 1 2 3))
(show first others)

;; None, one, many; one value is no different from a plain return.
(show (call-with-values (lambda () (values)) (lambda () 'none)))
(show (call-with-values (lambda () 5) (lambda (x) x)))
(show (call-with-values (lambda () (values 5)) (lambda (x) x)))
(show (call-with-values (lambda () ((hide values) 5)) (lambda (x) x)))
(show (let-values ((all (values 1 2 3)) ((a . rest) (values 4 5 6)))
        (list all a rest)))
(show (call-with-values
       (lambda () (values 1 2 3 4 5 6 7 8 9 10 11 12))
       (lambda (a b c d e f g h i j k l) (list a b c d e f g h i j k l))))
(show (call-with-values
       (lambda () (apply values (list-tail '(0 1 2 3 4 5 6 7 8 9) (hide 1))))
       (lambda (a b c d e f g h i) (list a b c d e f g h i))))

;; Another number of values than the consumer takes.
(define (pair-up a b) (cons a b))
(message (call-with-values (lambda () (divide 17 5)) (lambda (x) x)))
(message (call-with-values (lambda () ((hide divide) 17 5)) (lambda (a b c) a)))
(message (call-with-values (lambda () (values 1 2 3)) pair-up))
(message (call-with-values (lambda () ((hide values) 1 2 3)) pair-up))
(message (call-with-values (lambda () 1) pair-up))
(message (call-with-values (lambda () ((hide values))) pair-up))
(message (let-values (((a b) (hide 1))) a))
(message (let-values (((a b . c) (hide 1))) a))
(message (call-with-values (lambda () 1) (hide 2)))
(message (call-with-values (hide 1) (lambda (a b) a)))
(message (call-with-values (lambda () 1)
                           (let self ((n 0)) (if (= n 1) pair-up (self 1)))))

;; Values through continuations, several times through one.
(show (let-values (((a b) (call/cc (lambda (k) (k 1 2))))) (list a b)))
(show (let-values (((a b) (call/cc (lambda (k) (+ 1 (k 1 2)))))) (list a b)))
(let ((again #f) (n 0))
  (let-values (((a b) (call/cc (lambda (k) (set! again k) (values 0 0)))))
    (set! n (+ n 1))
    (show n a b)
    (if (< n 3) (again n (* 10 n)))))
(show (let-values (((a b) (dynamic-wind (lambda () (values 7 8))
                                        (lambda () (values 1 2))
                                        (lambda () (values 3 4 5)))))
        (list a b)))
(show (let-values (((a b) (guard (e (#t (values e 'caught))) (raise 'oops))))
        (list a b)))

;; In loops: nothing of an earlier round is seen, objects survive collections.
(define (split list)
  (let loop ((list list) (odd '()) (even '()))
    (cond ((null? list) (values (reverse odd) (reverse even)))
          ((odd? (car list)) (loop (cdr list) (cons (car list) odd) even))
          (else (loop (cdr list) odd (cons (car list) even))))))
(show (let loop ((i 0) (sum 0))
        (if (= i 20000)
            sum
            (let-values (((odd even) (split (list i (+ i 1) (+ i 2)))))
              (loop (+ i 1) (+ sum (length odd) (* 10 (length even))))))))
(define (tree-values n)
  (if (= n 0)
      (values 1 (list n))
      (let*-values (((a x) (tree-values (- n 1))) ((b y) (tree-values (- n 1))))
        (values (+ a b) (cons n (append x y))))))
(show (let-values (((count all) (tree-values 12))) (list count (length all))))
