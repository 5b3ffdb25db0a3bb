;; Allocation and collection: many short-lived trees beside a long-lived one.
;; input: depth
(define (make d)
  (if (= d 0)
      (cons '() '())
      (let ((d (- d 1)))
        (cons (make d) (make d)))))

(define (check t)
  (if (null? (car t))
      1
      (+ 1 (check (car t)) (check (cdr t)))))

(define (power-of-two k)
  (if (= k 0) 1 (* 2 (power-of-two (- k 1)))))

(define n (read))
(define min-depth 4)
(define max-depth (max (+ min-depth 2) n))

(display "stretch tree ")
(display (check (make (+ max-depth 1))))
(newline)
(define long-lived (make max-depth))
(let loop ((d min-depth))
  (if (<= d max-depth)
      (let ((iterations (power-of-two (+ (- max-depth d) min-depth))))
        (let inner ((i 0) (c 0))
          (if (< i iterations)
              (inner (+ i 1) (+ c (check (make d))))
              (begin
                (display iterations)
                (display " trees of depth ")
                (display d)
                (display " check ")
                (display c)
                (newline))))
        (loop (+ d 2)))))
(display "long lived tree ")
(display (check long-lived))
(newline)
