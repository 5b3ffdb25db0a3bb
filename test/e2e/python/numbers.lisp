;; Dates, paths, enumerations, decimals, containers: references, and ->lisp.
(import (scheme base) (scheme write) (plc) (plc hosts) (plc foreign))
(import "builtins" :from "python" :as b)
(import "datetime" :from "python" :as dt)
(import "decimal" :from "python")
(import "enum" :from "python")
(import "pathlib" :from "python")
(import "collections" :from "python")

(define (show . values)
  (for-each (lambda (v) (write v) (display " ")) values)
  (newline))

(define day (dt:date 2024 2 28))
(show day (+ day (dt:timedelta :days 2)) (- (dt:date 2024 3 1) day) day.year (day.strftime "%d.%m.%Y"))
(show (->lisp day) (->lisp (dt:datetime 2024 1 2 3 4 5)) (->lisp (dt:time 12 30))
      (->lisp (dt:timedelta :milliseconds 1500)) (->lisp (b:list [day])))
(show (< day (dt:date 2025 1 1)) (equal? day (dt:date 2024 2 28)) (= day (dt:date 2024 2 28)))
(define price (decimal:Decimal "0.10"))
(show price (+ price price) (* price 3) (->lisp price) (->lisp (decimal:Decimal "NaN"))
      (->lisp (decimal:Decimal "-Infinity")) (price.quantize (decimal:Decimal "1.0")))
(py-exec "
import enum
class Color(enum.Enum):
    RED = 1
    GREEN = 'g'
class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2
class Name(str): pass
")
(define Color (py-eval "Color"))
(show Color.RED Color.RED.name (->lisp Color.RED) (->lisp Color.GREEN) (Color "g") (ref Color "RED")
      (eq? Color.RED (Color 1)) (map (lambda (c) c.name) Color))
(define Level (py-eval "Level"))
(show (->lisp Level.HIGH) (< Level.LOW Level.HIGH) (= Level.HIGH 2) (+ Level.LOW 1) (b:list (b:range Level.HIGH)))
(show (->lisp ((py-eval "Name") "text")))
(define path (pathlib:PurePosixPath "/usr" "lib"))
(show (->lisp (py-operator "/" path "python3")) path.name (b:str path.parent))
(show (->lisp (b:range 1 10 3)) (length (b:range 5)) (ref (b:range 10) -1)
      (b:sorted (->lisp (b:set [3 1 2]))) (->lisp (b:frozenset [1])) (->lisp (b:bytearray #u8(1 2))))
(show (->lisp (collections:OrderedDict {"a" 1})) (->lisp (collections:deque [1 2]))
      (->lisp (collections:Counter "aab")) (->lisp ((py-eval "__import__('types').MappingProxyType") {"k" [1]})))
(show (py-eval "2 ** 100") (py-eval "-2 ** 64") (b:complex 1 2) (py-eval "float('nan')") (py-eval "-0.0")
      (b:divmod 7 -2) (b:round 2.5) (b:hex (expt 2 70)))
