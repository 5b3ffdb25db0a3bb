;; What the programs of r7rs-benchmarks use of R7RS and Chez Scheme has not, or
;; has with another meaning. Read by test/bench/r7rs.
(define-syntax jiffies-per-second (syntax-rules () ((_) 1000000000)))
(define-syntax current-jiffy
  (syntax-rules ()
    ((_) (let ((t (current-time 'time-monotonic)))
           (+ (* (time-second t) 1000000000) (time-nanosecond t))))))
(define-syntax current-second
  (syntax-rules ()
    ((_) (let ((t (current-time 'time-utc)))
           (+ (time-second t) (/ (time-nanosecond t) 1e9))))))
(define-syntax exact-integer?
  (syntax-rules () ((_ x) (let ((y x)) (or (fixnum? y) (bignum? y))))))
(define-syntax write-string
  (syntax-rules () ((_ s) (display s)) ((_ s p) (put-string p s))))
(define-syntax read-line
  (syntax-rules () ((_) (get-line (current-input-port))) ((_ p) (get-line p))))
(define-syntax square (syntax-rules () ((_ x) (let ((y x)) (* y y)))))
(define-syntax error
  (syntax-rules () ((_ message x ...) (errorf #f "~a ~s" message (list x ...)))))
(define-syntax define-record-type
  (syntax-rules ()
    ((_ type (make argument ...) is (field access set) ...)
     (record-of-chez (type make is) (fields (mutable field access set) ...)))))
