;; A symbol that looks like a number is written with bars however long it is,
;; and reads back.
(define (again x)
  (let ((out (open-output-string)))
    (write x out)
    (read (open-input-string (get-output-string out)))))
(define (check text)
  (let ((symbol (string->symbol text)))
    (write symbol)
    (newline)
    (write (eq? symbol (again symbol)))
    (newline)))
(define ones (make-string 70 #\1))
(for-each check
          (list ones
                (string-append "-" ones)
                (string-append ones "." ones "e1")
                (string-append "1/" ones)
                (string-append "+" ones "-" ones "i")
                (string-append "+inf.0" ones)
                (string-append "-" ones "a")
                (string-append "." ones ".")
                (string-append "1λ" ones)))
