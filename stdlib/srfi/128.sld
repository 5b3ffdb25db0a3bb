;;; SRFI 128: comparators, which bring a type test, equality, an ordering and a
;;; hash function together. With those that are made already: SRFI 162, which
;;; wants to be a part of it.
(define-library (srfi 128)
  (export comparator? comparator-ordered? comparator-hashable? make-comparator
          make-pair-comparator make-list-comparator make-vector-comparator
          make-eq-comparator make-eqv-comparator make-equal-comparator
          boolean-hash char-hash char-ci-hash string-hash string-ci-hash
          symbol-hash number-hash make-default-comparator default-hash
          comparator-register-default! comparator-type-test-predicate
          comparator-equality-predicate comparator-ordering-predicate
          comparator-hash-function comparator-test-type comparator-check-type
          comparator-hash hash-bound hash-salt =? <? >? <=? >=?
          comparator-if<=>
          ;; SRFI 162
          comparator-max comparator-min comparator-max-in-list
          comparator-min-in-list (rename default default-comparator)
          boolean-comparator real-comparator char-comparator
          char-ci-comparator string-comparator string-ci-comparator
          pair-comparator list-comparator (rename vectors vector-comparator)
          eq-comparator eqv-comparator equal-comparator)
  (import (scheme base) (scheme char) (scheme complex)
          (plc arguments)
          (only (plc table) string-ci-hash number-hash)
          (only (plc primitives) hash string-hash))
  (begin
    (define-record-type comparator
      (make-record test equality ordering hash ordered? hashable?)
      comparator?
      (test comparator-type-test-predicate)
      (equality comparator-equality-predicate)
      (ordering comparator-ordering-predicate)
      (hash comparator-hash-function)
      (ordered? ordered?)
      (hashable? hashable?))

    (define (check-comparator object who position)
      (check-type comparator? who "a comparator" position object))

    (define (comparator-ordered? comparator)
      "True if the comparator has an ordering."
      (check-comparator comparator "comparator-ordered?" 1)
      (ordered? comparator))
    (define (comparator-hashable? comparator)
      "True if the comparator has a hash function."
      (check-comparator comparator "comparator-hashable?" 1)
      (hashable? comparator))

    (define (make-comparator test equality ordering hash)
      "A comparator; #t as test accepts everything, #t as equality follows from
       the ordering; ordering and hash may be #f."
      (check-type procedure-or-true? "make-comparator" "a procedure or #t" 1
                  test)
      (check-type procedure-or-true? "make-comparator" "a procedure or #t" 2
                  equality)
      (check-type procedure-or-false? "make-comparator" "a procedure or #f" 3
                  ordering)
      (check-type procedure-or-false? "make-comparator" "a procedure or #f" 4
                  hash)
      (if (and (eq? equality #t) (not ordering))
          (error "make-comparator: equality follows from no ordering"))
      (make-record
       (if (eq? test #t) (lambda (x) #t) test)
       (if (eq? equality #t)
           (lambda (x y) (not (or (ordering x y) (ordering y x))))
           equality)
       (or ordering
           (lambda (x y)
             (error "comparator: there is no ordering of" x y)))
       (or hash
           (lambda (x :up-to 1 bound)
             (error "comparator: there is no hash of" x)))
       (and ordering #t)
       (and hash #t)))

    (define (procedure-or-true? object)
      (or (procedure? object) (eq? object #t)))
    (define (procedure-or-false? object)
      (or (procedure? object) (not object)))

    ;; Hashes: fixnums that are not negative. The bound leaves room to mix two.
    (define-syntax hash-bound
      (syntax-rules () ((_) 9007199254740992)))
    (define-syntax hash-salt
      (syntax-rules () ((_) 16064047)))

    (define (mix a b)
      (modulo (+ (* 31 (modulo a (hash-bound))) (modulo b (hash-bound)))
              (hash-bound)))

    (define (boolean-hash object)
      "Hash of a boolean."
      (check-type boolean? "boolean-hash" "a boolean" 1 object)
      (hash object))
    (define (char-hash char)
      "Hash of a character."
      (check-type char? "char-hash" "a character" 1 char)
      (hash char))
    (define (char-ci-hash char)
      "Hash of a character whose case does not matter."
      (check-type char? "char-ci-hash" "a character" 1 char)
      (hash (char-foldcase char)))
    (define (symbol-hash symbol)
      "Hash of a symbol."
      (check-type symbol? "symbol-hash" "a symbol" 1 symbol)
      (string-hash (symbol->string symbol)))

    ;; Comparators of compound objects.
    (define (make-pair-comparator first second)
      "Compares the cars, then the cdrs."
      (check-comparator first "make-pair-comparator" 1)
      (check-comparator second "make-pair-comparator" 2)
      (make-comparator
       (lambda (x)
         (and (pair? x)
              (comparator-test-type first (car x))
              (comparator-test-type second (cdr x))))
       (lambda (x y)
         (and (=? first (car x) (car y))
              (=? second (cdr x) (cdr y))))
       (and (ordered? first) (ordered? second)
            (lambda (x y)
              (if (=? first (car x) (car y))
                  (<? second (cdr x) (cdr y))
                  (<? first (car x) (car y)))))
       (and (hashable? first) (hashable? second)
            (lambda (x)
              (mix (comparator-hash first (car x))
                   (comparator-hash second (cdr x)))))))

    (define (make-list-comparator element :up-to 4 options)
      "Compares the elements in order: element [list? null? car cdr]."
      (check-comparator element "make-list-comparator" 1)
      (let ((type? (option 0 options list?)) (empty? (option 1 options null?))
            (head (option 2 options car)) (tail (option 3 options cdr)))
        (make-comparator
         (lambda (x)
           (and (type? x)
                (let loop ((x x))
                  (or (empty? x)
                      (and (comparator-test-type element (head x))
                           (loop (tail x)))))))
         (lambda (x y)
           (let loop ((x x) (y y))
             (cond ((empty? x) (empty? y))
                   ((empty? y) #f)
                   (else (and (=? element (head x) (head y))
                              (loop (tail x) (tail y)))))))
         (and (ordered? element)
              (lambda (x y)
                (let loop ((x x) (y y))
                  (cond ((empty? x) (not (empty? y)))
                        ((empty? y) #f)
                        ((=? element (head x) (head y))
                         (loop (tail x) (tail y)))
                        (else (<? element (head x) (head y)))))))
         (and (hashable? element)
              (lambda (x)
                (let loop ((x x) (sum (hash-salt)))
                  (if (empty? x)
                      sum
                      (loop (tail x)
                            (mix sum (comparator-hash element (head x)))))))))))

    (define (make-vector-comparator element :up-to 3 options)
      "Compares the lengths, then the elements in order:
       element [vector? vector-length vector-ref]."
      (check-comparator element "make-vector-comparator" 1)
      (let ((type? (option 0 options vector?))
            (size (option 1 options vector-length))
            (at (option 2 options vector-ref)))
        (make-comparator
         (lambda (x)
           (and (type? x)
                (let ((n (size x)))
                  (let loop ((i 0))
                    (or (= i n)
                        (and (comparator-test-type element (at x i))
                             (loop (+ i 1))))))))
         (lambda (x y)
           (let ((n (size x)))
             (and (= n (size y))
                  (let loop ((i 0))
                    (or (= i n)
                        (and (=? element (at x i) (at y i))
                             (loop (+ i 1))))))))
         (and (ordered? element)
              (lambda (x y)
                (let ((n (size x)) (m (size y)))
                  (if (= n m)
                      (let loop ((i 0))
                        (cond ((= i n) #f)
                              ((=? element (at x i) (at y i)) (loop (+ i 1)))
                              (else (<? element (at x i) (at y i)))))
                      (< n m)))))
         (and (hashable? element)
              (lambda (x)
                (let ((n (size x)))
                  (let loop ((i 0) (sum (hash-salt)))
                    (if (= i n)
                        sum
                        (loop (+ i 1)
                              (mix sum (comparator-hash element
                                                        (at x i))))))))))))

    (define (make-eq-comparator)
      "Compares with eq?."
      (make-comparator #t eq? #f default-hash))
    (define (make-eqv-comparator)
      "Compares with eqv?."
      (make-comparator #t eqv? #f default-hash))
    (define (make-equal-comparator)
      "Compares with equal?."
      (make-comparator #t equal? #f default-hash))

    ;; The default comparator orders objects by type first, by the place of
    ;; their type in this order; a registered comparator makes the next place.
    (define registered '())             ; the first one last
    (define first-place 9)

    (define (comparator-register-default! comparator)
      "Lets the default comparator compare objects of a further type."
      (check-comparator comparator "comparator-register-default!" 1)
      (set! registered (append registered (list comparator))))

    (define (place object)
      (cond ((null? object) 0)
            ((pair? object) 1)
            ((boolean? object) 2)
            ((char? object) 3)
            ((string? object) 4)
            ((symbol? object) 5)
            ((number? object) 6)
            ((vector? object) 7)
            ((bytevector? object) 8)
            (else
             (let loop ((left registered) (n first-place))
               (cond ((null? left) n)
                     ((comparator-test-type (car left) object) n)
                     (else (loop (cdr left) (+ n 1))))))))

    ;; The comparator of a place after those of the types above, or #f.
    (define (comparator-at n)
      (let ((i (- n first-place)))
        (and (< i (length registered)) (list-ref registered i))))

    (define (default=? x y)
      (let ((n (place x)))
        (and (= n (place y))
             (case n
               ((0) #t)
               ((1) (and (default=? (car x) (car y))
                         (default=? (cdr x) (cdr y))))
               ((2 3 5) (eqv? x y))
               ((4) (string=? x y))
               ((6) (= x y))
               ((7) (=? vectors x y))
               ((8) (equal? x y))
               (else
                (let ((comparator (comparator-at n)))
                  (if comparator (=? comparator x y) (equal? x y))))))))

    (define (default<? x y)
      (let ((n (place x)) (m (place y)))
        (if (= n m)
            (case n
              ((0) #f)
              ((1) (if (default=? (car x) (car y))
                       (default<? (cdr x) (cdr y))
                       (default<? (car x) (car y))))
              ((2) (and (not x) y))
              ((3) (char<? x y))
              ((4) (string<? x y))
              ((5) (string<? (symbol->string x) (symbol->string y)))
              ((6) (number<? x y))
              ((7) (<? vectors x y))
              ((8) (<? bytevectors x y))
              (else
               (let ((comparator (comparator-at n)))
                 (if comparator
                     (<? comparator x y)
                     (error "default comparator: there is no ordering of"
                            x y)))))
            (< n m))))

    (define (number<? x y)
      (if (and (real? x) (real? y))
          (< x y)
          (or (< (real-part x) (real-part y))
              (and (= (real-part x) (real-part y))
                   (< (imag-part x) (imag-part y))))))

    (define (default-hash object :up-to 1 ignored)
      "Hash of any object, consistent with the default comparator."
      (let ((n (place object)))
        (case n
          ((1) (let loop ((object object) (sum (hash-salt)))
                 (if (pair? object)
                     (loop (cdr object) (mix sum (default-hash (car object))))
                     (mix sum (default-hash object)))))
          ((6) (number-hash object))
          ((7) (comparator-hash vectors object))
          ((0 2 3 4 5 8) (hash object))
          (else
           (let ((comparator (comparator-at n)))
             (if comparator
                 (comparator-hash comparator object)
                 (hash object)))))))

    (define default
      (make-comparator #t default=? default<? default-hash))
    (define vectors (make-vector-comparator default))
    (define bytevectors
      (make-vector-comparator default bytevector? bytevector-length
                              bytevector-u8-ref))

    (define (make-default-comparator)
      "The comparator of all types that have an external form, and of those that
       were registered."
      default)

    (define (comparator-test-type comparator object)
      "True if the comparator is meant for the object."
      (check-comparator comparator "comparator-test-type" 1)
      ((comparator-type-test-predicate comparator) object))

    (define (comparator-check-type comparator object)
      "Raises an error unless the comparator is meant for the object."
      (if (comparator-test-type comparator object)
          #t
          (error "comparator-check-type: not of the comparator's type"
                 comparator object)))

    (define (comparator-hash comparator object)
      "The hash of an object."
      (check-comparator comparator "comparator-hash" 1)
      ((comparator-hash-function comparator) object))

    ;; True if (test previous next) is true of all neighbours.
    (define (chain test x y rest)
      (and (test x y)
           (or (null? rest)
               (chain test y (car rest) (cdr rest)))))

    (define (=? comparator x y . rest)
      "True if all objects are equal."
      (check-comparator comparator "=?" 1)
      (chain (comparator-equality-predicate comparator) x y rest))
    (define (<? comparator x y . rest)
      "True if each object is before the next."
      (check-comparator comparator "<?" 1)
      (chain (comparator-ordering-predicate comparator) x y rest))
    (define (>? comparator x y . rest)
      "True if each object is after the next."
      (check-comparator comparator ">?" 1)
      (let ((before? (comparator-ordering-predicate comparator)))
        (chain (lambda (x y) (before? y x)) x y rest)))
    (define (<=? comparator x y . rest)
      "True if no object is after the next."
      (check-comparator comparator "<=?" 1)
      (let ((before? (comparator-ordering-predicate comparator)))
        (chain (lambda (x y) (not (before? y x))) x y rest)))
    (define (>=? comparator x y . rest)
      "True if no object is before the next."
      (check-comparator comparator ">=?" 1)
      (let ((before? (comparator-ordering-predicate comparator)))
        (chain (lambda (x y) (not (before? x y))) x y rest)))

    (define-syntax comparator-if<=>
      (syntax-rules ()
        ((_ x y less equal greater)
         (comparator-if<=> (make-default-comparator) x y less equal greater))
        ((_ comparator x y less equal greater)
         (let ((c comparator) (a x) (b y))
           (cond ((=? c a b) equal)
                 ((<? c a b) less)
                 (else greater))))))

    ;; SRFI 162
    (define (first-of who comparator objects before?)
      (check-comparator comparator who 1)
      (check-type pair? who "a list that is not empty" 2 objects)
      (let loop ((best (car objects)) (left (cdr objects)))
        (cond ((ended? who 2 left) best)
              ((before? comparator (car left) best)
               (loop (car left) (cdr left)))
              (else (loop best (cdr left))))))

    (define (comparator-max-in-list comparator objects)
      "The last object of a list in the order of the comparator."
      (first-of "comparator-max-in-list" comparator objects
                (lambda (comparator x y) (<? comparator y x))))
    (define (comparator-min-in-list comparator objects)
      "The first object of a list in the order of the comparator."
      (first-of "comparator-min-in-list" comparator objects
                (lambda (comparator x y) (<? comparator x y))))
    (define (comparator-max comparator object . objects)
      "The last of the objects in the order of the comparator."
      (first-of "comparator-max" comparator (cons object objects)
                (lambda (comparator x y) (<? comparator y x))))
    (define (comparator-min comparator object . objects)
      "The first of the objects in the order of the comparator."
      (first-of "comparator-min" comparator (cons object objects)
                (lambda (comparator x y) (<? comparator x y))))

    (define boolean-comparator
      (make-comparator boolean? boolean=? (lambda (x y) (and (not x) y))
                       boolean-hash))
    (define real-comparator (make-comparator real? = < number-hash))
    (define char-comparator (make-comparator char? char=? char<? char-hash))
    (define char-ci-comparator
      (make-comparator char? char-ci=? char-ci<? char-ci-hash))
    (define string-comparator
      (make-comparator string? string=? string<? string-hash))
    (define string-ci-comparator
      (make-comparator string? string-ci=? string-ci<? string-ci-hash))
    (define pair-comparator (make-pair-comparator default default))
    (define list-comparator (make-list-comparator default))
    (define eq-comparator (make-eq-comparator))
    (define eqv-comparator (make-eqv-comparator))
    (define equal-comparator (make-equal-comparator))))
