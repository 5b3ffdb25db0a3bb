;;; The part of SRFI 64 that needs the compiler when the program runs: what does
;;; not use it must not bring the compiler along, so it is a library of its own.
(define-library (plc read-eval)
  (export test-read-eval-string)
  (import (plc core) (plc primitives) (plc eval) (plc arguments))
  (begin
    (define (test-read-eval-string string)
      "The value of the expression that is the whole string."
      (check-type string? "test-read-eval-string" "a string" 1 string)
      (let* ((port (open-input-string string)) (datum (read port)))
        (if (eof-object? datum)
            (error "test-read-eval-string: there is no expression" string))
        (if (not (eof-object? (read-char port)))
            (error "test-read-eval-string: text after the expression" string))
        (eval datum (interaction-environment))))))
