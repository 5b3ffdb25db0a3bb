;; A guard takes a stack overflow whatever its tests call: nothing is copied of
;; a stack larger than the heap may become.
(define (loop n) (+ 1 (loop (+ n 1))))
(define (show . xs) (for-each (lambda (x) (write x) (display " ")) xs) (newline))

(show (guard (e ((error-object? e) 'caught)) (loop 1)))
(show (guard (e ((string? e) 'no) ((error-object? e) (condition-type e)))
        (loop 1)))

(define kinds '((stack-overflow . deep)))
(show (guard (e ((assq (condition-type e) kinds) => cdr)) (loop 1)))

;; Tests of the programmer's own, and none that fits inside.
(define own-tests (list string? error-object?))
(show (guard (e (((cadr own-tests) e) (condition-type e)))
        (guard (e (((car own-tests) e) 'no))
          (loop 1))))
