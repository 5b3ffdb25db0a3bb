;; dataclasses, functools, itertools, operator, copy.
(import (scheme base) (scheme write) (plc) (plc hosts))
(import "dataclasses" :from "python")
(import "copy" :from "python" :only (deepcopy))
(import "functools" :from "python" :only (reduce partial lru_cache))
(import "itertools" :from "python")
(import "operator" :from "python")
(import "builtins" :from "python" :as b :only (print))

(py-exec "
from dataclasses import dataclass, field
@dataclass(order=True)
class Shape:
    name: str
    sides: int = 4
    tags: list = field(default_factory=list, compare=False)
    def area(self, length):
        return length * length * self.sides / 4
    @property
    def label(self):
        return f'{self.name}/{self.sides}'
    @classmethod
    def regular(cls, sides):
        return cls(f'{sides}-gon', sides)
")
(define Shape (py-eval "Shape"))
(define shapes (append (map (lambda (n) (Shape.regular n)) '(6 3 5)) (list (Shape "square"))))
(define first (car shapes))
(define second (cadr shapes))
(first.tags.append "big")
(print first)
(print (map (lambda (shape) shape.label) (b:sorted shapes)))
(print (. (b:max shapes :key (lambda (shape) shape.sides)) name))
(print (dataclasses:asdict first))
(print (map (lambda (field) field.name) (dataclasses:fields Shape)))
(define other (dataclasses:replace second :name "triangle"))
(print other (= other second) (> other second))
(define clone (deepcopy first))
(clone.tags.append "copy")
(print first.tags clone.tags (= clone first))
(print (b:round (apply + (map (lambda (shape) (shape.area 2.0)) shapes)) 3))
(print (reduce operator:mul (map (lambda (shape) shape.sides) shapes) 1))
(print (map (lambda (pair) (b:str.join "" pair)) (itertools:combinations "abc" 2)))
(define (many? shape) (> shape.sides 4))
(for (group (itertools:groupby (b:sorted shapes :key many?) :key many?))
  (print (ref group 0) (map (lambda (shape) shape.name) (ref group 1))))
(define halve (partial operator:truediv 1))
(print (halve 4) ((lru_cache (lambda (x) (+ x 1))) 5))
(define (attempt thunk)
  (guard (e ((foreign-error? e) (print (foreign-error-type e) (condition-message e))))
    (thunk)))
(attempt (lambda () (Shape)))
(attempt (lambda () first.nothing))
