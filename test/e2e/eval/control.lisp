;;; eval is a call like any other: values, conditions, winds, continuations and
;;; the tail position see nothing special.
(import (scheme base) (scheme eval) (scheme repl) (scheme write))

(define base (environment '(scheme base)))
(define (show . objects) (write objects) (newline))

(show (eval '(+ 1 2) base) (eval 7 base) (eval ''sym base))
(call-with-values (lambda () (eval '(values 1 2 3) base)) show)

;; Syntax errors and unbound variables are conditions.
(define (message-of thunk)
  (guard (e (#t (cons (error-object-message e) (error-object-irritants e))))
    (thunk)))
(show (message-of (lambda () (eval '(if) base))))
(show (message-of (lambda () (eval '(let ((x)) x) base))))
(show (message-of (lambda () (eval 'missing base))))
(show (message-of (lambda () (eval '(set! missing 1) base))))
(show (message-of (lambda () (eval '(car 1 2 3) base))))
(show (message-of (lambda () (eval '(vector-ref #(1) 9) base))))
(show (message-of (lambda () (eval '1 'no-environment))))
(show (guard (e ((symbol? e) (list 'caught e)))
        (eval '(raise 'oops) base)))

;; Winds and escapes.
(define trace '())
(define (note x) (set! trace (cons x trace)))
(show (call/cc (lambda (k)
                 (dynamic-wind
                  (lambda () (note 'in))
                  (lambda () (eval (list k ''escaped) base))
                  (lambda () (note 'out)))))
      (reverse trace))

;; A continuation captured inside is entered again after eval has returned.
(define k #f)
(define (keep c) (set! k c) 1)
(define count 0)
(define sum (eval `(+ 10 (call/cc ,keep)) base))
(set! count (+ count 1))
(show count sum)
(if (< count 3) (k (* count 100)))

;; Handlers are called where the raise is.
(show (with-exception-handler
       (lambda (e) 42)
       (lambda () (eval '(+ 1 (raise-continuable 'need)) base))))

;; Parameters.
(define p (make-parameter 1))
(show (parameterize ((p 2)) (eval (list p) base)))

;; Evaluated procedures that evaluate.
(define (down n)
  (if (= n 0) 'done (eval `(,down ,(- n 1)) base)))
(show (down 50))
(show (eval `(,eval '(* 6 7) ,base) base))
(show (map (lambda (f) (f 5))
           (list (eval '(lambda (x) (* x x)) base)
                 (eval '(let ((n 10)) (lambda (x) (set! n (+ n x)) n)) base))))
