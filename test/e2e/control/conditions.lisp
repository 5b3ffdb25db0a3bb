;; Conditions: guard, re-raise, handlers, continuable raises, the runtime's own
;; errors, and what runs on the way out.

(define (try thunk)
  (guard (e ((error-object? e)
             (list 'error (error-object-message e) (error-object-irritants e)))
            ((symbol? e) (list 'symbol e)))
    (thunk)))

(write (try (lambda () (error "bad thing:" 1 "two" 'three))))
(newline)
(write (try (lambda () (raise 'oops))))
(newline)
(write (guard (e (#t (list 'outer e)))
         (try (lambda () (raise 42)))))
(newline)
(write (with-exception-handler
        (lambda (e) (* e 10))
        (lambda () (+ 1 (raise-continuable 4)))))
(newline)
(write (guard (e ((assq 'a e) => cdr) ((assq 'b e)))
         (raise (list (cons 'a 42)))))
(newline)
(write (guard (e ((assq 'a e) => cdr) ((assq 'b e)))
         (raise (list (cons 'b 23)))))
(newline)

(define path '())
(define (note x) (set! path (cons x path)))
(guard (e (#t (note (list 'caught e))))
  (dynamic-wind
   (lambda () (note 'in))
   (lambda () (raise 'inside) (note 'never))
   (lambda () (note 'out))))
(write (reverse path))
(newline)

;; Handlers nest: a handler runs with the outer handler.
(write (call-with-current-continuation
        (lambda (k)
          (with-exception-handler
           (lambda (outer) (k (list 'outer outer)))
           (lambda ()
             (with-exception-handler
              (lambda (inner) (raise (list 'again inner)))
              (lambda () (raise 'first))))))))
(newline)

;; Errors of the runtime are conditions with a type.
(define (type-of thunk)
  (guard (e (#t (condition-type e))) (thunk)))
(define zero 0)
(define not-a-procedure 5)
(write (type-of (lambda () (car zero))))
(newline)
(write (type-of (lambda () (vector-ref (vector 1 2) 2))))
(newline)
(write (type-of (lambda () (/ 1 zero))))
(newline)
(write (type-of (lambda () (not-a-procedure 1))))
(newline)
(define one-argument (vector (lambda (x) x)))
(write (type-of (lambda () ((vector-ref one-argument 0) zero zero))))
(newline)
(write (guard (e ((file-error? e) 'no-file))
         (open-input-file "/no/such/file")))
(newline)
(write (guard (e ((read-error? e) 'no-datum))
         (read (open-input-string "(1 . "))))
(newline)
(write (guard (e ((string? e) e)) (guard (e2 ((number? e2) e2)) (raise "text"))))
(newline)
