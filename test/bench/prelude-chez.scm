;; What the kernels use beyond R6RS, for Chez Scheme: the same operations as
;; macros, so that nothing is lost in a call.
(define-syntax make-eqv-table (syntax-rules () ((_) (make-eqv-hashtable))))
(define-syntax make-string-table
  (syntax-rules () ((_) (make-hashtable string-hash string=?))))
(define-syntax table-ref
  (syntax-rules () ((_ t k d) (hashtable-ref t k d))))
(define-syntax table-set!
  (syntax-rules () ((_ t k v) (hashtable-set! t k v))))
(define-syntax table-size (syntax-rules () ((_ t) (hashtable-size t))))
(define-syntax write-string
  (syntax-rules () ((_ s p) (put-string p s))))
(define-syntax f64vector-ref
  (syntax-rules ()
    ((_ v i) (bytevector-ieee-double-native-ref v (fx* i 8)))))
(define-syntax f64vector-set!
  (syntax-rules ()
    ((_ v i x) (bytevector-ieee-double-native-set! v (fx* i 8) x))))
(define (f64vector . xs)
  (let ((v (make-bytevector (* 8 (length xs)))))
    (let loop ((i 0) (xs xs))
      (if (null? xs)
          v
          (begin
            (bytevector-ieee-double-native-set! v (* i 8) (car xs))
            (loop (+ i 1) (cdr xs)))))))
(define-syntax read-line (syntax-rules () ((_ p) (get-line p))))
(define-syntax fail (syntax-rules () ((_ m x) (error #f m x))))
(define-syntax failure? (syntax-rules () ((_ e) (error? e))))
(define-syntax failure-message
  (syntax-rules () ((_ e) (condition-message e))))
