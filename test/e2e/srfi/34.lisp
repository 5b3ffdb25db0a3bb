;; SRFI 34: the examples of the document.
(import (scheme base) (scheme write) (srfi 34) (srfi 64))
(test-begin "srfi-34")
(test-eqv 'positive
  (guard (condition (else 'caught))
    (call-with-current-continuation
      (lambda (k)
        (with-exception-handler (lambda (x) (k 'positive))
          (lambda () (+ 1 (raise 'an-error))))))))
(test-equal "condition: an-error\nexception"
  (let ((port (open-output-string)))
    (guard (condition
            (else (display "condition: " port) (write condition port)
                  (newline port) (display 'exception port)
                  (get-output-string port)))
      (+ 1 (raise 'an-error)))))
(test-eqv 42
  (guard (condition ((assq 'a condition) => cdr) ((assq 'b condition)))
    (raise (list (cons 'a 42)))))
(test-equal '(b . 23)
  (guard (condition ((assq 'a condition) => cdr) ((assq 'b condition)))
    (raise (list (cons 'b 23)))))
(test-equal '(positive negative zero)
  (map (lambda (x)
         (guard (c ((symbol? c) c))
           (raise (cond ((positive? x) 'positive)
                        ((negative? x) 'negative)
                        (else 'zero)))))
       '(1 -1 0)))
(test-eqv 'zero
  (call-with-current-continuation
    (lambda (k)
      (with-exception-handler (lambda (x) (k (list 'outer x)))
        (lambda ()
          (guard (c ((eq? c 'zero) c)) (raise 'zero)))))))
(test-equal '(outer one)
  (call-with-current-continuation
    (lambda (k)
      (with-exception-handler (lambda (x) (k (list 'outer x)))
        (lambda ()
          (guard (c ((eq? c 'zero) c)) (raise 'one)))))))
(test-end "srfi-34")
