;;; A JSON parser and pretty-printer: reads the file given on the command line
;;; (or standard input) and writes it with two spaces of indentation. Objects
;;; are association lists in order, arrays are vectors, null is the symbol null.
;;;
;;;   plc run examples/json.lisp examples/data/package-lock.json

(import (scheme base) (scheme char) (scheme file) (scheme write)
        (scheme process-context))

;;; Parsing: one procedure a kind of value; the port is the state.

(define (parse-error message c)
  (error (string-append "JSON: " message) c))

(define (skip-space port)
  (let ((c (peek-char port)))
    (when (and (char? c) (char-whitespace? c))
      (read-char port)
      (skip-space port))))

(define (expect port wanted)
  (let ((c (read-char port)))
    (if (not (eqv? c wanted))
        (parse-error (string-append "expected " (string wanted)) c))))

(define (parse-value port)
  (skip-space port)
  (let ((c (peek-char port)))
    (cond ((eof-object? c) (parse-error "unexpected end of input" c))
          ((char=? c #\{) (read-char port) (parse-object port))
          ((char=? c #\[) (read-char port) (parse-array port))
          ((char=? c #\") (read-char port) (parse-string port))
          ((or (char=? c #\-) (char-numeric? c)) (parse-number port))
          ((char-alphabetic? c) (parse-word port))
          (else (parse-error "unexpected character" c)))))

(define (parse-object port)
  (skip-space port)
  (if (eqv? (peek-char port) #\})
      (begin (read-char port) '())
      (let loop ((members '()))
        (skip-space port)
        (expect port #\")
        (let ((key (parse-string port)))
          (skip-space port)
          (expect port #\:)
          (let ((members (cons (cons key (parse-value port)) members)))
            (skip-space port)
            (let ((c (read-char port)))
              (cond ((eqv? c #\,) (loop members))
                    ((eqv? c #\}) (reverse members))
                    (else (parse-error "expected , or }" c)))))))))

(define (parse-array port)
  (skip-space port)
  (if (eqv? (peek-char port) #\])
      (begin (read-char port) (vector))
      (let loop ((items '()))
        (let ((items (cons (parse-value port) items)))
          (skip-space port)
          (let ((c (read-char port)))
            (cond ((eqv? c #\,) (loop items))
                  ((eqv? c #\]) (list->vector (reverse items)))
                  (else (parse-error "expected , or ]" c))))))))

(define (parse-string port)
  (let ((out (open-output-string)))
    (let loop ()
      (let ((c (read-char port)))
        (cond ((eof-object? c) (parse-error "unterminated string" c))
              ((char=? c #\") (get-output-string out))
              ((char=? c #\\)
               (write-char (parse-escape port) out)
               (loop))
              (else (write-char c out) (loop)))))))

(define (parse-escape port)
  (let ((c (read-char port)))
    (case c
      ((#\" #\\ #\/) c)
      ((#\b) #\backspace)
      ((#\f) (integer->char 12))
      ((#\n) #\newline)
      ((#\r) #\return)
      ((#\t) #\tab)
      ((#\u) (parse-unicode port))
      (else (parse-error "unknown escape" c)))))

(define (parse-hex port)
  (let ((digits (read-string 4 port)))
    (or (and (string? digits) (string->number digits 16))
        (parse-error "expected four hexadecimal digits" digits))))

;; A pair of surrogates stands for one character beyond the basic plane.
(define (parse-unicode port)
  (let ((code (parse-hex port)))
    (if (<= #xD800 code #xDBFF)
        (begin
          (expect port #\\)
          (expect port #\u)
          (let ((low (parse-hex port)))
            (integer->char (+ #x10000
                              (* (- code #xD800) 1024)
                              (- low #xDC00)))))
        (integer->char code))))

(define (number-char? c)
  (and (char? c)
       (or (char-numeric? c) (memv c '(#\- #\+ #\. #\e #\E)))))

(define (parse-number port)
  (let loop ((chars '()))
    (if (number-char? (peek-char port))
        (loop (cons (read-char port) chars))
        (let ((text (list->string (reverse chars))))
          (or (string->number text)
              (parse-error "not a number" text))))))

(define (parse-word port)
  (let loop ((chars '()))
    (let ((c (peek-char port)))
      (if (and (char? c) (char-alphabetic? c))
          (loop (cons (read-char port) chars))
          (let ((word (list->string (reverse chars))))
            (cond ((string=? word "true") #t)
                  ((string=? word "false") #f)
                  ((string=? word "null") 'null)
                  (else (parse-error "unknown word" word))))))))

;;; Printing.

(define (indent depth)
  (newline)
  (write-string (make-string (* 2 depth) #\space)))

(define (print-string s)
  (write-char #\")
  (string-for-each
   (lambda (c)
     (case c
       ((#\") (write-string "\\\""))
       ((#\\) (write-string "\\\\"))
       ((#\newline) (write-string "\\n"))
       ((#\return) (write-string "\\r"))
       ((#\tab) (write-string "\\t"))
       (else (write-char c))))
   s)
  (write-char #\"))

(define (print-members members depth print)
  (let loop ((members members) (first? #t))
    (when (pair? members)
      (if (not first?) (write-char #\,))
      (indent (+ depth 1))
      (print (car members))
      (loop (cdr members) #f)))
  (indent depth))

(define (print-value v depth)
  (cond ((eq? v #t) (write-string "true"))
        ((eq? v #f) (write-string "false"))
        ((eq? v 'null) (write-string "null"))
        ((string? v) (print-string v))
        ((number? v) (write v))
        ((null? v) (write-string "{}"))
        ((pair? v)
         (write-char #\{)
         (print-members v depth
                        (lambda (member)
                          (print-string (car member))
                          (write-string ": ")
                          (print-value (cdr member) (+ depth 1))))
         (write-char #\}))
        ((= (vector-length v) 0) (write-string "[]"))
        (else
         (write-char #\[)
         (print-members (vector->list v) depth
                        (lambda (item) (print-value item (+ depth 1))))
         (write-char #\]))))

(define (main arguments)
  (print-value (if (null? arguments)
                   (parse-value (current-input-port))
                   (call-with-input-file (car arguments) parse-value))
               0)
  (newline))

(main (cdr (command-line)))
