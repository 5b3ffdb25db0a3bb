;; qsort and memcmp for single bytes.
(define-syntax sort!
  (syntax-rules ()
    ((_ bytes compare)
     (%native-call "qsort" "qsort" "v(p<void>,u64,u64,F<i32(k<void>,k<void>)>)"
                   bytes (bytevector-length bytes) 1 compare))))
(define (difference a b)
  (%native-call "memcmp" "memcmp" "i32(k<void>,k<void>,u64)" a b 1))
