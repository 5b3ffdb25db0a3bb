;;; Memory and pointers of C. See docs/foreign-c.md.
(define-library (plc c)
  (export c:new c:free c:cast c:address c:null? c:string c:bytes c:vector c:sizeof
          c:alignof c:offsetof c:finalizer! c:disown! c:pointer c:pointer?
          c:type c:errno c:callback c:release c:function c:call c-function
          c-macro)
  (import (plc core) (plc primitives) (plc list) (plc string))
  (begin
    (define (c:new type :up-to 1 count)
      "Pointer to zeroed memory for one value of a type, or count of them, which
       is freed when nothing refers to it."
      (if (null? count)
          (native-new type)
          (native-new type (car count))))

    (define (c:free pointer)
      "Gives memory back now. Using it afterwards is an error."
      (pointer-free! pointer))

    (define (c:cast pointer type)
      "The pointer as a pointer to another type."
      (pointer-cast pointer type))

    (define (c:address pointer)
      "The address of a pointer, an exact integer; of nil 0."
      (pointer-address pointer))

    (define (c:null? x)
      "True of nil, which is what NULL comes as."
      (= (pointer-address x) 0))

    (define (c:string pointer :up-to 1 length)
      "The text that a pointer points to, to its NUL or of so many bytes."
      (if (null? length)
          (pointer->string pointer)
          (pointer->string pointer (car length))))

    (define (c:bytes pointer :up-to 1 length)
      "A bytevector with a copy of the bytes that a pointer points to."
      (if (null? length)
          (pointer->bytevector pointer)
          (pointer->bytevector pointer (car length))))

    (define (c:vector pointer :up-to 1 count)
      "A homogeneous vector with a copy of the numbers that a pointer points to,
       all or so many."
      (if (null? count)
          (pointer->vector pointer)
          (pointer->vector pointer (car count))))

    (define (c:sizeof type)
      "Bytes of a type, or of what a pointer is known to point to."
      (native-size type))

    (define (c:alignof type)
      "Alignment of a type in bytes."
      (native-alignment type))

    (define (c:offsetof type field)
      "Offset of a field of a record in bytes."
      (native-offset type field))

    (define (c:finalizer! pointer procedure)
      "The procedure is called with the pointer when nothing refers to it any
       more; #f takes that back."
      (pointer-finalizer! pointer procedure))

    (define (c:disown! pointer)
      "C owns the memory from now on: it is not freed when Lisp drops it."
      (pointer-disown! pointer))

    (define (c:pointer type address)
      "Pointer of a type to an address; nil if that is 0."
      (make-pointer type address))

    (define (c:pointer? x)
      "True of pointers; NULL is nil, which is none."
      (pointer? x))

    (define (c:type pointer)
      "The type of what a pointer points to, a symbol."
      (pointer-type pointer))

    (define (c:errno)
      "The error number that the last call of C left."
      (native-errno))

    ;; (c-function "add" (int int) -> int): compiled like a function of a header.
    (define-syntax c-function
      (syntax-rules ()
        ((_ name types arrow result) (%native-function name types result))))

    ;; (c-macro "MAX" (double double) -> double): a macro whose types the header
    ;; does not tell.
    (define-syntax c-macro
      (syntax-rules ()
        ((_ name types arrow result) (%native-macro name types result))))

    ;; (c:call "strlen" "abc"): a function that some import declares.
    (define-syntax c:call
      (syntax-rules ()
        ((_ name arg ...) (%native-member-call name arg ...))))

    (define (c:function library name signature)
      "The function of a shared library (#f: of the program), with a signature
       such as (int (* char) -> double) that is made when the program runs."
      (native-symbol library name (signature-text signature)))

    (define (c:callback signature procedure)
      "Pointer to a function of that signature that calls the procedure. It lives
       until c:release."
      (native-callback-dynamic (signature-text signature) procedure))

    (define (c:release pointer)
      "Gives back a callback, or all that were made of a procedure: C must not
       call them any more."
      (native-release! pointer))

    ;; The text of a signature in plc/native.h.
    (define (signature-text signature)
      (let loop ((rest signature) (types '()))
        (cond ((not (and (pair? rest) (pair? (cdr rest))))
               (error "a signature is a list (type ... -> type)" signature))
              ((eq? (car rest) '->)
               (string-append (type-text (cadr rest)) "("
                              (string-join (reverse types) ",") ")"))
              (else
               (loop (cdr rest) (cons (type-text (car rest)) types))))))

    (define (type-words type)
      (let ((text (if (symbol? type) (symbol->string type) type)))
        (if (native-scalar text)
            text
            (let ((spaced (string-join (string-split text #\-) " ")))
              (if (native-scalar spaced) spaced text)))))

    (define (type-name type)
      (if (and (pair? type) (eq? (car type) '*))
          (let ((inner (type-name (last type))))
            (string-append (if (= (length type) 3) "const " "") inner
                           (if (string-suffix? "*" inner) "*" " *")))
          (type-words type)))

    (define (type-text type)
      (cond ((eq? type 'string) "s")
            ((eq? type '...) "...")
            ((and (pair? type) (eq? (car type) '*))
             (let ((name (type-name (last type))))
               (cond ((= (length type) 2) (string-append "p<" name ">"))
                     ((string=? name "char") "s")
                     (else (string-append "k<" name ">")))))
            ((and (pair? type) (eq? (car type) 'function))
             (string-append
              "F<" (signature-text (append (cadr type) (cddr type))) ">"))
            ((or (symbol? type) (string? type))
             ;; Anything else is a record by value.
             (or (native-scalar (type-words type))
                 (string-append "n<" (type-words type) ">")))
            (else (error "this is no type of C" type))))))
