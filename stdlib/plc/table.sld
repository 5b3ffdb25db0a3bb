;;; Hash tables of any equivalence, for SRFI 69 and SRFI 125.
;;;
;;; A table that compares keys with eq?, eqv?, equal? or string=? is one of the
;;; runtime. Any other is a record here: `buckets` (a table of the runtime)
;;; leads from a hash to its cells, `cells` from numbers, which grow, to all
;;; cells, so that these keep the order in which they were added.
(define-library (plc table)
  (export make-table table? table-ref table-set! table-delete! table-clear!
          table-size table->alist table-walk table-copy table-empty-copy
          table-equivalence table-hash check-table absent absent?
          string-ci-hash number-hash)
  (import (plc core) (plc primitives) (plc list) (plc arguments)
          (only (scheme char) string-foldcase string-ci=?))
  (begin
    (define-record-type hash-table
      (make-record equivalence hash buckets cells next)
      record-table?
      (equivalence record-equivalence)
      (hash record-hash)
      (buckets buckets)
      (cells cells)
      (next next-number set-next-number!))

    ;; What table-ref returns by default for a key that is missing; no program
    ;; can have it as a value.
    (define absent (list 'absent))
    (define (absent? value) (eq? value absent))

    (define (table? object)
      (or (hash-table? object) (record-table? object)))

    (define (check-table object who position)
      (check-type table? who "a hash table" position object))

    (define (string-ci-hash string :up-to 1 bound)
      "Hash of a string whose case does not matter."
      (check-type string? "string-ci-hash" "a string" 1 string)
      (apply string-hash (string-foldcase string) bound))

    (define (number-hash number)
      "Hash of a number, the same for numbers that are =."
      (check-type number? "number-hash" "a number" 1 number)
      ;; Not -0.0, and the same for exact and inexact.
      (hash (+ (inexact number) 0.0)))

    ;; The kinds of the runtime with their procedures.
    (define kinds
      (list (cons eq? 'eq) (cons eqv? 'eqv) (cons equal? 'equal)
            (cons string=? 'string)
            ;; Finer than equal? or the same for what they accept.
            (cons char=? 'eqv) (cons symbol=? 'eq) (cons boolean=? 'eq)))

    (define (make-table equivalence hash who)
      "A fresh table; hash may be #f for the equivalences that are known."
      (let ((kind (assq equivalence kinds)))
        (if kind
            (%make-hash-table (cdr kind))
            (make-record equivalence
                         (or hash
                             (cond ((eq? equivalence string-ci=?)
                                    string-ci-hash)
                                   ((eq? equivalence =) number-hash)
                                   (else
                                    (error (string-append
                                            who
                                            ": no hash function is known for")
                                           equivalence))))
                         (%make-hash-table 'eqv)
                         (%make-hash-table 'eqv)
                         0))))

    (define (table-equivalence table)
      (if (hash-table? table)
          (let ((kind (%hash-table-kind table)))
            (let loop ((kinds kinds))
              (if (eq? (cdr (car kinds)) kind)
                  (car (car kinds))
                  (loop (cdr kinds)))))
          (record-equivalence table)))

    (define (table-hash table)
      "The hash function, or #f for a table of the runtime."
      (if (hash-table? table) #f (record-hash table)))

    ;; A cell is (number key . value).
    (define (bucket table hash)
      (hash-table-ref/default (buckets table) hash '()))

    (define (find-cell table key hash)
      (let ((same? (record-equivalence table)))
        (let loop ((cells (bucket table hash)))
          (cond ((null? cells) #f)
                ((same? (cadr (car cells)) key) (car cells))
                (else (loop (cdr cells)))))))

    (define (table-ref table key otherwise)
      (if (hash-table? table)
          (hash-table-ref/default table key otherwise)
          (let ((cell (find-cell table key ((record-hash table) key))))
            (if cell (cddr cell) otherwise))))

    (define (table-set! table key value)
      (if (hash-table? table)
          (%hash-table-set! table key value)
          (let* ((hash ((record-hash table) key))
                 (cell (find-cell table key hash)))
            (if cell
                (set-cdr! (cdr cell) value)
                (let* ((number (next-number table))
                       (cell (cons* number key value)))
                  (set-next-number! table (+ number 1))
                  (%hash-table-set! (buckets table) hash
                                    (cons cell (bucket table hash)))
                  (%hash-table-set! (cells table) number cell))))))

    (define (table-delete! table key)
      "True if the key was there."
      (if (hash-table? table)
          (%hash-table-delete! table key)
          (let* ((hash ((record-hash table) key))
                 (cell (find-cell table key hash)))
            (and cell
                 (let ((rest (remove (lambda (c) (eq? c cell))
                                     (bucket table hash))))
                   (if (null? rest)
                       (%hash-table-delete! (buckets table) hash)
                       (%hash-table-set! (buckets table) hash rest))
                   (%hash-table-delete! (cells table) (car cell))
                   #t)))))

    (define (table-clear! table)
      (if (hash-table? table)
          (hash-table-clear! table)
          (begin (hash-table-clear! (buckets table))
                 (hash-table-clear! (cells table)))))

    (define (table-size table)
      (hash-table-size (if (hash-table? table) table (cells table))))

    (define (table->alist table)
      "Fresh pairs of key and value, in the order of the keys."
      (if (hash-table? table)
          (hash-table->alist table)
          (map (lambda (cell) (cons (cadr cell) (cddr cell)))
               (hash-table-values (cells table)))))

    (define (table-walk f table)
      "Calls (f key value) for the keys there are now, in order."
      (for-each (lambda (pair) (f (car pair) (cdr pair)))
                (table->alist table)))

    (define (table-empty-copy table)
      (if (hash-table? table)
          (%make-hash-table (%hash-table-kind table))
          (make-table (record-equivalence table) (record-hash table)
                      "hash-table-empty-copy")))

    (define (table-copy table)
      (if (hash-table? table)
          (hash-table-copy table)
          (let ((copy (table-empty-copy table)))
            (table-walk (lambda (key value) (table-set! copy key value)) table)
            copy)))))
