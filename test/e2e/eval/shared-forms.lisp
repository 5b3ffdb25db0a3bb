;;; Forms that share parts are no circles, and imports that fail spoil nothing
;;; that comes later.
(import (scheme base) (scheme eval) (scheme repl) (scheme write) (plc))

(define top (interaction-environment))
(define (show form)
  (write (guard (e ((error-object? e) (list (condition-type e) (error-object-message e))))
           (eval form top)))
  (newline))

(define (sum n) (if (= n 0) 1 `(+ ,(sum (- n 1)) 2)))
(show (sum 3))
(define body '((list 'a) (list 'b)))
(show `(let ((x (begin . ,body))) (list x . ,body)))
(define tail '(3 4))
(show `(list '(2 . ,tail) '(,tail . ,tail) . ,tail))
;; Those that are circles stay an error.
(define endless (list '+ 1 2))
(set-cdr! (cddr endless) endless)
(show endless)
(define inside (list 'list 1))
(set-cdr! (cdr inside) (list inside))
(show inside)

(show '(import (no such library)))
(show '(undefined-procedure 1))
(show '(define (f) (g 1)))
(show '(define (g x) (list 'g x)))
(show '(f))
