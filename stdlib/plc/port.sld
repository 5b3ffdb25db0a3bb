;;; Ports: the parameters that hold the current ports, and the procedures that
;;; call Lisp.
(define-library (plc port)
  (export current-input-port current-output-port current-error-port
          call-with-port call-with-input-file call-with-output-file
          with-input-from-file with-output-to-file call-with-input-string
          with-input-from-string read-lines read-all-string print)
  (import (plc core) (plc primitives) (plc list) (plc arguments))
  (begin
    (define (checked predicate what)
      (lambda (port)
        (if (predicate port)
            port
            (error (string-append "parameterize: expected " what) port))))

    (define current-input-port
      (make-parameter (%current-input-port)
                      (checked input-port? "an input port")))
    (define current-output-port
      (make-parameter (%current-output-port)
                      (checked output-port? "an output port")))
    (define current-error-port
      (make-parameter (%current-error-port)
                      (checked output-port? "an output port")))
    (%set-port-parameters! current-input-port
                           current-output-port
                           current-error-port)

    (define (call-with-port port f)
      "The values of (f port); the port is closed when f returns."
      (check-type port? "call-with-port" "a port" 1 port)
      (call-with-values
          (lambda () (f port))
        (lambda results
          (close-port port)
          (apply values results))))

    (define (check-name who name)
      (check-type string? who "a string" 1 name))

    (define (call-with-input-file name f)
      "The values of f for an input port on the file."
      (check-name "call-with-input-file" name)
      (call-with-port (open-input-file name) f))

    (define (call-with-output-file name f)
      "The values of f for an output port on the file."
      (check-name "call-with-output-file" name)
      (call-with-port (open-output-file name) f))

    (define (with-input-from-file name thunk)
      "Calls thunk while the file is the current input port."
      (check-name "with-input-from-file" name)
      (call-with-port (open-input-file name)
        (lambda (port)
          (parameterize ((current-input-port port)) (thunk)))))

    (define (with-output-to-file name thunk)
      "Calls thunk while the file is the current output port."
      (check-name "with-output-to-file" name)
      (call-with-port (open-output-file name)
        (lambda (port)
          (parameterize ((current-output-port port)) (thunk)))))

    (define (call-with-input-string string f)
      "The values of f for an input port on the string."
      (f (open-input-string string)))

    (define (with-input-from-string string thunk)
      "Calls thunk while the string is the current input port."
      (parameterize ((current-input-port (open-input-string string)))
        (thunk)))

    (define (read-lines :up-to 1 port)
      "The list of all lines up to the end of file."
      (let ((port (if (null? port) (current-input-port) (car port))))
        (let loop ((lines '()))
          (let ((line (read-line port)))
            (if (eof-object? line)
                (reverse lines)
                (loop (cons line lines)))))))

    (define (read-all-string :up-to 1 port)
      "All characters up to the end of file."
      (let ((port (if (null? port) (current-input-port) (car port)))
            (out (open-output-string)))
        (let loop ()
          (let ((part (read-string 4096 port)))
            (if (eof-object? part)
                (get-output-string out)
                (begin (write-string part out)
                       (loop)))))))

    (define (print . values)
      "Displays the values with a space between them, and ends the line."
      (let loop ((values values) (first? #t))
        (if (pair? values)
            (begin
              (if (not first?) (write-char #\space))
              (display (car values))
              (loop (cdr values) #f))))
      (newline))))
