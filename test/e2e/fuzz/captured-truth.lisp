;;; Found by test/fuzz/diff: a procedure captured the outcome of a comparison as
;;; a bit, of which one byte of the word in its closure was written. Here memory
;;; is used again soon, so that the other bytes are not 0.
(import (scheme base) (scheme write))
(define (greater x)
  (let ((answer (> (do ((i 0) (y -1.0 x)) ((= i) y)) 0)))
    (call/cc (lambda (k) (let ((b answer)) (not b))))))
(define (churn) (vector-map - (make-vector 50 123456789)))
(define (count-right n)
  (let loop ((i 0) (right 0))
    (churn)
    (if (= i n)
        right
        (loop (+ i 1) (if (greater 0) (+ right 1) right)))))
(write (count-right 100))
(newline)
