;; A continuation captured before a definition is entered again after it: the
;; rest of the same call then finds the value.

(define again #f)
(define (try n)
  (let loop ((i 0))
    (if (< i n)
        (begin
          (if (eq? 'again
                   (call-with-current-continuation
                    (lambda (k)
                      (if (= i 1) (set! again k))
                      'first)))
              (begin (display late) (newline)))
          (loop (+ i 1))))))
(try 3)
(define late (list 1 2))
(if again
    (let ((k again))
      (set! again #f)
      (k 'again)))
(display "end")
(newline)

;; The same for a definition that reads another one.
(define entry #f)
(define (sum-of-known n)
  (do ((i 0 (+ i 1))
       (sum 0 (if (call-with-current-continuation
                   (lambda (k) (set! entry k) #f))
                  (+ sum known i)
                  (+ sum i))))
      ((= i n) sum)))
(display (sum-of-known 4))
(newline)
(define known (vector-length (make-vector 100)))
(let ((k entry))
  (if k (begin (set! entry #f) (k #t))))
(display "finis")
(newline)
