;; What ran without end is told, in the message of the error and to a handler.
(import (scheme base) (scheme write) (plc))

(define (deep n) (+ 1 (deep (+ n 1))))
;; Neither allocates nor loops: the fault itself becomes the condition.
(define (even-deeper n) (vector-ref (vector 1 (odd-deeper n)) 1))
(define (odd-deeper n) (car (list (even-deeper n))))

(define (show-trace thunk)
  (call/cc
    (lambda (k)
      (with-exception-handler
        (lambda (e)
          (let ((frame (list-ref (condition-trace e) 8)))
            (write (list (condition-type e)
                         (and (memq (car frame) '(deep even-deeper odd-deeper)) #t)))
            (newline))
          (k #f))
        thunk))))

(show-trace (lambda () (deep 0)))
(show-trace (lambda () (even-deeper 0)))
(deep 0)
