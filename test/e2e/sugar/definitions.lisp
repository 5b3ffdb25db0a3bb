;; def, defq, defn, defun, fn, let1 and docstrings.
(include "Inputs/check.scm")

(def answer 42)
(test 42 answer)
(defq one 1 two (+ one 1) three (+ one two))
(test '(1 2 3) (list one two three))
(defq lone 5)
(test 5 lone)

(defn add [a b] (+ a b))
(test 3 (add 1 2))
(defn nothing [] 'done)
(test 'done (nothing))
(defn gather [a b & rest]
  "Its arguments as a list."
  (list a b rest))
(test '(1 2 ()) (gather 1 2))
(test '(1 2 (3 4)) (gather 1 2 3 4))
(defn all [& xs] xs)
(test '() (all))
(test '(1 2) (all 1 2))
(defn text [] "the only form is no docstring")
(test "the only form is no docstring" (text))
(defn parens (a . rest) (list a rest))
(test '(1 (2)) (parens 1 2))
(defn count-down [n]
  "Local definitions follow the docstring."
  (def step 1)
  (defn next [k] (- k step))
  (if (= n 0) 'zero (count-down (next n))))
(test 'zero (count-down 100000))
(test 'add (procedure-name add))

(defun write-all (xs port)
  (for-each (lambda (x) (write x port)) xs)
  (get-output-string port))
(test "12" (write-all '(1 2) (open-output-string)))
(defun variadic (a . rest) (list a rest))
(test '(1 (2 3)) (variadic 1 2 3))

(test 9 ((fn [x] (* x x)) 3))
(test '(1 (2 3)) ((fn [x & rest] (list x rest)) 1 2 3))
(test '(1 2) ((fn all all) 1 2))
(test 5 ((fn [] 5)))
(test '(1 4 9) (map (fn [x] (* x x)) '(1 2 3)))
(test 3 ((fn (a b) "A docstring." (+ a b)) 1 2))

(test 2 (let1 x 1 (+ x 1)))
(test 3 (let1 a 1 (let1 b (+ a 1) (def c (+ a b)) c)))

;; In a body, and made by macros.
(defn outer [n]
  (def base 10)
  (defn inner [k] (+ base k))
  (inner n))
(test 15 (outer 5))
(define-syntax define-getter
  (syntax-rules () ((_ name value) (defn name [] value))))
(define-getter five 5)
(test 5 (five))
(print passed " passed")
