;; Generators, operators, keys and slices, source text with values, views.
(import (scheme base) (scheme write) (plc) (plc hosts) (plc foreign) (plc hash-table))
(import "builtins" :from "python" :as b)
(import "json" :from "python" :only (dumps))
(import "collections.abc" :from "python" :as abc)
(import "bisect" :from "python")

(define (show . values)
  (for-each (lambda (v) (write v) (display " ")) values)
  (newline))
(define (error-type thunk) (guard (e (#t (foreign-error-type e))) (thunk)))

;; Generators: send, throw, close.
(py-exec "
log = []
def averages():
    total = count = 0
    value = None
    try:
        while True:
            try:
                x = yield value
            except KeyError:
                x = -1
            total, count = total + x, count + 1
            value = total / count
    finally:
        log.append('closed')
async def ticks(n):
    import asyncio
    for i in range(n):
        await asyncio.sleep(0)
        yield i
")
(define g ((py-eval "averages")))
(b:next g)
(show (g.send 10) (g.send 20) (g.throw b:KeyError) (g.close) (->lisp (py-eval "log")))
(show (error-type (lambda () (g.send 1))))
(define sum 0)
(for (x ((py-eval "ticks") 5)) (set! sum (+ sum x)))
(show sum (map - ((py-eval "ticks") 3)) (->list ((py-eval "ticks") 0)))
(show (error-type (lambda () (for (x ((py-eval "ticks") "many")) x)))
      (guard (e (#t (condition-message e))) (vector->list ((py-eval "ticks") 1))))
;; Generators of Lisp in Python.
(define (counter n)
  (let ((i 0)) (lambda () (if (< i n) (begin (set! i (+ i 1)) i) (eof-object)))))
(show (b:sum (py-iterator (counter 10))) (b:list (b:zip (py-iterator (counter 3)) (py-iterator '(a b c)))))

;; Source text with values in scope.
(show (py-eval "a + len(b)" :a 1 :b "xyz") (py-eval "[x * k for x in xs]" :k 3 :xs [1 2]))
(py-exec "result = f(base) + 1" :f (lambda (x) (* x 10)) :base 4)
(show (py-eval "result"))

;; Operators: those of Lisp, and all by their names.
(py-exec "
class M:
    def __init__(self, x): self.x = x
    def __matmul__(self, o): return ('@', self.x, o)
    def __rmatmul__(self, o): return ('r@', self.x, o)
    def __contains__(self, o): return o == self.x
    def __bool__(self): return self.x > 0
    def __abs__(self): return abs(self.x)
    def __round__(self): return round(self.x)
    def __neg__(self): return M(-self.x)
    def __and__(self, o): return ('&', self.x, o)
")
(define m ((py-eval "M") -2.5))
(show (py-operator "@" m 1) (py-operator "@" 1 m) (py-operator "in" -2.5 m) (py-operator "not in" 1 m)
      (py-operator "bool" m) (py-operator "not" m) (py-operator "abs" m) (py-operator "round" m)
      (. (- m) x) (py-operator "&" m 3) (py-operator "is" m m))
(show (map (lambda (op) (py-operator op 17 5)) '("+" "-" "*" "/" "//" "%" "**" "&" "|" "^" "<<" ">>" "<" "!=")))
(show (py-operator "+=" (b:list '(1)) '(2)) (py-operator "-" 5) (py-operator "~" 5)
      (guard (e (#t (condition-message e))) (py-operator "<>" 1 2)))
(show (- (b:set '(1 2 3)) (b:set '(2))) (py-operator "&" (b:set (quote (1 2))) (b:set (quote (2 3)))) (+ (b:list '(1)) (b:list '(2))))

;; Keys and slices.
(define xs (b:list '(0 1 2 3 4 5)))
(show (ref xs -1) (slice xs 1 4) (slice xs nil nil -2) (slice xs -2) (ref xs (py-slice 2)) (ref xs (py-slice 1 nil 2)))
(set! (ref xs (py-slice 1 3)) '(a b c))
(show xs (ref (py-eval "{'k': [[1, 2]]}") "k" 0 1))
(define d (b:dict))
(set! (ref d (py-tuple 1 2)) "tuple")
(show d (ref d (py-tuple 1 2)))
(py-exec "
class Grid:
    def __init__(self): self.log = []
    def __getitem__(self, key): return key
    def __setitem__(self, key, value): self.log.append((key, value))
")
(define grid ((py-eval "Grid")))
(show (ref grid 1 2) (ref grid (py-slice 1 2) 0) (slice grid 1 nil 2))
(set! (ref grid 1 2) 3)
(show grid.log)

;; Live views.
(define v (vector 3 1 2))
(define view (by-ref v))
((py-eval "lambda s: s.__setitem__(0, 30)") view)
(show v (b:len view) (b:isinstance view abc:Sequence) (b:sorted view) (ref view -1) (b:max view)
      ((py-eval "lambda s: 2 in s") view) (b:list (b:reversed view)) ((. view index) 2))
(show (error-type (lambda () (ref view 3))) (ref view (py-slice 0 2)))
(define map {"a" 1 "b" 2})
(define live (by-ref map))
((py-eval "lambda m: (m.update(c=3), m.pop('a'))") live)
(show map (b:isinstance live abc:Mapping) (b:dict live) ((. live get) "zz" 9) (dumps (b:dict live))
      (error-type (lambda () (ref live "zz"))) (b:len live))
(show (->lisp view) (->lisp live) (dumps live) ((py-eval "lambda m: {**m, 'z': 1} | (m | {'y': 2})") live)
      ((py-eval "lambda m: (list(reversed(m)), m == {'b': 2, 'c': 3}, isinstance(m, dict))") live))
