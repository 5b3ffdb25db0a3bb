;; `error` takes any object first, also in R6RS's order (who, message); an
;; unhandled one is reported with the message, whatever its place.

(define (parts thunk)
  (guard (e ((error-object? e)
             (list (error-object-message e) (error-object-irritants e))))
    (thunk)))

(write (parts (lambda () (error 'who "message" 1 2))))
(newline)
(write (parts (lambda () (error #f "message" 1))))
(newline)
(write (parts (lambda () (error 3.5))))
(newline)
(write (parts (lambda () (error '(a list) "message"))))
(newline)

;; What follows such a call in another branch is alive.
(define (double x)
  (if (< x 0) (error 'double "negative:" x) (* x 2)))
(write (list (double 3) (parts (lambda () (double -3)))))
(newline)

(error 'double "negative:" -1 "text")
