;; Rules of a program for conversions, and their priority.
(import (scheme base) (scheme write) (plc) (plc hosts) (plc foreign))
(import "builtins" :from "python" :as b)
(import "datetime" :from "python" :as dt)
(import "decimal" :from "python")

(define (show . values)
  (for-each (lambda (v) (write v) (display " ")) values)
  (newline))

(define-record-type point (make-point x y) point? (x point-x) (y point-y))
(define-record-type date (make-date year month day) date? (year date-year) (month date-month) (day date-day))
(define identity (py-eval "lambda x: x"))
(define p (make-point 1 2))
(show (eq? p (identity p)) (point? (identity p)) (dt:date 2024 1 2))

;; Both ways; deep in structures, too.
(py-convert-from! dt.date (lambda (d) (make-date d.year d.month d.day)))
(py-convert-to! date? (lambda (d) (dt:date (date-year d) (date-month d) (date-day d))))
(define d (dt:date 2024 1 2))
(show (date? d) (date-month d) (b:repr d) (b:str (list d)) (b:isinstance d dt.date))
(show (date? (identity d)) (map date-day (b:list (list d (make-date 2024 5 6)))))
(show (date-year (ref (b:list (list d)) 0)))
;; A derived class has the rule of the nearest base, the latest rule of a class counts.
(show (date? (dt:datetime 2024 3 4 5 6)))
(py-convert-from! dt.datetime (lambda (t) (list 'time t.hour t.minute)))
(show (dt:datetime 2024 3 4 5 6) (date? (dt:date 2024 1 1)))
(py-convert-from! dt.datetime (lambda (t) (vector t.minute {"hour" t.hour})))
(show (dt:datetime 2024 3 4 5 6))
(py-convert-from! decimal.Decimal ->lisp)
(show (decimal:Decimal "0.5") (+ (decimal:Decimal "0.1") 1/10))
;; Of the predicates the latest is asked first; the table is first for its values.
(py-convert-to! point? (lambda (p) (py-tuple (point-x p) (point-y p))))
(py-convert-to! (lambda (x) (and (point? x) (= (point-x x) 0))) (lambda (p) "on the axis"))
(py-convert-to! number? (lambda (n) "never asked"))
(show (b:repr p) (b:repr (make-point 0 1)) (b:repr (list 1 p 2.5)))
(show (guard (e (#t (condition-message e)))
        (py-convert-to! point? (lambda (p) (error "no way" (point-x p))))
        (b:repr p)))
(show (b:repr 1))
;; A thread converts what another one is in the middle of converting.
(py-exec "
import threading
class Celsius: degrees = 20
shared = Celsius()
def in_thread(f):
    found = []
    thread = threading.Thread(target=lambda: found.append(f(shared)))
    thread.start()
    thread.join()
    return found[0]
")
(define depth 0)
(py-convert-from! (py-eval "Celsius")
                  (lambda (c)
                    (set! depth (+ depth 1))
                    (if (= depth 1)
                        (list c.degrees ((py-eval "in_thread") (lambda (x) (pair? x))))
                        (list c.degrees))))
(show (py-eval "shared"))
