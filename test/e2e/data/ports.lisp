;;; Ports on memory, files and the standard streams.
(import (scheme base) (scheme write) (scheme read) (scheme file)
        (scheme process-context))

(define (show . values)
  (for-each (lambda (v) (write v) (write-char #\space)) values)
  (newline))

;; Standard input: a line, a datum, characters, the rest.
(show (read-line))
(show (read) (read))
(show (read-char) (peek-char) (read-char) (read-string 3))
(show (read-line) (read-line) (read-line))

;; Memory.
(define out (open-output-string))
(write 'sym out)
(write-string "λ!" out)
(newline out)
(show (get-output-string out))
(define in (open-input-string "(a #(1 2) \"x\\ny\") ; comment\n #| block |# 42 #;skip"))
(show (read in) (read in) (eof-object? (read in)))
(define bytes (open-output-bytevector))
(write-u8 7 bytes)
(write-bytevector (bytevector 1 2 3) bytes 1)
(show (get-output-bytevector bytes))
(define b (open-input-bytevector (bytevector 1 2 3 4)))
(show (read-u8 b) (peek-u8 b) (read-bytevector 10 b) (read-u8 b))

;; Files.
(define name (cadr (command-line)))
(call-with-output-file name
  (lambda (port)
    (write '(data "text" 1.5) port)
    (newline port)
    (display "second λ line" port)))
(call-with-input-file name
  (lambda (port) (show (read port) (read-char port) (read-line port) (read-line port))))
(show (file-exists? name))
(with-output-to-file name (lambda () (display "redirected")))
(show (with-input-from-file name read-line))
(delete-file name)
(show (file-exists? name))

;; The current ports are parameters.
(define log (open-output-string))
(parameterize ((current-output-port log))
  (display "to the log"))
(show (get-output-string log))

;; Errors.
(define (attempt thunk)
  (guard (e ((file-error? e) 'file-error)
            ((read-error? e) (error-object-message e))
            ((error-object? e) (error-object-message e)))
    (thunk)))
(show (attempt (lambda () (open-input-file "/does/not/exist"))))
(show (attempt (lambda () (read (open-input-string "(1 2")))))
(show (attempt (lambda () (read (open-input-string "\n )")))))
(close-port in)
(show (attempt (lambda () (read-char in))))
(show (input-port-open? in) (output-port-open? out) (textual-port? bytes))
(flush-output-port)
(display "done" (current-error-port))
