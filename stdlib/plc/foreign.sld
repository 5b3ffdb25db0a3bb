;;; Forms for objects of other languages, whatever their host.
(define-library (plc foreign)
  (export ->lisp close-foreign foreign-buffer doc documentation foreign-path
          member-documentation show-documentation with-foreign)
  (import (plc core) (plc primitives) (plc async) (plc list) (plc string) (plc port))
  (begin
    (define (->lisp object)
      "A deep copy as Lisp data of an object of another language; other objects
       as they are."
      (if (foreign? object) (foreign->lisp object) object))

    (define (close-foreign object)
      "Gives back at once what an object of another language holds."
      (foreign-close object))

    (define (foreign-buffer object)
      "Pointer to the memory of an object of another language, a bytevector or a
       homogeneous vector: what one side writes the other one reads. The memory
       lives as long as either side has it."
      (foreign-share object))

    ;; (with-foreign (name expr) body ...): entered, and left on every way out,
    ;; once. Where a host wants to know what was raised it may end that, too.
    (define-syntax with-foreign
      (syntax-rules ()
        ((_ (name expr) body0 body ...)
         (call-closing expr (lambda (name) body0 body ...)))))

    (define (call-closing object f)
      (if (foreign-takes-errors? object)
          (call-telling object f)
          (let ((open? #t)
                (entered (awaited (foreign-enter object))))
            (dynamic-wind
             (lambda () #f)
             (lambda () (f entered))
             (lambda ()
               (if open?
                   (begin
                     (set! open? #f)
                     (foreign-leave object))))))))

    ;; What is raised in f the object hears, and it is raised again outside of the scope:
    ;; who looks for its handler comes back to where it was raised.
    (define (call-telling object f)
      (let* ((open? #t)
             (entering (foreign-enter object))
             (entered (await-entering object entering))
             (failure #f)
             (ended? #f))
        (define (leave)
          (set! open? #f)
          (let ((told (if failure
                          (foreign-leave object (told-of (car failure) entering))
                          (foreign-leave object))))
            (set! ended? (awaited told))))
        (call-with-values
         (lambda ()
           (dynamic-wind
            (lambda ()
              (if (not open?)
                  (error "with-foreign: entered again after the object was closed"
                         object)))
            (lambda ()
              (guard (raised (#t (set! failure (list raised))))
                (f entered)))
            (lambda ()
              (if open? (leave)))))
         (lambda results
           (if (and failure (not ended?))
               (raise (car failure))
               (apply values results))))))

    ;; A scope that was awaited hears of what makes the code around it stop only that it
    ;; was cancelled.
    (define (told-of raised entering)
      (if (and (async-promise? entering) (stopped-by? raised))
          (make-condition 'cancelled "cancelled" '())
          raised))

    ;; Who stops waiting leaves what has been entered meanwhile.
    (define (await-entering object entering)
      (if (async-promise? entering)
          (guard (raised
                  (#t (if (eq? (promise-state entering) 'resolved)
                          (awaited (foreign-leave object)))
                      (raise raised)))
            (await entering))
          entering))

    (define (awaited x)
      (if (async-promise? x) (await x) x))

    (define (documentation object)
      "Signature and documentation of a procedure or an object of another
       language as a string, or #f."
      (let* ((tells? (or (procedure? object) (foreign? object)))
             (signature (and tells? (foreign-signature object)))
             (text (and tells? (foreign-documentation object))))
        (cond ((and signature text) (string-append signature "\n" text))
              (signature signature)
              (else text))))

    (define (doc object)
      "Shows the documentation of a procedure or an object of another language."
      (show-documentation
       (or (documentation object)
           "There is no documentation for this object.")))

    ;; Of the notes that the compiler has of members of that name, (class . text),
    ;; those of the object's class.
    (define (member-documentation object name notes)
      (define (squeezed text)
        (string-join (string-split text #\space) ""))
      (let* ((type (and (foreign? object) (foreign-signature object)))
             (own (if type
                      (filter (lambda (note)
                                (equal? (squeezed (car note)) (squeezed type)))
                              notes)
                      '())))
        (if (null? own)
            (documentation (foreign-get object name))
            (string-join (map cdr own) "\n"))))

    ;; What the compiler knows itself is shown by this, see expandMemberDoc.
    (define (show-documentation text)
      (print text))

    (define (foreign-path ecosystem root path)
      "The object at a path such as \"a.b.c\": below root, or, where root has no
       such member, in the module that the longest part of the path names."
      (let* ((names (string-split path #\.))
             (members (foreign-members root)))
        (if (member (car names) members)
            (descend root names)
            (descend (foreign-import ecosystem
                                     (string-join (list-head names (- (length names) 1))
                                                  "."))
                     (last-pair names)))))

    (define (descend object names)
      (if (null? names)
          object
          (descend (foreign-get object (string->symbol (car names)))
                   (cdr names))))))
