;;; SRFI 28: basic format strings.
(define-library (srfi 28)
  (export format)
  (import (scheme base) (scheme write) (plc arguments))
  (begin
    (define (format control . objects)
      "The control string with ~a replaced by an object as display shows it, ~s
       as write does, ~% by a newline, ~~ by a tilde."
      (check-type string? "format" "a string" 1 control)
      (let ((port (open-output-string)) (n (string-length control)))
        (let loop ((i 0) (objects objects))
          (cond
           ((= i n)
            (if (pair? objects) (error "format: too many objects" objects))
            (get-output-string port))
           ((not (char=? (string-ref control i) #\~))
            (write-char (string-ref control i) port)
            (loop (+ i 1) objects))
           ((= (+ i 1) n)
            (error "format: incomplete escape sequence" control))
           (else
            (case (string-ref control (+ i 1))
              ((#\a #\A) (loop (+ i 2) (put display objects control port)))
              ((#\s #\S) (loop (+ i 2) (put write objects control port)))
              ((#\%) (newline port) (loop (+ i 2) objects))
              ((#\~) (write-char #\~ port) (loop (+ i 2) objects))
              (else (error "format: unknown escape sequence"
                           (string-ref control (+ i 1)) control))))))))

    (define (put show objects control port)
      (if (null? objects) (error "format: no object for an escape" control))
      (show (car objects) port)
      (cdr objects))))
