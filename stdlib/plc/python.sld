;;; What programs write for Python. Shipped with its plugin; see (plc foreign).
(define-library (plc python)
  (export $py py-> py-eval py-exec py-tuple py.import python:call)
  (import (plc core) (plc primitives) (plc foreign))
  (begin
    (define ($py module)
      "The module of Python with that dotted name."
      (foreign-import "python" module))

    (define (py-eval code)
      "The value of an expression of Python; statements are run, too."
      (foreign-evaluate "python" code #f))

    (define (py-exec code)
      "Runs statements of Python."
      (foreign-evaluate "python" code #t))

    (define (py-tuple . elements)
      "A tuple of Python: an index of several dimensions, say."
      (foreign-call-method ($py "plc_support") 'tuple_of elements))

    (define (python:call path . args)
      "Calls a function of Python by its path, such as \"math.sqrt\"."
      (apply (foreign-call-method ($py "plc_support") 'resolve path) args))

    ;; As an expression its value is the module.
    (define-syntax py.import
      (syntax-rules ()
        ((_ module option ...) (import module :from "python" option ...))))

    (define-syntax py->
      (syntax-rules ()
        ((_ object name arg ...)
         (await (foreign-call-method (%foreign-object object "python") 'name
                                     arg ...)))))))
