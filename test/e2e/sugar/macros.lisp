;; The sugar in templates and patterns of macros.
;; Shows what differs.
(define-syntax test
  (syntax-rules ()
    ((_ expected expression)
     (let ((value expression))
       (if (equal? value expected)
           (set! passed (+ passed 1))
           (begin (write (quote expression)) (display " gave ")
                  (write value) (newline)))))))
(define passed 0)
(define-syntax test-raises
  (syntax-rules ()
    ((_ message expression)
     (test message
           (guard (e (#t (error-object-message e))) expression)))))

(define-syntax greet (syntax-rules () ((_ x) #"hi {x}, {(+ x 1)}")))
(test "hi 5, 6" (greet 5))
(define-syntax vector-of (syntax-rules () ((_ a ...) [a ... 'end])))
(test '#(1 2 end) (vector-of 1 2))
(define-syntax map-of (syntax-rules () ((_ k v) {k v 'more [v]})))
(test '(("a" . 1) (more . #(1))) (hash-table->alist (map-of "a" 1)))
(define-syntax put! (syntax-rules () ((_ o k v) (set! (ref o k) v))))
(define v [1 2])
(put! v 0 'x)
(test '#(x 2) v)
(define-syntax swap!
  (syntax-rules () ((_ [a b]) (let ((t a)) (set! a b) (set! b t)))))
(define x 1)
(define y 2)
(swap! [x y])
(test '(2 1) (list x y))
(swap! ((ref v 0) (ref v 1)))
(test '#(2 x) v)
(define-syntax each (syntax-rules () ((_ n xs body) (for (n xs) body))))
(define out '())
(each q [1 2] (set! out (cons q out)))
(test '(2 1) out)
;; A pattern variable is not substituted inside a dotted name or keyword.
(define-syntax dotted (syntax-rules () ((_ a) (quote (a a.b :a)))))
(test '(x a.b :a) (dotted x))
(define-syntax define-adder
  (syntax-rules () ((_ name n) (defn name [x & rest] (+ x n)))))
(define-adder add-two 2)
(test 5 (add-two 3 4))
(test 1 (let-syntax ([first (syntax-rules [] [(_ a) a])]) (first 1)))
(print passed " passed")
