;;; Hash tables, in the spelling of SRFI 69 and SRFI 125. They keep the order
;;; in which keys were added.
(define-library (plc hash-table)
  (export make-hash-table make-equal-hash-table make-eqv-hash-table
          make-eq-hash-table make-string-hash-table hash-table hash-table-ref
          hash-table-set! hash-table-delete! hash-table-exists?
          hash-table-update! hash-table-update!/default hash-table-walk
          hash-table-for-each hash-table-map hash-table-fold hash-table-count
          hash-table-empty? hash-table-intern! hash-table-merge!
          hash-table-pop! alist->hash-table)
  (import (plc core) (plc primitives) (plc list) (plc arguments))
  (begin
    (define (check-table who position object)
      (if (not (or (hash-table? object) (foreign? object)))
          (wrong-type who "a hash table" position object)))

    (define (table-first? a b)
      "True if a is the table of two arguments that may stand in either order;
       an object of another language may be a table or a procedure."
      (or (hash-table? a)
          (and (foreign? a) (not (hash-table? b)))))

    (define (make-equal-hash-table :up-to 1 options) (%make-hash-table 'equal))
    (define (make-eqv-hash-table :up-to 1 options) (%make-hash-table 'eqv))
    (define (make-eq-hash-table :up-to 1 options) (%make-hash-table 'eq))
    (define (make-string-hash-table :up-to 1 options)
      (%make-hash-table 'string))

    (define (equivalence options)
      (cond ((null? options) 'equal)
            ((eq? (car options) eq?) 'eq)
            ((eq? (car options) eqv?) 'eqv)
            ((eq? (car options) equal?) 'equal)
            ((eq? (car options) string=?) 'string)
            ((eq? (car options) =) 'eqv)
            ((eq? (car options) char=?) 'eqv)
            ((procedure? (car options))
             (error "make-hash-table: expected eq?, eqv?, equal? or string=?"
                    (car options)))
            (else 'equal)))

    (define (make-hash-table . options)
      "A fresh table that compares keys with equal?, or with the eq?, eqv?,
       equal? or string=? given."
      (%make-hash-table (equivalence options)))

    (define (hash-table . keys-and-values)
      "A fresh equal? table of the keys and values."
      (let ((table (%make-hash-table 'equal)))
        (add-all! table keys-and-values)
        table))

    (define (add-all! table rest)
      (if (pair? rest)
          (begin
            (if (null? (cdr rest))
                (error "hash-table: key without a value" (car rest)))
            (%hash-table-set! table (car rest) (cadr rest))
            (add-all! table (cddr rest)))))

    (define (hash-table-set! table key value . more)
      "Associates keys with values."
      (%hash-table-set! table key value)
      (if (pair? more) (add-all! table more)))

    ;; Stands for `no such key`; never a value of a table.
    (define absent (list 'absent))

    (define (hash-table-ref table key :up-to 2 options)
      "The value of a key; else that of the thunk given, else an error. With a
       second procedure, what it returns for the value."
      (check-table "hash-table-ref" 1 table)
      (ref table key options "hash-table-ref"))

    (define (ref table key options who)
      (let ((value (hash-table-ref/default table key absent)))
        (cond ((eq? value absent)
               (if (and (pair? options) (car options))
                   ((car options))
                   (error (string-append who ": no such key") key)))
              ((and (pair? options) (pair? (cdr options)))
               ((cadr options) value))
              (else value))))

    (define (hash-table-delete! table . keys)
      "Removes keys; the number that were there."
      (let loop ((keys keys) (n 0))
        (if (null? keys)
            n
            (loop (cdr keys)
                  (if (%hash-table-delete! table (car keys)) (+ n 1) n)))))

    (define (hash-table-exists? table key)
      "True if the key is there."
      (check-table "hash-table-exists?" 1 table)
      (hash-table-contains? table key))

    (define (hash-table-update! table key f :up-to 2 options)
      "Replaces the value of a key by what f returns for it; the thunk gives
       the value of a missing key."
      (check-table "hash-table-update!" 1 table)
      (%hash-table-set! table key
                        (f (ref table key options "hash-table-update!"))))

    (define (hash-table-update!/default table key f default)
      "Replaces the value of a key, or the default, by what f returns for it."
      (check-table "hash-table-update!/default" 1 table)
      (%hash-table-set! table key
                        (f (hash-table-ref/default table key default))))

    (define (hash-table-walk table f)
      "Calls (f key value) for each key there is now, in order."
      (check-table "hash-table-walk" 1 table)
      (walk table f))

    (define (walk table f)
      (for-each (lambda (pair) (f (car pair) (cdr pair)))
                (hash-table->alist table)))

    (define (hash-table-for-each a b)
      "hash-table-walk with the arguments in either order."
      (if (table-first? a b)
          (walk a b)
          (begin (check-table "hash-table-for-each" 2 b)
                 (walk b a))))

    (define (hash-table-map a b)
      "The list of (f key value) in order; the arguments in either order."
      (let* ((first? (table-first? a b))
             (table (if first? a b))
             (f (if first? b a)))
        (check-table "hash-table-map" 2 table)
        (map (lambda (pair) (f (car pair) (cdr pair)))
             (hash-table->alist table))))

    (define (hash-table-fold a b c)
      "(f key value accumulated) for each key: (hash-table-fold f initial table)
       or (hash-table-fold table f initial)."
      (let* ((first? (table-first? a c))
             (table (if first? a c))
             (f (if first? b a))
             (initial (if first? c b)))
        (check-table "hash-table-fold" 3 table)
        (fold-left (lambda (accumulated pair)
                     (f (car pair) (cdr pair) accumulated))
                   initial
                   (hash-table->alist table))))

    (define (hash-table-count a :up-to 1 b)
      "The number of keys, or of those for which (f key value) is true."
      (if (null? b)
          (begin (check-table "hash-table-count" 1 a)
                 (hash-table-size a))
          (let* ((first? (table-first? a (car b)))
                 (table (if first? a (car b)))
                 (f (if first? (car b) a)))
            (check-table "hash-table-count" 2 table)
            (hash-table-fold table
                             (lambda (key value n) (if (f key value) (+ n 1) n))
                             0))))

    (define (hash-table-empty? table)
      "True if there is no key."
      (check-table "hash-table-empty?" 1 table)
      (= (hash-table-size table) 0))

    (define (hash-table-intern! table key make)
      "The value of a key, made and added if it is missing."
      (check-table "hash-table-intern!" 1 table)
      (let ((value (hash-table-ref/default table key absent)))
        (if (eq? value absent)
            (let ((value (make)))
              (%hash-table-set! table key value)
              value)
            value)))

    (define (hash-table-pop! table)
      "Removes the first key; two values, key and value."
      (check-table "hash-table-pop!" 1 table)
      (let ((keys (hash-table-keys table)))
        (if (null? keys)
            (error "hash-table-pop!: the table is empty" table))
        (let ((value (hash-table-ref/default table (car keys) #f)))
          (%hash-table-delete! table (car keys))
          (values (car keys) value))))

    (define (hash-table-merge! to from)
      "Adds what `from` holds to `to`, which it returns."
      (check-table "hash-table-merge!" 1 to)
      (check-table "hash-table-merge!" 2 from)
      (walk from (lambda (key value) (%hash-table-set! to key value)))
      to)

    (define (alist->hash-table alist . options)
      "A fresh table of the pairs; the first of several pairs of a key counts."
      (let ((table (%make-hash-table (equivalence options))))
        (for-each (lambda (pair)
                    (if (not (hash-table-contains? table (car pair)))
                        (%hash-table-set! table (car pair) (cdr pair))))
                  alist)
        table))))
