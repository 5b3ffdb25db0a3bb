;; Attributes, elements, calls, operators, iteration, documentation.
(import (scheme base) (scheme write) (plc) (plc hosts) (plc foreign))
(import "json" :from "python" :only (dumps loads))
(import "re" :from "python")
(import "os.path" :from "python" :as path)

(py-exec "
from dataclasses import dataclass, field

@dataclass(order=True)
class Point:
    'A point of the plane.'
    x: float
    y: float = 0

    def scaled(self, k=1, *, dx=0):
        'This point times k.'
        return Point(self.x * k + dx, self.y * k)

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)

    def __getitem__(self, i):
        return (self.x, self.y)[i]

    def __len__(self):
        return 2

def numbers(n):
    for i in range(n):
        yield i * i

class Door:
    def __init__(self):
        self.log = []
    def __exit__(self, *why):
        self.log.append('closed')
")
(define Point (py-eval "Point"))
(define (show . values)
  (for-each (lambda (v) (write v) (display " ")) values)
  (newline))

(define p (Point 1 :y 2))
(show p p.x p.y (. p y))
(show (p.scaled 3) (p.scaled :k 2 :dx 1) ((. p scaled) 2))
(set! p.x 10)
(show p.x (ref p 0) (ref p 1) (length p))
(show (+ p (Point 1 1)) (< p (Point 11)) (= p (Point 10 2)) (equal? p (Point 10 2)))
(define squares (py-eval "numbers(5)"))
(for (n squares) (display n) (display " "))
(newline)
(show (map (lambda (x) (* 2 x)) (py-eval "[1, 2, 3]"))
      (vector-ref (py-eval "(4, 5)") 1)
      (hash-table-ref/default (py-eval "{'a': 1}") "a" 0)
      (hash-table-ref/default (py-eval "{'a': 1}") "b" 0)
      (hash-table-keys (py-eval "{'a': 1, 'b': 2}")))
(show (dumps {"a" [1 2.5 nil #t] "b" "λ"} :ensure-ascii #f))
(show (->lisp (loads "{\"k\": [1, 2, {\"z\": null}]}")))
(show (->lisp (re:findall "[a-z]+" "one 2 three")))
(show (path:join "a" "b") (python:call "os.path.basename" "x/y.z") (python:call "len" "abc"))
(define door ((py-eval "Door")))
(show (with-foreign (d door) (->lisp d.log)) (->lisp door.log))
(doc p.scaled)
(show (guard (e (#t (list (condition-type e) (foreign-error-type e) (condition-message e)))) p.z))
(show (guard (e (#t (list (condition-type e) (foreign-error-type e)))) (ref (py-eval "{}") "no")))
(show (guard (e (#t (list (condition-type e) (foreign-error-type e)))) (ref (py-eval "[1]") 5)))
(show (guard (e (#t (list (condition-type e) (foreign-error-type e) (condition-message e))))
        (loads "{")))
(show (guard (e (#t (list (foreign-error-language e) (foreign-error-type e)))) (py-eval "f(")))
(show (guard (e (#t (foreign-error-type e))) ($py "no_such_module_of_plc")))
(show (guard (e (#t (map (lambda (t) (foreign-error? e t)) (list "ModuleNotFoundError" "ImportError" (quote Exception) "OSError")))) ($py "no_such_module_of_plc")))
