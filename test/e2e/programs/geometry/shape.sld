(define-library (geometry shape)
  (import (except (scheme base) list-copy)
          (prefix (rename (geometry point) (x-of x)) p:)
          (only (scheme inexact) sqrt))
  (export (rename poly-area area) make-polygon list-copy distance
          with-polygon hidden)
  (begin
    (define (hidden) 'shape-hidden)
    (define (list-copy x) (list 'my-copy x))
    (define (make-polygon . points) points)
    (define (distance a b)
      (sqrt (+ (square (- (p:x a) (p:x b))) (square (- (p:point-y a) (p:point-y
                                                                      b))))))
    (define (cross a b) (- (* (p:x a) (p:point-y b)) (* (p:x b) (p:point-y a))))
    (define (poly-area points)
      (let loop ((ps points) (sum 0))
        (if (null? (cdr ps))
            (/ (abs (+ sum (cross (car ps) (car points)))) 2)
            (loop (cdr ps) (+ sum (cross (car ps) (cadr ps)))))))
    (define-syntax with-polygon
      (syntax-rules ()
        ((_ (name (x y) ...) body ...)
         (let ((name (make-polygon (p:make-point x y) ...))) body ...))))))
