;;; A calculator: reads a line, prints its value. Has variables, the four
;;; operations, ^, parentheses and exact fractions; a mistake is reported and
;;; the next line goes on.
;;;
;;;   printf 'x = 2 / 3\nx ^ 10 - 1\n' | plc run examples/calculator.lisp

(import (scheme base) (scheme char) (scheme write))

;;; Tokens: numbers, symbols for names and operators.

(define (operator? c) (memv c '(#\+ #\- #\* #\/ #\^ #\( #\) #\=)))
(define (digit-or-dot? c) (or (char-numeric? c) (char=? c #\.)))

;; The characters of `chars` while pred holds, and the rest.
(define (span pred chars)
  (let loop ((chars chars) (taken '()))
    (if (and (pair? chars) (pred (car chars)))
        (loop (cdr chars) (cons (car chars) taken))
        (values (list->string (reverse taken)) chars))))

(define (tokenize chars)
  (cond ((null? chars) '())
        ((char-whitespace? (car chars)) (tokenize (cdr chars)))
        ((operator? (car chars))
         (cons (string->symbol (string (car chars))) (tokenize (cdr chars))))
        ((digit-or-dot? (car chars))
         (let-values (((text rest) (span digit-or-dot? chars)))
           (cons (or (string->number text) (error "not a number:" text))
                 (tokenize rest))))
        ((char-alphabetic? (car chars))
         (let-values (((text rest) (span char-alphabetic? chars)))
           (cons (list text) (tokenize rest))))
        (else (error "unexpected character:" (car chars)))))

;;; A recursive-descent parser that computes as it goes. Each procedure takes
;;; the tokens and returns a value and the tokens left.

(define variables '())

(define (variable-value name)
  (let ((entry (assoc name variables)))
    (if entry (cdr entry) (error "unknown variable:" name))))

(define (binary-chain operand operators)
  (lambda (tokens)
    (let-values (((value rest) (operand tokens)))
      (let loop ((value value) (tokens rest))
        (let ((entry (and (pair? tokens) (assv (car tokens) operators))))
          (if entry
              (let-values (((right rest) (operand (cdr tokens))))
                (loop ((cdr entry) value right) rest))
              (values value tokens)))))))

(define (power a b)
  (if (and (exact-integer? b) (<= (abs b) 10000))
      (expt a b)
      (error "exponent out of range:" b)))

(define (divide a b)
  (if (and (exact? b) (= b 0)) (error "division by zero") (/ a b)))

(define (parse-atom tokens)
  (cond ((null? tokens) (error "an operand is missing"))
        ((number? (car tokens)) (values (car tokens) (cdr tokens)))
        ((pair? (car tokens))
         (values (variable-value (caar tokens)) (cdr tokens)))
        ((eq? (car tokens) '-)
         (let-values (((value rest) (parse-power (cdr tokens))))
           (values (- value) rest)))
        ((eq? (car tokens) '|(|)
         (let-values (((value rest) (parse-sum (cdr tokens))))
           (if (and (pair? rest) (eq? (car rest) '|)|))
               (values value (cdr rest))
               (error "missing )"))))
        (else (error "unexpected" (car tokens)))))

(define (parse-power tokens)
  (let-values (((value rest) (parse-atom tokens)))
    (if (and (pair? rest) (eq? (car rest) '^))
        (let-values (((exponent rest) (parse-power (cdr rest))))
          (values (power value exponent) rest))
        (values value rest))))

(define parse-product
  (binary-chain parse-power (list (cons '* *) (cons '/ divide))))
(define parse-sum
  (binary-chain parse-product (list (cons '+ +) (cons '- -))))

(define (evaluate tokens)
  (let-values (((value rest) (parse-sum tokens)))
    (if (null? rest) value (error "unexpected" (car rest)))))

(define (run-line line)
  (let ((tokens (tokenize (string->list line))))
    (cond ((null? tokens) #f)
          ((and (pair? (cdr tokens)) (pair? (car tokens))
                (eq? (cadr tokens) '=))
           (let ((value (evaluate (cddr tokens))))
             (set! variables (cons (cons (caar tokens) value) variables))
             value))
          (else (evaluate tokens)))))

(define (report condition)
  (display "error: ")
  (display (error-object-message condition))
  (for-each (lambda (irritant) (display " ") (write irritant))
            (error-object-irritants condition))
  (newline))

(let loop ()
  (let ((line (read-line)))
    (if (not (eof-object? line))
        (begin
          (guard (e ((error-object? e) (report e)))
            (let ((value (run-line line)))
              (when value (write value) (newline))))
          (loop)))))
