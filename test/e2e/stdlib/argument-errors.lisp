;; Errors of procedures that walk lists or call procedures name the procedure
;; that the program called, not what it is made of.
(import (scheme base) (scheme write) (srfi 1) (only (plc) fold-left))

(define-syntax show
  (syntax-rules ()
    ((_ expression)
     (begin
       (guard (e ((error-object? e)
                  (display (error-object-message e))
                  (for-each (lambda (x) (display " ") (write x))
                            (error-object-irritants e))))
         (write expression))
       (newline)))))

;; Not known at compile time.
(define five 5)
(define dotted '(1 . 2))
(define none '())
(define minus -1)
(define (change!) (set! five 6) (set! dotted 7) (set! none 8) (set! minus 9))

;; What is no list.
(show (list->vector five))
(show (list->vector dotted))
(show (map + five '(1)))
(show (map + '(1) five))
(show (map + '(1 2) dotted))
(show (map + '(1) '(2) five))
(show (for-each + '(1 2) dotted))
(show (for-each + '(1) '(2) five))
(show (append-map list '(1 2) dotted))
(show (filter-map + '(1 2) dotted))
(show (fold + 0 '(1 2) dotted))
(show (fold-left + 0 '(1 2) dotted))
(show (fold-right + 0 '(1 2) dotted))
(show (any < '(2 3) dotted))
(show (every < '(0 3) dotted))
(show (count < '(2 3) dotted))
(show (list-index < '(2 3) dotted))
(show (pair-for-each list '(1 2) dotted))
(show (map + '() dotted))
(show (map + '(1) '(1 . 2)))
(show (assoc 1 (list five) =))
(show (assoc 1 '((2 . 3) . 4) =))
(show (member 1 dotted (lambda (a b) #f)))

;; What is no procedure.
(show (call/cc five))
(show (call-with-values five five))
(show (call-with-values (lambda () 1) five))
(show (apply five none))
(show (apply five 1 2 3 4 5 6 none))
(show (vector-map five #(1)))
(show (vector-for-each five #(1) #(2)))
(show (string-map five "a"))
(show (string-for-each five "a" "b"))
(show (map five '(1)))
(show (for-each five '(1) '(2)))
(show (filter five '(1)))
(show (find five '(1)))
(show (fold five 0 '(1)))
(show (assoc 1 '((1 . 2)) five))
(show (member 1 '(1) five))

;; What is no index.
(show (list-tail '(1 2) minus))
(show (list-tail '(1 2) 1.0))
(show (list-tail five 1))
(show (list-tail five 0))
(show (list-ref five 0))
(show (list-ref '(1 2) five))
(show (list-ref '(1 2) minus))
(show (list-set! (list 1 2) minus 0))

;; The start of a series is its first element, as it is.
(show (iota 3 0 -0.1))
(show (iota 3 1/2 0.5))
(show (iota 2 0.0 1))
