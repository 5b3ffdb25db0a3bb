;; Macros that assign their library's own variables where they are used.
(define-library (counters counter)
  (export count! counted with-tally tally-of limit raise-limit!)
  (import (scheme base))
  (begin
    (define total 0)
    (define tally '())
    (define limit 10)
    (define (counted) total)
    (define (tally-of key)
      (let ((entry (assq key tally)))
        (if entry (cdr entry) 0)))
    (define-syntax count!
      (syntax-rules ()
        ((_) (set! total (+ total 1)))
        ((_ n) (begin (set! total (+ total n)) total))))
    ;; A macro whose template is a macro call, with a variable that nothing else
    ;; assigns and that is a procedure besides.
    (define-syntax with-tally
      (syntax-rules ()
        ((_ key body ...)
         (let-syntax ((note (syntax-rules ()
                              ((_ k) (set! tally
                                           (cons (cons k (+ 1 (tally-of k)))
                                                 tally))))))
           (note 'key)
           body ...))))
    (define-syntax raise-limit!
      (syntax-rules () ((_ n) (set! limit n))))))
