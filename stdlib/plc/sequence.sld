;;; What works on sequences and maps of any kind: ref, slice, for.
;;;
;;; A sequence is a list, vector, string, bytevector or homogeneous vector. What
;;; can be iterated over is any of them, a map (its pairs), an object of another
;;; language that its host can iterate over, or a generator: a procedure that
;;; returns its elements one by one, then an end of file object.
(define-library (plc sequence)
  (export ref %set-ref! slice for ->list iterate walk)
  (import (plc core) (plc primitives) (plc list) (plc vector) (plc string)
          (plc arguments))
  (begin
    ;; Calls (use length ref set! make) with the procedures of a vector of
    ;; numbers.
    (define-syntax with-number-vector
      (syntax-rules ()
        ((_ object use otherwise)
         (cond
          ((bytevector? object)
           (use bytevector-length bytevector-u8-ref bytevector-u8-set!
                make-bytevector))
          ((f64vector? object)
           (use f64vector-length f64vector-ref f64vector-set! make-f64vector))
          ((f32vector? object)
           (use f32vector-length f32vector-ref f32vector-set! make-f32vector))
          ((s64vector? object)
           (use s64vector-length s64vector-ref s64vector-set! make-s64vector))
          ((s32vector? object)
           (use s32vector-length s32vector-ref s32vector-set! make-s32vector))
          ((s16vector? object)
           (use s16vector-length s16vector-ref s16vector-set! make-s16vector))
          ((s8vector? object)
           (use s8vector-length s8vector-ref s8vector-set! make-s8vector))
          ((u64vector? object)
           (use u64vector-length u64vector-ref u64vector-set! make-u64vector))
          ((u32vector? object)
           (use u32vector-length u32vector-ref u32vector-set! make-u32vector))
          ((u16vector? object)
           (use u16vector-length u16vector-ref u16vector-set! make-u16vector))
          ((u8vector? object)
           (use u8vector-length u8vector-ref u8vector-set! make-u8vector))
          (else otherwise)))))

    ;; The pair of a list at place key.
    (define (list-place list key who)
      (if (not (fixnum? key)) (wrong-type who "an index" 2 key))
      (if (< key 0) (bad-index who key (length list)))
      (let loop ((rest list) (i key))
        (cond ((not (pair? rest)) (bad-index who key (- key i)))
              ((= i 0) rest)
              (else (loop (cdr rest) (- i 1))))))

    (define (ref1 object key who)
      (cond ((vector? object)
             (check-index who 2 key (vector-length object))
             (vector-ref object key))
            ((hash-table? object)
             ;; This procedure is no value of any table.
             (let ((value (hash-table-ref/default object key ref1)))
               (if (eq? value ref1)
                   (error (string-append who ": no such key")
                          key)
                   value)))
            ((string? object)
             (check-index who 2 key (string-length object))
             (string-ref object key))
            ((or (pair? object) (null? object))
             (car (list-place object key who)))
            ((foreign? object) (foreign-ref object key))
            (else
             (with-number-vector object
               (lambda (length ref set! make)
                 (check-index who 2 key (length object))
                 (ref object key))
               (wrong-type who "a sequence or a map" 1 object)))))

    (define (ref object key . more)
      "The element of a sequence or the value of a map at key; with more keys,
       of what is found there."
      (let* ((joined (joined-keys object key more))
             (more (if joined '() more)))
        (let loop ((object (ref1 object (or joined key) "ref")) (more more))
          (if (null? more)
              object
              (loop (ref1 object (car more) "ref") (cdr more))))))

    (define (but-last list)
      (reverse (cdr (reverse list))))

    ;; The one key that these are, if they are one for this object, or #f.
    (define (joined-keys object key more)
      (and (pair? more) (foreign? object)
           (apply foreign-join-keys object key more)))

    (define (set1! object key value)
      (cond ((vector? object)
             (check-index "set! ref" 2 key (vector-length object))
             (vector-set! object key value))
            ((hash-table? object) (%hash-table-set! object key value))
            ((string? object)
             (check-index "set! ref" 2 key (string-length object))
             (string-set! object key value))
            ((or (pair? object) (null? object))
             (set-car! (list-place object key "set! ref") value))
            ((foreign? object) (foreign-ref-set! object key value))
            (else
             (with-number-vector object
               (lambda (length ref set-element! make)
                 (check-index "set! ref" 2 key (length object))
                 (set-element! object key value))
               (wrong-type "set! ref" "a sequence or a map" 1 object)))))

    ;; (set! (ref object key ...) value)
    (define (%set-ref! object key value . more)
      (cond ((null? more) (set1! object key value))
            ((and (foreign? object)
                  (joined-keys object key (but-last (cons value more))))
             => (lambda (joined) (set1! object joined (last more))))
            (else (apply %set-ref! (ref1 object key "set! ref") value more))))

    (define (->list object)
      "The elements of a sequence, map (its pairs) or generator."
      (cond ((list? object) object)
            ((vector? object) (vector->list object))
            ((string? object) (string->list object))
            ((hash-table? object) (hash-table->alist object))
            (else
             (let ((elements '()))
               (walk (lambda (x) (set! elements (cons x elements)))
                     object "->list" 1)
               (reverse elements)))))

    (define (iterate f object)
      "Calls f with each element of a sequence, map (its pairs) or generator."
      (walk f object "iterate" 2))

    (define (walk f object who position)
      (cond ((vector? object) (vector-for-each f object))
            ((string? object) (string-for-each f object))
            ((list? object) (for-each f object))
            ((hash-table? object) (for-each f (hash-table->alist object)))
            ((foreign? object)
             (foreign-walk f object))
            ((procedure? object)
             (let loop ((x (object)))
               (if (not (eof-object? x))
                   (begin (f x)
                          (loop (object))))))
            (else
             ;; One copy of the loop for all kinds.
             (let ((visit (lambda (length ref set! make)
                            (let ((n (length object)))
                              (let loop ((i 0))
                                (if (< i n)
                                    (begin (f (ref object i))
                                           (loop (+ i 1)))))))))
               (with-number-vector object
                 visit
                 (wrong-type who "something to iterate over" position
                             object))))))

    (define-syntax for
      (syntax-rules ()
        ((_ (x xs) body ...) (walk (lambda (x) body ...) xs "for" 1))))

    ;; The elements of an object at the n places start, start + step, ...
    (define (pick object start n step)
      (cond ((vector? object)
             (if (= step 1)
                 (vector-copy object start (+ start n))
                 (vector-build n (lambda (i)
                                   (vector-ref object (+ start (* i step)))))))
            ((string? object)
             (if (= step 1)
                 (substring object start (+ start n))
                 (list->string
                  (pick (string->list object) start n step))))
            ((or (pair? object) (null? object))
             (if (= step 1)
                 (list-head (list-tail object start) n)
                 (vector->list
                  (pick (list->vector object) start n step))))
            (else
             (let ((copy (lambda (length ref set-element! make)
                           (let ((result (make n)))
                             (let loop ((i 0))
                               (if (< i n)
                                   (begin
                                     (set-element!
                                      result i (ref object (+ start (* i step))))
                                     (loop (+ i 1)))
                                   result))))))
               (with-number-vector object copy #f)))))

    (define (size object)
      (cond ((vector? object) (vector-length object))
            ((string? object) (string-length object))
            ((list? object) (length object))
            (else
             (with-number-vector object
               (lambda (length ref set! make) (length object))
               (wrong-type "slice" "a sequence" 1 object)))))

    ;; An option of slice; #f or nil if it is left out.
    (define (integer-option options i)
      (if (> (length options) i)
          (let ((value (list-ref options i)))
            (cond ((not value) #f)
                  ((exact-integer? value) value)
                  (else (wrong-type "slice" "an exact integer" (+ i 2) value))))
          #f))

    (define (slice object :up-to 3 options)
      "The elements from a to below b, every step-th. Negative places count from
       the end; what is left out, #f or nil means the whole."
      (or (and (foreign? object)
               (foreign-slice object (or (integer-option options 0) nil)
                              (or (integer-option options 1) nil)
                              (or (integer-option options 2) nil)))
          (slice-elements (if (foreign? object)
                              (list->vector (->list object))
                              object)
                          options)))

    (define (slice-elements object options)
      (let* ((n (size object))
             (a (integer-option options 0))
             (b (integer-option options 1))
             (step (or (integer-option options 2) 1))
             (place (lambda (i low high)
                      (max low (min high (if (negative? i) (+ i n) i))))))
        (cond ((= step 0) (error "slice: the step is 0" object))
              ((positive? step)
               (let ((start (if a (place a 0 n) 0))
                     (end (if b (place b 0 n) n)))
                 (pick object start (count-steps (- end start) step) step)))
              (else
               (let ((start (if a (place a -1 (- n 1)) (- n 1)))
                     (end (if b (place b -1 (- n 1)) -1)))
                 (pick object start (count-steps (- start end) (- step))
                       step))))))

    (define (count-steps distance step)
      (max 0 (quotient (+ distance step -1) step)))))
