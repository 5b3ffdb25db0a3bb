;;; The Mandelbrot set as a PGM picture on standard output.
;;;
;;;   plc run examples/mandelbrot.lisp 800 > mandelbrot.pgm

(import (scheme base) (scheme write) (scheme process-context))

(define limit 255)

(define (iterations cr ci)
  (let loop ((zr 0.0) (zi 0.0) (n 0))
    (let ((zr2 (* zr zr)) (zi2 (* zi zi)))
      (if (or (= n limit) (> (+ zr2 zi2) 4.0))
          n
          (loop (+ (- zr2 zi2) cr) (+ (* 2.0 zr zi) ci) (+ n 1))))))

(define (picture size)
  (write-string "P2")
  (newline)
  (write size)
  (write-char #\space)
  (write size)
  (newline)
  (write limit)
  (newline)
  (do ((y 0 (+ y 1)))
      ((= y size))
    (do ((x 0 (+ x 1)))
        ((= x size))
      (if (> x 0) (write-char #\space))
      (write (- limit
                (iterations (- (/ (* 3.0 x) size) 2.0)
                            (- (/ (* 3.0 y) size) 1.5)))))
    (newline)))

(define arguments (cdr (command-line)))
(picture (if (null? arguments) 64 (string->number (car arguments))))
