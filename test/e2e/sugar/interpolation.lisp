;; #"... {expr} ...": each value as display shows it.
(include "Inputs/check.scm")

(define x 5)
(test "x is 5" #"x is {x}")
(test "5" #"{x}")
(test "" #"")
(test "plain" #"plain")
(test "55" #"{x}{x}")
(test "sum 7, list (1 a b)" #"sum {(+ x 2)}, list {'(1 a "b")}")
(test "text b" #"text {"b"}")
(test "inner 5!" #"inner {#"{x}!"}")
(test "a\n\tb\"c\\ é λ" #"a\n\tb\"c\\ \xe9; λ")
(test "{x} { }" #"\{x\} \{ \}")
(test "} and #\\}" #"{"}"} and {"#\\}"}")
(test "map 1" #"map {(ref {"k" 1} "k")}")
(test "vector #(1 2)" #"vector {[1 2]}")
(test "nested ab" #"nested {(string-append "a" #"{'b}")}")
(test "several
lines 5" #"several
lines {
  x
}")
(define (greet name) #"Hello, {name}!")
(test "Hello, you!" (greet "you"))
(test #t (string? #"{x}"))
(test #f (eq? (greet "a") (greet "a")))
(let ((display (lambda arguments (error "not the program's display"))))
  (set! x display)
  (test "1" #"{1}"))
(print passed " passed")
