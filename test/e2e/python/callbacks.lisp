;; Procedures of Lisp in Python, errors through both, escapes.
(import (scheme base) (scheme write) (plc) (plc hosts))
(import "builtins" :from "python" :as b)

(define (show . values)
  (for-each (lambda (v) (write v) (display " ")) values)
  (newline))

(show (->lisp (b:sorted ["bb" "a" "ccc"] :key string-length :reverse #t)))
(show (->lisp (b:list (b:map (lambda (a b) (+ a b)) [1 2] [10 20]))))
(define (named x . rest) (list x rest))
(show ((py-eval "lambda f: f.__name__") named)
      ((py-eval "lambda f: f(1, a=2)") (lambda (x key v) (list x key v))))
(show (eq? named ((py-eval "lambda f: f") named)))

;; A condition passes Python and stays the same; Python may catch it.
(define condition #f)
(define (fails) (guard (e (#t (set! condition e) (raise e))) (error "from Lisp" 1 2)))
(define call (py-eval "lambda f: f()"))
(show (guard (e (#t (list (eq? e condition) (condition-message e)))) (call fails)))
(py-exec "
import plc
trace = []
def careful(f):
    try:
        return f()
    except plc.LispError as error:
        return 'caught: ' + str(error)
    finally:
        trace.append('left')
def trying(f):
    try:
        return f()
    except Exception as error:
        return 'must not be caught'
")
(show ((py-eval "careful") fails) (->lisp (py-eval "trace")))
(show (guard (e (#t (list (eq? e 'object)))) (call (lambda () (raise 'object)))))
(show (call/cc (lambda (k) ((py-eval "trying") (lambda () (k 'escaped))))))
(define log '())
(show (call/cc
       (lambda (k)
         (dynamic-wind
          (lambda () (set! log (cons 'in log)))
          (lambda () (call (lambda () (call (lambda () (k 'out))))))
          (lambda () (set! log (cons 'after log))))))
      log)
(show (guard (e (#t (condition-type e)))
        (let down () (+ 1 (call down)))))
