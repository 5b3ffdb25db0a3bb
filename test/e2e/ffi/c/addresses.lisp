;; Pointers that only functions of C get, and such that Lisp gets as well.
(import (scheme base) (scheme write) (plc) (plc c))
(import "addresses.h" :from "c" :as n)
(define (show x) (write x) (newline))
(define-syntax message
  (syntax-rules () ((_ e) (guard (c (#t (condition-message c))) e))))

(define (sum p-count)
  (let loop ((p (n:first_node p-count)) (s 0))
    (if p (loop (n:next_node p) (+ s (n:node_value p))) s)))
(show (list (sum 0) (sum 1) (sum 100)))
(define (sum-until-nil count)
  (do ((p (n:first_node count) (n:next_node p)) (s 0 (+ s (n:node_value p))))
      ((eq? p nil) s)))
(show (list (sum-until-nil 0) (sum-until-nil 1) (sum-until-nil 100)))
(show (n:node_value (n:next_node (n:next_node (n:first_node 5)))))
;; NULL is passed on as NULL.
(show (n:node_value (n:next_node (n:first_node 1))))
(show (n:node_value (if (= (sum 2) 3) nil (n:first_node 1))))

;; The other way round: nil first, then pointers; two types in one variable.
(define (last-value count)
  (let loop ((p (n:first_node count)) (last nil))
    (if p (loop (n:next_node p) p) (n:node_value last))))
(show (list (last-value 0) (last-value 7)))
(define (as-any count)
  (let loop ((i 0) (p (n:first_node count)))
    (if (= i 3)
        (n:is_same p (n:first_node count))
        (loop (+ i 1) (n:any_node p)))))
(show (list (as-any 0) (as-any 2)))

;; What Lisp gets is an object, the same wherever it is seen.
(define (middle count)
  (let loop ((p (n:first_node count)) (i 1))
    (if (= i 3) p (loop (n:next_node p) (+ i 1)))))
(show (n:node_value (middle 5)))
(show (let ((p (n:first_node 3))) (list (eq? p p) (n:node_value p) (c:type p))))
(define (all count)
  (let loop ((p (n:first_node count)) (list '()))
    (if p (loop (n:next_node p) (cons p list)) (map n:node_value (reverse list)))))
(show (all 4))
(define (fields count)
  (let loop ((p (n:first_node count)) (s 0))
    (if p (loop p.next (+ s p.value)) s)))
(show (fields 10))
(show (let ((p (n:first_node 2)))
        (and p (let ((q (n:next_node p))) (list (n:node_value q) (if q 'some 'none) (not q))))))

;; A callback makes garbage, or leaves, while such a pointer waits.
(define (visited limit)
  (let loop ((p (n:first_node 20)) (seen 0))
    (if p
        (loop (n:visit_node p (lambda (value) (make-vector 1000 value) (if (< value limit) 1 0)))
              (+ seen 1))
        seen)))
(show (list (visited 5) (visited 100)))
(show (message
       (let loop ((p (n:first_node 20)))
         (if p (loop (n:visit_node p (lambda (value) (if (= value 4) (error "left") 1))))))))
(show (call/cc
       (lambda (k)
         (let loop ((p (n:first_node 20)))
           (if p (loop (n:visit_node p (lambda (value) (if (= value 6) (k value) 1)))))))))

;; Given back: the object knows.
(define given (c:new 'int 2))
(define (back p) (n:any_node p))
(c:free given)
(show (message (back given)))
(define (freed-in-loop)
  (let loop ((i 0) (p (c:cast (n:first_node 3) 'void)))
    (when (= i 1) (c:disown! p))
    (if (< i 3) (loop (+ i 1) (n:any_node p)) (n:is_same p (n:first_node 3)))))
(show (freed-in-loop))
