;;; What programs write for C++. See docs/foreign-cxx.md. (c++ "f($x)") is the value
;;; of code of C++ with variables of Lisp.
(define-library (plc c++)
  (export (rename %native-code c++) c++-class c++-object)
  (import (plc core) (plc primitives) (plc foreign))
  (begin
    ;; (c++-class Name (ns:Base ...) (method (self arg ...) body ...) ...):
    ;; a procedure that makes instances of a class derived from these.
    (define-syntax c++-class
      (syntax-rules ()
        ((_ name (base ...) (method formals body ...) ...)
         (define name
           (let ((methods (vector (lambda formals body ...) ...)))
             (lambda arguments
               (%native-derive name (base ...) ((method formals) ...) methods
                               (list->vector arguments))))))))

    ;; (c++-object (ns:Base arg ...) (method (self arg ...) body ...) ...): one
    ;; instance of such a class.
    (define-syntax c++-object
      (syntax-rules ()
        ((_ (base arg ...) (method formals body ...) ...)
         (%native-derive object (base) ((method formals) ...)
                         (vector (lambda formals body ...) ...)
                         (vector arg ...)))))))
