;;; SRFI 69: basic hash tables. They keep the order in which keys were added.
(define-library (srfi 69)
  (export make-hash-table hash-table? alist->hash-table
          hash-table-equivalence-function hash-table-hash-function
          hash-table-ref hash-table-ref/default hash-table-set!
          hash-table-delete! hash-table-exists? hash-table-update!
          hash-table-update!/default hash-table-size hash-table-keys
          hash-table-values hash-table-walk hash-table-fold hash-table->alist
          hash-table-copy hash-table-merge! hash string-hash string-ci-hash
          hash-by-identity)
  (import (scheme base) (plc arguments) (plc table)
          (only (plc primitives) string-hash)
          (prefix (only (plc primitives) hash) plc:))
  (begin
    (define (hash-table? object)
      "True of a hash table."
      (table? object))

    (define (equivalence options)
      (if (and (pair? options) (procedure? (car options)))
          (car options)
          equal?))
    (define (hash-function options)
      (and (pair? options) (pair? (cdr options)) (procedure? (cadr options))
           (cadr options)))

    (define (make-hash-table . options)
      "A fresh table: [equivalence [hash-function]], equal? by default."
      (make-table (equivalence options) (hash-function options)
                  "make-hash-table"))

    (define (alist->hash-table alist . options)
      "A fresh table of the pairs; the first of several pairs of a key counts."
      (let ((table (make-table (equivalence options) (hash-function options)
                               "alist->hash-table")))
        (for-each (lambda (pair)
                    (if (absent? (table-ref table (car pair) absent))
                        (table-set! table (car pair) (cdr pair))))
                  alist)
        table))

    (define (hash-table-equivalence-function table)
      "The procedure that compares keys."
      (check-table table "hash-table-equivalence-function" 1)
      (table-equivalence table))

    (define (hash-table-hash-function table)
      "The hash function of keys."
      (check-table table "hash-table-hash-function" 1)
      (or (table-hash table)
          (if (eq? (table-equivalence table) string=?) string-hash hash)))

    (define (hash-table-ref table key :up-to 1 options)
      "The value of a key; else that of the thunk given, else an error."
      (check-table table "hash-table-ref" 1)
      (let ((value (table-ref table key absent)))
        (cond ((not (absent? value)) value)
              ((and (pair? options) (car options)) ((car options)))
              (else (error "hash-table-ref: no such key" key)))))

    (define (hash-table-ref/default table key default)
      "The value of a key, or the default."
      (check-table table "hash-table-ref/default" 1)
      (table-ref table key default))

    (define (hash-table-set! table key value)
      "Associates the key with the value."
      (check-table table "hash-table-set!" 1)
      (table-set! table key value))

    (define (hash-table-delete! table key)
      "Removes a key."
      (check-table table "hash-table-delete!" 1)
      (table-delete! table key))

    (define (hash-table-exists? table key)
      "True if the key is there."
      (check-table table "hash-table-exists?" 1)
      (not (absent? (table-ref table key absent))))

    (define (hash-table-update! table key f :up-to 1 options)
      "Replaces the value of a key by what f returns for it; the thunk gives
       the value of a missing key."
      (check-table table "hash-table-update!" 1)
      (let ((value (table-ref table key absent)))
        (table-set! table key
                    (f (cond ((not (absent? value)) value)
                             ((and (pair? options) (car options))
                              ((car options)))
                             (else (error "hash-table-update!: no such key"
                                          key)))))))

    (define (hash-table-update!/default table key f default)
      "Replaces the value of a key, or the default, by what f returns for it."
      (check-table table "hash-table-update!/default" 1)
      (table-set! table key (f (table-ref table key default))))

    (define (hash-table-size table)
      "The number of keys."
      (check-table table "hash-table-size" 1)
      (table-size table))

    (define (hash-table-keys table)
      "The list of the keys."
      (check-table table "hash-table-keys" 1)
      (map car (table->alist table)))

    (define (hash-table-values table)
      "The list of the values, in the order of the keys."
      (check-table table "hash-table-values" 1)
      (map cdr (table->alist table)))

    (define (hash-table-walk table f)
      "Calls (f key value) for each key there is now."
      (check-table table "hash-table-walk" 1)
      (table-walk f table))

    (define (hash-table-fold table f initial)
      "(f key value accumulated) for each key."
      (check-table table "hash-table-fold" 1)
      (let loop ((pairs (table->alist table)) (accumulated initial))
        (if (null? pairs)
            accumulated
            (loop (cdr pairs)
                  (f (car (car pairs)) (cdr (car pairs)) accumulated)))))

    (define (hash-table->alist table)
      "The pairs of key and value."
      (check-table table "hash-table->alist" 1)
      (table->alist table))

    (define (hash-table-copy table)
      "A fresh table with the same keys and values."
      (check-table table "hash-table-copy" 1)
      (table-copy table))

    (define (hash-table-merge! to from)
      "Adds what `from` holds to `to`, which it returns."
      (check-table to "hash-table-merge!" 1)
      (check-table from "hash-table-merge!" 2)
      (table-walk (lambda (key value) (table-set! to key value)) from)
      to)

    (define (bounded hash bound)
      (if (null? bound) hash (modulo hash (car bound))))

    (define (hash object :up-to 1 bound)
      "A hash for equal?, below the bound."
      (bounded (plc:hash object) bound))
    (define (hash-by-identity object :up-to 1 bound)
      "A hash for eq?, below the bound."
      ;; What can be changed hashes to one number: its content may not count.
      (bounded (if (or (symbol? object) (number? object) (char? object))
                   (plc:hash object)
                   0)
               bound))))
