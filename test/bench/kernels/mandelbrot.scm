;; Counts the points of a square grid that stay bounded: generic arithmetic on
;; flonums in loop variables.
;; input: size limit
(define (iterations cr ci limit)
  (let loop ((zr 0.0) (zi 0.0) (n 0))
    (if (= n limit)
        n
        (let ((zr2 (* zr zr)) (zi2 (* zi zi)))
          (if (> (+ zr2 zi2) 4.0)
              n
              (loop (+ (- zr2 zi2) cr) (+ (* 2.0 zr zi) ci) (+ n 1)))))))

(define (count-inside size limit)
  (let rows ((y 0) (inside 0))
    (if (= y size)
        inside
        (let columns ((x 0) (inside inside))
          (if (= x size)
              (rows (+ y 1) inside)
              (let ((cr (- (/ (* 2.0 x) size) 1.5))
                    (ci (- (/ (* 2.0 y) size) 1.0)))
                (columns (+ x 1)
                         (if (= (iterations cr ci limit) limit)
                             (+ inside 1)
                             inside))))))))

(define size (read))
(define limit (read))
(display (count-inside size limit))
(newline)
