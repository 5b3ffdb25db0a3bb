;;; Fields, bit-fields, unions, arrays, nested records, function pointers.
(import "data.h" :from "c" :as t)

(define-syntax try
  (syntax-rules ()
    ((_ e) (begin
             (guard (c (#t (display (condition-type c)) (display ": ")
                           (display (condition-message c))
                           (display " ") (write (condition-irritants c))))
               (write e))
             (newline)))))

(define o (t:outer))
(try (list o.flag o.delta o.name o.next o.op o.data (length o.many)))
(t:fill o)
(try (list o.in.a o.flag o.mode o.delta o.n.f o.n.i o.x o.y o.c o.wide o.ok
           o.name (equal? o.next o) (eq? o.next o)))
(try (. (ref o.many 1) a))
(try (hash-table-ref (->lisp o) "many"))
(try (map (lambda (k) (hash-table-ref (->lisp o) k)) '("n" "x" "delta" "c")))
(try (foreign-members o))

;; Writing, and what does not fit.
(set! o.mode 7)
(set! o.delta -16)
(set! o.c 'BLUE)
(set! o.n.f 2)
(set! o.in.tag "tag")
(set! o.many (vector))
(try (list o.mode o.delta o.c o.n.i (c:string o.in.tag) (c:bytes o.in.tag)))
(try (set! o.mode 8))
(try (set! o.delta 16))
(try (set! o.in.tag "too long"))
(try (set! o.c 'PINK))
(try (set! o.ok 1))
(try o.ok)
(try o.nam)
(try (ref o.in.tag 6))
(try (ref o 1))
(try (guard (c (#t (condition-message c))) (set! o.next (c:new 'int))))

;; What a record refers to lives as long as it.
(define other (t:outer :x 1 :name "other" :data (f64vector 1.5 2.5)))
(set! o.next other)
(set! other #f)
(collect-all)
(try (list o.next.name (ref o.next.data 1) (length o.next.data) (eq? o.next o.next)))
(set! o.next nil)
(try o.next)
(set! o.op (lambda (a b) (* a b)))
(try (list (o.op 3 4) (t:apply o.op 5 6)))
(try (t:apply (lambda (a b) (- a b)) 9 2))
(define minus (t:binary (lambda (a b) (- a b))))
(try (list (t:apply minus 9 2) (minus 1 2)))
(try (guard (e (#t (list 'caught (condition-message e))))
       (t:apply (lambda (a b) (error "inside" a)) 1 2)))
(try (call/cc (lambda (k) (t:apply (lambda (a b) (k 'left)) 1 2))))

;; Records by value.
(define in (t:inner :a 5 :tag "abc"))
(define turned (t:turn in))
(try (list in.a turned.a (c:string turned.tag) (c:type turned)))
(try (list (c:sizeof t:outer) (c:offsetof t:outer 'name) (c:alignof t:outer)))
(try (equal? (hash (c:cast in 'void)) (hash in)))
