;; A large datum written to a string, read back and compared.
;; input: repetitions entries
(define (make-entry i)
  (list (string->symbol (string-append "name-" (number->string (modulo i 97))))
        i
        (- (* i i i))
        (/ i 8.0)
        (number->string (* i 12345))
        "a text with \"quotes\" and a \\"
        (vector (integer->char (+ 97 (modulo i 26))) (odd? i) '())
        (cons 'key (list 'nested (list 'list i) '("of" ("strings"))))))

(define (make-data n)
  (let loop ((i n) (data '()))
    (if (= i 0) data (loop (- i 1) (cons (make-entry i) data)))))

(define (write-to-string x)
  (let ((port (open-output-string)))
    (write x port)
    (get-output-string port)))

(define (read-from-string s)
  (read (open-input-string s)))

(define repetitions (read))
(define data (make-data (read)))
(let loop ((i 0) (sum 0))
  (if (< i repetitions)
      (let* ((text (write-to-string data))
             (copy (read-from-string text)))
        (loop (+ i 1)
              (if (equal? copy data) (+ sum (string-length text)) -1)))
      (begin (display sum) (newline))))
