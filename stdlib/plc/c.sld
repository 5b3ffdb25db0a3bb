;;; Memory and pointers of C. See docs/foreign-c.md.
(define-library (plc c)
  (export c:new c:free c:cast c:address c:null? c:string c:bytes c:sizeof
          c:alignof c:offsetof c:finalizer! c:disown! c:pointer c:pointer?
          c:type)
  (import (plc core) (plc primitives))
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
      (pointer-type pointer))))
