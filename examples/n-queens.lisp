;;; Places n queens on a board so that none attacks another; prints the number
;;; of solutions and the first one.
;;;
;;;   plc run examples/n-queens.lisp 8

(import (scheme base) (scheme write) (scheme process-context))

;; A solution is the list of columns, last row first.
(define (safe? column placed)
  (let loop ((placed placed) (distance 1))
    (or (null? placed)
        (and (not (= (car placed) column))
             (not (= (abs (- (car placed) column)) distance))
             (loop (cdr placed) (+ distance 1))))))

(define (solutions n)
  (let place ((row 0) (placed '()) (found '()))
    (if (= row n)
        (cons placed found)
        (let try ((column (- n 1)) (found found))
          (if (< column 0)
              found
              (try (- column 1)
                   (if (safe? column placed)
                       (place (+ row 1) (cons column placed) found)
                       found)))))))

(define (print-board columns n)
  (for-each
   (lambda (column)
     (do ((i 0 (+ i 1)))
         ((= i n) (newline))
       (write-string (if (= i column) "Q " ". "))))
   (reverse columns)))

(define n
  (let ((arguments (cdr (command-line))))
    (if (null? arguments) 8 (string->number (car arguments)))))
(define found (solutions n))
(write (length found))
(write-string " solutions")
(newline)
(print-board (car found) n)
