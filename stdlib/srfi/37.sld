;;; SRFI 37: args-fold, a processor of program arguments.
(define-library (srfi 37)
  (export args-fold option option? option-names option-required-arg?
          option-optional-arg? option-processor)
  (import (scheme base) (except (plc arguments) option)
          (only (plc list) find)
          (only (srfi 13) string-index string-prefix?))
  (begin
    (define-record-type program-option
      (make-option names required? optional? processor)
      option?
      (names option-names)
      (required? option-required-arg?)
      (optional? option-optional-arg?)
      (processor option-processor))

    (define (option names required-argument? optional-argument? processor)
      "An option with names, characters and strings; its processor gets the option,
       the name, the argument or #f, and the seeds."
      (check-type list? "option" "a list" 1 names)
      (check-all "option" "a list of characters and strings" 1
                 (lambda (name) (or (char? name) (string? name))) names)
      (check-callable "option" 4 processor)
      (make-option names required-argument? optional-argument? processor))

    (define (args-fold arguments options unrecognized operand . seeds)
      "Folds the processors of the options, and of the operands, over the seeds."
      (check-type list? "args-fold" "a list" 1 arguments)
      (check-type list? "args-fold" "a list" 2 options)
      (check-all "args-fold" "a list of options" 2 option? options)
      (check-callable "args-fold" 3 unrecognized)
      (check-callable "args-fold" 4 operand)
      (let ()
        (define (option-of name)
          (find (lambda (option) (member name (option-names option))) options))

        ;; Calls a processor; what it returns are the seeds of what follows.
        (define (process processor arguments seeds rest)
          (call-with-values
              (lambda () (apply processor (append arguments seeds)))
            (lambda seeds (scan rest seeds))))

        (define (unknown name)
          (make-option (list name) #f #f unrecognized))

        (define (with-option option name argument seeds rest)
          (process (option-processor option) (list option name argument)
                   seeds rest))

        (define (scan arguments seeds)
          (if (null? arguments)
              (apply values seeds)
              (let ((argument (car arguments)) (rest (cdr arguments)))
                (cond ((string=? argument "--") (operands rest seeds))
                      ((and (string-prefix? "--" argument)
                            (> (string-length argument) 2))
                       (long argument rest seeds))
                      ((and (string-prefix? "-" argument)
                            (> (string-length argument) 1))
                       (short argument 1 rest seeds))
                      (else
                       (process operand (list argument) seeds rest))))))

        (define (operands arguments seeds)
          (if (null? arguments)
              (apply values seeds)
              (call-with-values
                  (lambda () (apply operand (car arguments) seeds))
                (lambda seeds (operands (cdr arguments) seeds)))))

        ;; --name or --name=argument
        (define (long argument rest seeds)
          (let* ((sign (string-index argument #\=))
                 (name (substring argument 2
                                  (or sign (string-length argument))))
                 (option (or (option-of name) (unknown name))))
            (cond (sign
                   (with-option option name (string-copy argument (+ sign 1))
                                seeds rest))
                  ((and (option-required-arg? option) (pair? rest))
                   (with-option option name (car rest) seeds (cdr rest)))
                  (else (with-option option name #f seeds rest)))))

        ;; -abc, or -aargument: from the character at index i
        (define (short argument i rest seeds)
          (let* ((name (string-ref argument i))
                 (option (or (option-of name) (unknown name)))
                 (last? (= (+ i 1) (string-length argument))))
            (cond ((and (not last?)
                        (or (option-required-arg? option)
                            (option-optional-arg? option)))
                   (with-option option name (string-copy argument (+ i 1))
                                seeds rest))
                  ((not last?)
                   (call-with-values
                       (lambda ()
                         (apply (option-processor option) option name #f seeds))
                     (lambda seeds (short argument (+ i 1) rest seeds))))
                  ((and (option-required-arg? option) (pair? rest))
                   (with-option option name (car rest) seeds (cdr rest)))
                  (else (with-option option name #f seeds rest)))))

        (scan arguments seeds)))))
