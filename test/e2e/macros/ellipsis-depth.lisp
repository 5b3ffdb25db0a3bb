;; A variable may be followed by more ellipses than in its pattern (R7RS 4.3.2:
;; at least as many).
(define-syntax show
  (syntax-rules () ((_ x) (begin (write 'x) (newline)))))
(define-syntax product
  (syntax-rules () ((_ (a ...) (b ...)) (show ((a b ...) ...)))))
(product (1 2) (x y z))
(define-syntax rows
  (syntax-rules () ((_ (a b ...) ...) (show ((a (a b) ...) ...)))))
(rows (1 x y) (2 z))
(define-syntax both
  (syntax-rules () ((_ (a ...) (b ...)) (show (((b ...) a b) ...)))))
(both (1 2 3) (x y z))
(define-syntax deep
  (syntax-rules () ((_ (k ...) ((a ...) ...)) (show ((k (a ...) ...) ...)))))
(deep (p q) ((1 2) (3) ()))
(define-syntax flat
  (syntax-rules () ((_ (a ...) ...) (show (a ... ...)))))
(flat (1 2) () (3))
