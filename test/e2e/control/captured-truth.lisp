;; A closure captures the outcome of a test as a boolean, also where all it
;; does with it is to test it again.

(define (tested-inside x)
  (let ((small (< x 1)))
    (lambda () (if small 'small 'large))))
(display ((tested-inside 0)))
(display ((tested-inside 5)))
(newline)

(define (joined x)
  (let ((small (< x 1)))
    (lambda (asked)
      (let ((t (if asked small #f)))
        (if t 1 2)))))
(display (list ((joined 0) #t) ((joined 0) #f) ((joined 3) #t)))
(newline)

(define (twice-nested x y)
  (let ((less (< x y)))
    (lambda ()
      (lambda (z)
        (if (and less (not (eq? z 'never))) (cons z less) (list z less))))))
(display (((twice-nested 1 2)) 'a))
(display (((twice-nested 2 1)) 'b))
(newline)

;; Procedures that become closed by lifting, and call one another in tail
;; position for longer than a stack lasts.
(define (alternate n limit)
  (let ((stop? (> n limit)))
    (define (ping i) (if (= i 0) (if stop? 'stopped 'ran) (pong (- i 1))))
    (define (pong i) (if (= i 0) (if stop? 'halted 'walked) (ping (- i 1))))
    (list (ping n) (pong n))))
(display (alternate 3000000 10))
(display (alternate 9 10))
(newline)
