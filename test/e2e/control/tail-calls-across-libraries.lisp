;; Mutual tail calls between a program and a library run in constant space,
;; whatever the number of arguments and the way of the call.
(import (scheme base) (scheme write) (tail-calls-libraries relay))

(define count 1000000)

(define (back-2 n pass) (if (= n 0) 'two (pass (- n 1) back-2)))
(define (back-6 n a b c d pass)
  (if (= n 0) (list a b c d) (pass (- n 1) a b c d back-6)))
(define (back-12 n a b c d e f g h i j pass)
  (if (= n 0)
      (list a b c d e f g h i j)
      (pass (- n 1) a b c d e f g h i j back-12)))
(define (back-rest n pass . rest)
  (if (= n 0) rest (apply pass (- n 1) back-rest rest)))
(define (back-apply n pass)
  (if (= n 0) 'applied (apply pass (- n 1) (list back-apply))))

(define (show x) (write x) (newline))
(show (pass-2 count back-2))
(show (pass-6 (+ count 1) 1 2 3 4 back-6))
(show (pass-12 (+ count 2) 1 2 3 4 5 6 7 8 9 10 back-12))
(show (pass-rest count back-rest 1 2 3 4 5 6 7))
(show (pass-apply count back-apply))
