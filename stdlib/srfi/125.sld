;;; SRFI 125: intermediate hash tables. They keep the order in which keys were
;;; added. All tables are mutable, none is weak.
(define-library (srfi 125)
  (export make-hash-table hash-table hash-table-unfold alist->hash-table
          hash-table? hash-table-contains? hash-table-exists?
          hash-table-empty? hash-table=? hash-table-mutable? hash-table-ref
          hash-table-ref/default hash-table-set! hash-table-delete!
          hash-table-intern! hash-table-update! hash-table-update!/default
          hash-table-pop! hash-table-clear! hash-table-size hash-table-keys
          hash-table-values hash-table-entries hash-table-find
          hash-table-count hash-table-map hash-table-for-each hash-table-walk
          hash-table-map! hash-table-map->list hash-table-fold
          hash-table-prune! hash-table-copy hash-table-empty-copy
          hash-table->alist hash-table-union! hash-table-merge!
          hash-table-intersection! hash-table-difference! hash-table-xor! hash
          string-hash string-ci-hash hash-by-identity
          hash-table-equivalence-function hash-table-hash-function)
  (import (scheme base) (plc arguments) (plc table)
          (only (srfi 69) hash-table? hash-table-equivalence-function
                hash-table-hash-function hash-table-ref/default
                hash-table-exists? hash-table-size hash-table-keys
                hash-table-values hash-table->alist hash-table-walk
                hash-table-update!/default hash string-hash hash-by-identity)
          (only (srfi 128) comparator? comparator-equality-predicate
                comparator-hash-function comparator-hashable? =?))
  (begin
    ;; A table as a comparator, or an equivalence with options, describes it.
    (define (new-table comparator options who)
      (cond ((comparator? comparator)
             (make-table (comparator-equality-predicate comparator)
                         (and (comparator-hashable? comparator)
                              (comparator-hash-function comparator))
                         who))
            ((procedure? comparator)
             (make-table comparator
                         (and (pair? options) (procedure? (car options))
                              (car options))
                         who))
            (else
             (error (string-append who ": expected a comparator or procedure")
                    comparator))))

    (define (make-hash-table comparator . options)
      "A fresh table that compares keys as the comparator says; or with an
       equivalence and, unless that is known, a hash function."
      (new-table comparator options "make-hash-table"))

    (define (add-all! table rest who)
      (if (pair? rest)
          (begin
            (if (null? (cdr rest))
                (error (string-append who ": key without a value")
                       (car rest)))
            (table-set! table (car rest) (cadr rest))
            (add-all! table (cddr rest) who))))

    (define (hash-table comparator . keys-and-values)
      "A fresh table of the keys and values."
      (let ((table (new-table comparator '() "hash-table")))
        (add-all! table keys-and-values "hash-table")
        table))

    (define (hash-table-unfold stop? mapper successor seed comparator . options)
      "A fresh table of the two values of (mapper seed), until (stop? seed); the
       next seed is (successor seed)."
      (let ((table (new-table comparator options "hash-table-unfold")))
        (let loop ((seed seed))
          (if (stop? seed)
              table
              (let-values (((key value) (mapper seed)))
                (table-set! table key value)
                (loop (successor seed)))))))

    (define (alist->hash-table alist comparator . options)
      "A fresh table of the pairs; the first of several pairs of a key counts."
      (let ((table (new-table comparator options "alist->hash-table")))
        (for-each (lambda (pair)
                    (if (absent? (table-ref table (car pair) absent))
                        (table-set! table (car pair) (cdr pair))))
                  alist)
        table))

    (define (hash-table-contains? table key)
      "True if the key is there."
      (check-table table "hash-table-contains?" 1)
      (not (absent? (table-ref table key absent))))

    (define (hash-table-empty? table)
      "True if there is no key."
      (check-table table "hash-table-empty?" 1)
      (= (table-size table) 0))

    (define (hash-table=? comparator a b)
      "True if both have the same keys, with values equal by the comparator."
      (check-type comparator? "hash-table=?" "a comparator" 1 comparator)
      (check-table a "hash-table=?" 2)
      (check-table b "hash-table=?" 3)
      (and (= (table-size a) (table-size b))
           (let loop ((pairs (table->alist a)))
             (or (null? pairs)
                 (let ((value (table-ref b (car (car pairs)) absent)))
                   (and (not (absent? value))
                        (=? comparator (cdr (car pairs)) value)
                        (loop (cdr pairs))))))))

    (define (hash-table-mutable? table)
      "True: all tables can be changed."
      (check-table table "hash-table-mutable?" 1)
      #t)

    ;; The value of a key, passed through success, or what failure returns.
    (define (ref table key options who)
      (let ((value (table-ref table key absent)))
        (cond ((absent? value)
               (if (and (pair? options) (car options))
                   ((car options))
                   (error (string-append who ": no such key")
                          key)))
              ((and (pair? options) (pair? (cdr options)))
               ((cadr options) value))
              (else value))))

    (define (hash-table-ref table key :up-to 2 options)
      "The value of a key; else that of the thunk given, else an error. With a
       second procedure, what it returns for the value."
      (check-table table "hash-table-ref" 1)
      (ref table key options "hash-table-ref"))

    (define (hash-table-set! table . keys-and-values)
      "Associates keys with values."
      (check-table table "hash-table-set!" 1)
      (add-all! table keys-and-values "hash-table-set!"))

    (define (hash-table-delete! table . keys)
      "Removes keys; the number that were there."
      (check-table table "hash-table-delete!" 1)
      (let loop ((keys keys) (n 0))
        (if (null? keys)
            n
            (loop (cdr keys) (if (table-delete! table (car keys)) (+ n 1) n)))))

    (define (hash-table-intern! table key failure)
      "The value of a key; that of failure, which is added, if it is missing."
      (check-table table "hash-table-intern!" 1)
      (let ((value (table-ref table key absent)))
        (if (absent? value)
            (let ((value (failure)))
              (table-set! table key value)
              value)
            value)))

    (define (hash-table-update! table key f :up-to 2 options)
      "Replaces the value of a key by what f returns for it; the options are
       those of hash-table-ref."
      (check-table table "hash-table-update!" 1)
      (table-set! table key (f (ref table key options "hash-table-update!"))))

    (define (hash-table-pop! table)
      "Removes the first key; two values, key and value."
      (check-table table "hash-table-pop!" 1)
      (let ((pairs (table->alist table)))
        (if (null? pairs)
            (error "hash-table-pop!: the table is empty" table))
        (table-delete! table (car (car pairs)))
        (values (car (car pairs)) (cdr (car pairs)))))

    (define (hash-table-clear! table)
      "Removes all keys."
      (check-table table "hash-table-clear!" 1)
      (table-clear! table))

    (define (hash-table-entries table)
      "Two values: the keys, and the values in the same order."
      (check-table table "hash-table-entries" 1)
      (let ((pairs (table->alist table)))
        (values (map car pairs) (map cdr pairs))))

    (define (hash-table-find f table failure)
      "The first true value of (f key value); else that of failure."
      (check-table table "hash-table-find" 2)
      (let loop ((pairs (table->alist table)))
        (if (null? pairs)
            (failure)
            (or (f (car (car pairs)) (cdr (car pairs)))
                (loop (cdr pairs))))))

    (define (hash-table-count f table)
      "The number of keys for which (f key value) is true."
      (check-table table "hash-table-count" 2)
      (fold (lambda (key value n) (if (f key value) (+ n 1) n)) 0 table))

    (define (hash-table-map f comparator table)
      "A fresh table of the comparator with the keys and (f value) each."
      (check-table table "hash-table-map" 3)
      (let ((result (new-table comparator '() "hash-table-map")))
        (table-walk (lambda (key value) (table-set! result key (f value)))
                    table)
        result))

    (define (hash-table-for-each f table)
      "Calls (f key value) for each key; the arguments in either order."
      (if (table? f)
          (table-walk table f)
          (begin (check-table table "hash-table-for-each" 2)
                 (table-walk f table))))

    (define (hash-table-map! f table)
      "Replaces each value by (f key value)."
      (check-table table "hash-table-map!" 2)
      (table-walk (lambda (key value) (table-set! table key (f key value)))
                  table))

    (define (hash-table-map->list f table)
      "The list of (f key value)."
      (check-table table "hash-table-map->list" 2)
      (map (lambda (pair) (f (car pair) (cdr pair))) (table->alist table)))

    (define (fold f initial table)
      (let loop ((pairs (table->alist table)) (accumulated initial))
        (if (null? pairs)
            accumulated
            (loop (cdr pairs)
                  (f (car (car pairs)) (cdr (car pairs)) accumulated)))))

    (define (hash-table-fold f initial table)
      "(f key value accumulated) for each key; the table may come first."
      (if (table? f)
          (fold initial table f)
          (begin (check-table table "hash-table-fold" 3)
                 (fold f initial table))))

    (define (hash-table-prune! f table)
      "Removes the keys for which (f key value) is true."
      (check-table table "hash-table-prune!" 2)
      (table-walk (lambda (key value)
                    (if (f key value) (table-delete! table key)))
                  table))

    (define (hash-table-copy table :up-to 1 mutable?)
      "A fresh table with the same keys and values."
      (check-table table "hash-table-copy" 1)
      (table-copy table))

    (define (hash-table-empty-copy table)
      "A fresh table that compares keys in the same way."
      (check-table table "hash-table-empty-copy" 1)
      (table-empty-copy table))

    (define (check-both a b who)
      (check-table a who 1)
      (check-table b who 2))

    (define (hash-table-union! to from)
      "Adds the keys of `from` that `to` lacks; returns `to`."
      (check-both to from "hash-table-union!")
      (add-missing! to from))

    (define (hash-table-merge! to from)
      "hash-table-union!, by its old name."
      (check-both to from "hash-table-merge!")
      (add-missing! to from))

    (define (add-missing! to from)
      (table-walk (lambda (key value)
                    (if (absent? (table-ref to key absent))
                        (table-set! to key value)))
                  from)
      to)

    ;; Deletes the keys of a for which (drop? (is it in b?)) is true.
    (define (keep! a b drop?)
      (table-walk (lambda (key value)
                    (if (drop? (not (absent? (table-ref b key absent))))
                        (table-delete! a key)))
                  a)
      a)

    (define (hash-table-intersection! a b)
      "Removes the keys that b lacks; returns a."
      (check-both a b "hash-table-intersection!")
      (keep! a b not))

    (define (hash-table-difference! a b)
      "Removes the keys of b; returns a."
      (check-both a b "hash-table-difference!")
      (keep! a b (lambda (in-b?) in-b?)))

    (define (hash-table-xor! a b)
      "Removes the keys of b and adds those that a lacked; returns a."
      (check-both a b "hash-table-xor!")
      (table-walk (lambda (key value)
                    (if (absent? (table-ref a key absent))
                        (table-set! a key value)
                        (table-delete! a key)))
                  ;; a and b may be one table.
                  (table-copy b))
      a)))
