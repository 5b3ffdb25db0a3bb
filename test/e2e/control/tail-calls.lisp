;; Mutual tail calls with 2, 6 and 12 arguments run in constant space, also
;; through apply and with rest arguments.

(define (even2 n a) (if (= n 0) a (odd2 (- n 1) a)))
(define (odd2 n a) (if (= n 0) (- a) (even2 (- n 1) a)))
(display (even2 3000000 7))
(newline)

(define (ping6 n a b c d e)
  (if (= n 0) (list a b c d e) (pong6 (- n 1) b c d e a)))
(define (pong6 n a b c d e)
  (if (= n 0) (list a b c d e) (ping6 (- n 1) b c d e a)))
(display (ping6 3000000 1 2 3 4 5))
(newline)

(define (ping12 n a b c d e f g h i j k)
  (if (= n 0)
      (list a b c d e f g h i j k)
      (pong12 (- n 1) b c d e f g h i j k a)))
(define (pong12 n a b c d e f g h i j k)
  (if (= n 0)
      (list a b c d e f g h i j k)
      (ping12 (- n 1) b c d e f g h i j k a)))
(display (ping12 3000000 1 2 3 4 5 6 7 8 9 10 11))
(newline)

;; Through a variable, so that the callee is unknown.
(define (call-later f n) (f n))
(define (down n) (if (= n 0) 'down (call-later (if (odd? n) down downer) (- n 1))))
(define (downer n) (if (= n 0) 'downer (call-later down (- n 1))))
(display (down 3000000))
(newline)

(define (applied n . rest)
  (if (= n 0)
      (length rest)
      (apply applied (- n 1) rest)))
(display (applied 300000 1 2 3 4 5 6 7 8))
(newline)

;; Different numbers of arguments in turn.
(define (narrow n) (if (= n 0) 'narrow (wide (- n 1) 1 2 3 4 5 6 7)))
(define (wide n a b c d e f g) (if (= n 0) (+ a b c d e f g) (narrow (- n 1))))
(display (narrow 3000001))
(newline)

;; In the arms of every conditional form.
(define (forms n)
  (cond ((= n 0) 'done)
        ((= (modulo n 5) 0) (and #t (forms (- n 1))))
        ((= (modulo n 5) 1) (or #f (forms (- n 1))))
        ((= (modulo n 5) 2) (when #t (forms (- n 1))))
        ((= (modulo n 5) 3) (case 1 ((1) (forms (- n 1))) (else #f)))
        (else (let* ((m (- n 1))) (begin (forms m))))))
(display (forms 3000000))
(newline)
