;; A variadic function with a signature of run time is prepared once for each
;; combination of types: memory does not grow with the calls.
(import (scheme base) (scheme file) (scheme read) (scheme write) (plc) (plc c))
(define print-into
  (c:function #f "snprintf" '((* void) size_t (* const char) ... -> int)))
(define buffer (make-bytevector 40 0))
(define (resident-pages)
  (call-with-input-file "/proc/self/statm"
    (lambda (port) (read port) (read port))))
(define (print n)
  (do ((i 0 (+ i 1)))
      ((= i n))
    (print-into buffer 40 "%d" i)
    (print-into buffer 40 "%s %g" "text" 1.5)))
(print 5000)
(define before (resident-pages))
(print 30000)
(let ((grown (- (resident-pages) before)))
  (write (if (< grown 2000) 'bounded grown)))
(newline)
(write (utf8->string buffer 0 8))
(newline)
