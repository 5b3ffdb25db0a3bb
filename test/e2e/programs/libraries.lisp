;;; A program over libraries of several files: every kind of import set,
;;; renamed exports, macros that refer to what their library does not export.
(import (except (scheme base) vector-map list-copy)
        (scheme write)
        (geometry point)
        (rename (geometry shape) (distance dist) (hidden secret))
        (rename (prefix (only (scheme char) char-upcase char-downcase) c/)
                (c/char-upcase up)))
(define (vector-map f v) (list 'mine (f (vector-ref v 0))))
(define-point p 3 4)
(define-point q 6 8)
(write (list (x-of p) (point-y p) (point? p) (point? 'p) (x-of origin)))
(newline)
(set-point-x! p 0)
(write (list (x-of p) (dist p q) (dist p origin))) (newline)
(write (list (x-of (point+ p q)) (counter) (secret))) (newline)
(write (with-polygon (poly (0 0) (4 0) (4 3) (0 3)) (list (area poly) (length
                                                                       poly))))
                                                                       (newline)
(write (list (vector-map square '#(5 6)) (list-copy '(1)) (up #\a)
             (c/char-downcase #\B))) (newline)

(write (with-polygon (t (0 0) (1 0) (0 1)) (area t))) (newline)

