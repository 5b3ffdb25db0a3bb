;; What the kernels use beyond R7RS, for plc.
(define (make-eqv-table) (make-eqv-hash-table))
(define (make-string-table) (make-string-hash-table))
(define (table-ref t k d) (hash-table-ref/default t k d))
(define (table-set! t k v) (hash-table-set! t k v))
(define (table-size t) (hash-table-size t))
(define-syntax fail (syntax-rules () ((_ m x) (error m x))))
(define-syntax failure? (syntax-rules () ((_ e) (error-object? e))))
(define-syntax failure-message
  (syntax-rules () ((_ e) (error-object-message e))))
