;;; load evaluates the forms of a file one by one, here or in another
;;; environment; the program has no import and sees all libraries.
(define (show . objects) (write objects) (newline))
(define (message-of thunk)
  (guard (e (#t (error-object-message e))) (thunk)))
(define seen-by-file 14)
(define result #f)

(load "test/e2e/eval/loaded.scm")
(show result from-file (triple 5))

(show (message-of (lambda () (load "test/e2e/eval/broken.scm"))) fine)
(show (message-of (lambda () (load "test/e2e/eval/unread.scm"))))
(show (message-of (lambda () (load "test/e2e/eval/raising.scm")))
      before-the-error
      (guard (e (#t (error-object-irritants e))) after-the-error))
(show (guard (e ((file-error? e) 'file-error)) (load "no/such/file.scm")))
(show (message-of (lambda () (load 'symbol))))

(define fixed (environment '(scheme base)))
(show (message-of (lambda () (load "test/e2e/eval/loaded.scm" fixed))))
(load "test/e2e/eval/loaded.scm" (interaction-environment))
(show result (exact->inexact 1/2) (eval '(+ 1 2) fixed))
