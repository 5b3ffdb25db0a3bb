;;; SRFI 2: and-let*, an `and` whose parts may bind variables.
(define-library (srfi 2)
  (export and-let*)
  (import (scheme base))
  (begin
    ;; A clause is (variable expression), (expression) or a bound variable.
    (define-syntax and-let*
      (syntax-rules ()
        ((_ ()) #t)
        ((_ () body ...) (let () body ...))
        ((_ ((variable expression))) (let ((variable expression)) variable))
        ((_ ((expression))) expression)
        ((_ (variable)) variable)
        ((_ ((variable expression) clause ...) body ...)
         (let ((variable expression))
           (if variable (and-let* (clause ...) body ...) #f)))
        ((_ ((expression) clause ...) body ...)
         (if expression (and-let* (clause ...) body ...) #f))
        ((_ (variable clause ...) body ...)
         (if variable (and-let* (clause ...) body ...) #f))))))
