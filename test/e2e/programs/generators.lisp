;;; Control: coroutines, generators, a scheduler, backtracking with amb,
;;; exceptions through dynamic-wind, parameters, escaping and re-entry.
(import (scheme base) (scheme write))

(define (make-generator body)
  (define return #f)
  (define (resume-from-start value)
    (body (lambda (v)
            (call/cc (lambda (k)
                       (set! resume (lambda (value) (k value)))
                       (return v)))))
    (set! resume (lambda (value) (return (eof-object))))
    (return (eof-object)))
  (define resume resume-from-start)
  (lambda () (call/cc (lambda (r) (set! return r) (resume 'go)))))
(define (collect g) (let loop ((x (g)) (out '())) (if (eof-object? x) (reverse
                                                                       out)
                                                                       (loop (g)
                                                                        (cons x
                                                                         out)))))
(define (tree->generator tree)
  (make-generator (lambda (yield)
                    (let walk ((t tree))
                      (cond ((null? t) #f) ((pair? t) (walk (car t)) (walk
                                                                      (cdr t)))
                                                                      (else
                                                                       (yield
                                                                        t)))))))
(write (collect (tree->generator '((1 2) (3 (4 (5))) 6)))) (newline)
(define (same-fringe? a b)
  (let ((ga (tree->generator a)) (gb (tree->generator b)))
    (let loop () (let ((x (ga)) (y (gb)))
      (cond ((and (eof-object? x) (eof-object? y)) #t) ((eqv? x y) (loop)) (else
                                                                            #f))))))
(write (list (same-fringe? '(1 (2 3)) '((1 2) 3)) (same-fringe? '(1 2) '(1 2
                                                                         3))))
                                                                         (newline)

;; Round-robin threads with messages.
(define ready '())
(define (enqueue! thunk) (set! ready (append ready (list thunk))))
(define (yield) (call/cc (lambda (k) (enqueue! (lambda () (k #f))) (dispatch))))
(define exit-scheduler #f)
(define (dispatch)
  (if (null? ready) (exit-scheduler 'idle)
      (let ((next (car ready))) (set! ready (cdr ready)) (next))))
(define trace '())
(define (note x) (set! trace (cons x trace)))
(define (spawn name n)
  (enqueue! (lambda ()
              (do ((i 0 (+ i 1))) ((= i n)) (note (cons name i)) (yield))
              (note (list name 'done))
              (dispatch))))
(spawn 'a 3) (spawn 'b 1) (spawn 'c 2)
(write (call/cc (lambda (k) (set! exit-scheduler k) (dispatch)))) (write
                                                                   (reverse
                                                                    trace))
                                                                    (newline)

;; amb with a stack of choice points.
(define choices '())
(define (fail) (if (null? choices) (error "no more choices")
                   (let ((k (car choices))) (set! choices (cdr choices))
                     (k #f))))
(define (choose list)
  (call/cc (lambda (return)
             (for-each (lambda (x) (call/cc (lambda (next) (set! choices (cons
                                                                          next
                                                                          choices)) (return x)))) list)
             (fail))))
(define (require ok) (if (not ok) (fail)))
(define (distinct? l) (or (null? l) (and (not (memv (car l) (cdr l))) (distinct?
                                                                       (cdr
                                                                        l)))))
(write (let* ((baker (choose '(1 2 3 4 5))) (cooper (choose '(1 2 3 4 5))))
         (require (not (= baker 5))) (require (not (= cooper 1)))
         (let ((fletcher (choose '(1 2 3 4 5))))
           (require (not (memv fletcher '(1 5)))) (require
                                                   (not (= 1 (abs (- fletcher
                                                                   cooper)))))
           (let ((miller (choose '(1 2 3 4 5))))
             (require (> miller cooper))
             (let ((smith (choose '(1 2 3 4 5))))
               (require (not (= 1 (abs (- smith fletcher)))))
               (require (distinct? (list baker cooper fletcher miller smith)))
               (list baker cooper fletcher miller smith))))))
(newline)
(set! choices '())
(write (let ((found '()))
         (guard (e ((error-object? e) (list (error-object-message e) (length
                                                                      found)
                                                                      (car
                                                                       found))))
           (let* ((a (choose '(3 4 5 6 8 12))) (b (choose '(4 5 8 12 16)))
                  (c (choose '(5 10 13 20))))
             (when (= (+ (* a a) (* b b)) (* c c)) (set! found (cons (list a b
                                                                      c)
                                                                      found)))
             (fail)))))
(newline)

;; dynamic-wind, escapes and parameters together.
(define depth (make-parameter 0 (lambda (x) (if (number? x) x (error
                                                               "not a number"
                                                               x)))))
(define log '())
(define (log! . x) (set! log (cons x log)))
(define-syntax traced
  (syntax-rules () ((_ name body ...) (dynamic-wind (lambda () (log! 'in name
                                                                (depth)))
                                                                (lambda ()
                                                                 body ...)
                                                                 (lambda ()
                                                                  (log! 'out
                                                                   name
                                                                   (depth)))))))
(define saved #f)
(define runs 0)
(define result
  (traced 'outer
    (parameterize ((depth (+ (depth) 1)))
      (traced 'inner
        (parameterize ((depth (* 10 (+ (depth) 1))))
          (let ((v (call/cc (lambda (k) (set! saved k) 'first))))
            (log! 'body v (depth))
            (depth)))))))
(set! runs (+ runs 1))
(if (< runs 3) (saved (list 'again runs)))
(for-each (lambda (x) (write x) (display " ")) (reverse log)) (newline)
(write (list result runs (depth))) (newline)
(write (guard (e (#t (list 'caught (error-object-message e) (depth))))
         (parameterize ((depth 'bad)) 'never))) (newline)

;; Errors inside handlers, nested guards, cleanup order, retry.
(define events '())
(define (event x) (set! events (cons x events)))
(define (with-cleanup name thunk) (dynamic-wind (lambda () #f) thunk (lambda ()
                                                                      (event
                                                                       (list
                                                                        'cleanup
                                                                        name)))))
(define (risky n)
  (cond ((= n 0) (raise 'zero)) ((= n 1) (error "one" n)) ((= n 2) (raise (list
                                                                           'two
                                                                           n)))
        ((= n 3)
         (guard (e (#t (raise 'three))) (vector-ref (vector) n))) ((= n 4) (raise-continuable 'four))
        (else (* n n))))
(define (attempt n)
  (guard (e ((symbol? e) (event (list 'symbol e)) e)
            ((and (error-object? e) (string=? (error-object-message e) "one"))
             => (lambda (t) (event 'error) (list t (error-object-irritants
                                                    e)))))
    (with-cleanup n (lambda ()
      (guard (e ((pair? e) (event e) (cadr e)))
        (risky n))))))
(write (let each ((n 0))
         (if (= n 6)
             '()
             (let ((result (guard (e (#t 'runtime)) (attempt n))))
               (cons result (each (+ n 1)))))))
(newline)
(write (reverse events)) (newline)
(write (with-exception-handler
        (lambda (e) (if (eq? e 'need-number) 42 0))
        (lambda () (+ (raise-continuable 'need-number) (raise-continuable
                                                        'other) 1)))) (newline)
(define (retry n thunk)
  (let loop ((i 1)) (guard (e ((and (< i n) (eq? e 'flaky)) (loop (+ i 1))))
                      (thunk i))))
(write (list (retry 5 (lambda (i) (if (< i 4) (raise 'flaky) (list 'ok i))))
             (guard (e (#t (list 'gave-up e))) (retry 2 (lambda (i) (raise
                                                                     'flaky)))))) (newline)
(write (call/cc (lambda (k) (dynamic-wind (lambda () #f) (lambda ()
                                                          (k 'from-body))
                                                          (lambda ()
                                                           (k 'from-after))))))
                                                           (newline)
(define (flip f) (lambda args (apply f (reverse args))))
(write (call-with-values (lambda () (call/cc (lambda (k) (k 1 2 3)))) (flip
                                                                       list)))
                                                                       (newline)
