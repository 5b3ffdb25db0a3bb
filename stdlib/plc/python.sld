;;; What programs write for Python. Shipped with its plugin; see (plc foreign).
(define-library (plc python)
  (export $py by-ref py-> py-class py-convert-from!
          py-convert-to! py-decorate py-define py-eval
          py-exec py-iterator py-lambda py-operator py-slice py-super py-tuple
          py.import python:call)
  (import (plc core) (plc primitives) (plc foreign) (plc hash-table) (plc list)
          (plc sequence) (plc vector) (plc arguments))
  (begin
    (define ($py module)
      "The module of Python with that dotted name."
      (foreign-import "python" module))

    ;; Calls a function of what the plugin brings along, see plugins/python.
    (define (support name . args)
      (apply foreign-call-method ($py "plc_support") name args))
    (define (forms name . args)
      (apply foreign-call-method ($py "plc_forms") name args))

    (define (py-eval code . values)
      "The value of an expression of Python; statements are run, too. Values after
       keywords are variables in the expression: (py-eval \"a + b\" :a 1 :b 2)."
      (if (null? values)
          (foreign-evaluate "python" code #f)
          (apply forms 'evaluate code (named-values "py-eval" values))))

    (define (py-exec code . values)
      "Runs statements of Python. Values after keywords become variables first."
      (if (null? values)
          (foreign-evaluate "python" code #t)
          (apply forms 'execute code (named-values "py-exec" values)))
      (if #f #f))

    (define (named-values who values)
      (let loop ((rest values) (position 2))
        (cond ((null? rest) values)
              ((and (keyword? (car rest)) (pair? (cdr rest)))
               (loop (cddr rest) (+ position 2)))
              (else (wrong-type who "a keyword before a value" position (car rest))))))

    (define (py-tuple . elements)
      "A tuple of Python: an index of several dimensions, say."
      (support 'tuple_of elements))

    (define (py-slice :up-to 3 places)
      "A slice of Python, a key of `ref`: (py-slice end), (py-slice start end step)."
      (if (null? places)
          (python:call "slice" nil)
          (apply python:call "slice" places)))

    (define (py-operator name a :up-to 1 b)
      "What an operator of Python makes of its operands: (py-operator \"@\" a b)."
      (apply forms 'operate name a b))

    (define (python:call path . args)
      "Calls a function of Python by its path, such as \"math.sqrt\"."
      (apply (support 'resolve path) args))

    ;; As an expression its value is the module.
    (define-syntax py.import
      (syntax-rules ()
        ((_ module option ...) (import module :from "python" option ...))))

    (define-syntax py->
      (syntax-rules ()
        ((_ object name arg ...)
         (await (foreign-call-method (%foreign-object object "python") 'name
                                     arg ...)))))

    ;; --- Functions

    ;; (py-function name parameters body ...): the list that `function` of
    ;; plc_forms takes. A parameter is a name, or (name default).
    (define-syntax py-function
      (syntax-rules ()
        ((_ name parameters body ...)
         (py-parameters name parameters () () body ...))))

    (define-syntax py-parameters
      (syntax-rules ()
        ((_ name ((x default) . more) (var ...) (described ...) body ...)
         (py-parameters name more (var ... x) (described ... (list 'x default))
                        body ...))
        ((_ name (x . more) (var ...) (described ...) body ...)
         (py-parameters name more (var ... x) (described ... (list 'x)) body ...))
        ((_ name () vars (described ...) body ...)
         (list name (list described ...) #f (lambda vars body ...)
               (py-documentation body ...)))
        ((_ name rest (var ...) (described ...) body ...)
         (list name (list described ...) #t (lambda (var ... . rest) body ...)
               (py-documentation body ...)))))

    ;; The string that a body begins with, or nil.
    (define-syntax py-documentation
      (syntax-rules ()
        ((_ body) nil)
        ((_ body0 body ...) (if (string? 'body0) 'body0 nil))))

    (define-syntax py-lambda
      (syntax-rules ()
        ((_ parameters body0 body ...)
         (make-function (py-function nil parameters body0 body ...)))))

    (define-syntax py-define
      (syntax-rules ()
        ((_ (name . parameters) body0 body ...)
         (define name
           (forms 'named 'name
                  (make-function (py-function 'name parameters body0 body ...)))))))

    ;; (py-decorate (decorator ...) (define (name parameter ...) body ...))
    (define-syntax py-decorate
      (syntax-rules (define)
        ((_ (decorator ...) (define (name . parameters) body0 body ...))
         (define name
           (forms 'named 'name
                  (forms 'decorated
                         (make-function (py-function 'name parameters body0 body ...))
                         (list decorator ...)))))))

    (define (make-function description)
      (apply forms 'function description))

    ;; --- Classes

    (define-syntax py-class
      (syntax-rules ()
        ((_ name (base ...) clause ...)
         (define name
           (forms 'make_class 'name (list (py-clause clause) ...) base ...)))))

    (define-syntax py-clause
      (syntax-rules (define :fields :static :class :property :decorate)
        ((_ (define (name . parameters) body0 body ...))
         (cons "function" (py-function 'name parameters body0 body ...)))
        ((_ (define name value)) (list "value" 'name value))
        ((_ (:fields parameter ...))
         (list "fields" (cadr (py-function nil (parameter ...) nil))))
        ((_ (:static clause)) (list "static" (py-clause clause)))
        ((_ (:class clause)) (list "class" (py-clause clause)))
        ((_ (:property clause0 clause ...))
         (list "property" (py-clause clause0) (py-clause clause) ...))
        ((_ (:decorate (decorator ...) clause))
         (list "decorate" (list decorator ...) (py-clause clause)))
        ((_ documentation) (list "doc" (class-documentation 'documentation)))))

    (define (class-documentation clause)
      (if (string? clause)
          clause
          (error "py-class: a clause is (define ...), (:fields ...), (:static clause), (:class clause), (:property clause ...), (:decorate (decorator ...) clause) or a text"
                 clause)))

    (define (py-super class object)
      "The object as one of the next class: super(class, object)."
      (python:call "super" class object))

    ;; --- Iterators

    (define (py-iterator generator)
      "An iterator of Python: what a generator, a sequence or a map delivers."
      (let ((end (foreign-get ($py "plc_forms") 'END)))
        (if (procedure? generator)
            (forms 'Iterator
                   (lambda ()
                     (let ((x (generator)))
                       (if (eof-object? x) end x))))
            (python:call "iter" (->list generator)))))

    ;; --- Conversions

    (define (py-convert-from! class procedure)
      "Objects of a class of Python arrive as what the procedure makes of them."
      (support 'convert_from class procedure))

    (define (py-convert-to! predicate procedure)
      "Records and other values without a counterpart that the predicate is true of
       are in Python what the procedure makes of them."
      (support 'convert_to (lambda (x) (if (predicate x) #t #f)) procedure))

    ;; --- Views

    ;; Symbols and keywords are texts in Python.
    (define (key-in table key)
      (define (known . names)
        (cond ((null? names) key)
              ((hash-table-contains? table (string->symbol (car names)))
               (string->symbol (car names)))
              (else (apply known (cdr names)))))
      (if (and (string? key) (not (hash-table-contains? table key)))
          (known key (string-append ":" key))
          key))

    (define (by-ref object)
      "A vector or map as it is, not a copy: a Sequence or Mapping in Python."
      (cond ((vector? object)
             (forms 'Sequence
                    (lambda () (vector-length object))
                    (lambda (i) (vector-ref object i))
                    (lambda (i x) (vector-set! object i x))))
            ((hash-table? object)
             (forms 'Mapping
                    (lambda () (hash-table-size object))
                    (lambda (key end)
                      (hash-table-ref/default object (key-in object key) end))
                    (lambda (key x)
                      (hash-table-set! object (key-in object key) x))
                    (lambda (key)
                      (hash-table-delete! object (key-in object key)))
                    (lambda () (hash-table-keys object))))
            (else object)))))
