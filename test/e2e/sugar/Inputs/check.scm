;; Shows what differs, and counts the rest.
(define-syntax test
  (syntax-rules ()
    ((_ expected expression)
     (let ((value expression))
       (if (equal? value expected)
           (set! passed (+ passed 1))
           (begin (write (quote expression)) (display " gave ")
                  (write value) (newline)))))))
(define passed 0)
(define-syntax test-raises
  (syntax-rules ()
    ((_ message expression)
     (test message
           (guard (e (#t (error-object-message e))) expression)))))
