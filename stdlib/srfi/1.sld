;;; SRFI 1: lists. What (plc list) and the primitives do not have. Procedures
;;; with a `!` may reuse their arguments; these do not.
(define-library (srfi 1)
  (export
   ;; Constructors
   cons list xcons cons* make-list list-tabulate list-copy circular-list iota
   ;; Predicates
   pair? null? (rename list? proper-list?) circular-list? dotted-list?
   not-pair? null-list? list=
   ;; Selectors
   car cdr caar cadr cdar cddr caaar caadr cadar caddr cdaar cdadr cddar cdddr
   caaaar caaadr caadar caaddr cadaar cadadr caddar cadddr cdaaar cdaadr cdadar
   cdaddr cddaar cddadr cdddar cddddr list-ref first second third fourth fifth
   sixth seventh eighth ninth tenth car+cdr take drop take-right drop-right
   (rename take take!) (rename drop-right drop-right!) split-at
   (rename split-at split-at!) last last-pair
   ;; Miscellaneous
   length length+ append concatenate reverse append!
   (rename concatenate concatenate!) reverse! append-reverse
   (rename append-reverse append-reverse!) zip unzip1 unzip2 unzip3 unzip4
   unzip5 count
   ;; Fold, unfold and map
   map for-each fold unfold pair-fold reduce fold-right unfold-right
   pair-fold-right reduce-right append-map (rename append-map append-map!)
   (rename map map!) pair-for-each filter-map (rename map map-in-order)
   ;; Filtering and partitioning
   filter partition remove (rename filter filter!)
   (rename partition partition!) (rename remove remove!)
   ;; Searching
   member memq memv find find-tail any every list-index take-while drop-while
   (rename take-while take-while!) span break (rename span span!)
   (rename break break!)
   ;; Deleting
   delete delete-duplicates (rename delete delete!)
   (rename delete-duplicates delete-duplicates!)
   ;; Association lists
   assoc assq assv alist-cons alist-copy alist-delete
   (rename alist-delete alist-delete!)
   ;; Sets
   lset<= lset= lset-adjoin lset-union (rename lset-union lset-union!)
   lset-intersection (rename lset-intersection lset-intersection!)
   lset-difference (rename lset-difference lset-difference!) lset-xor
   (rename lset-xor lset-xor!) lset-diff+intersection
   (rename lset-diff+intersection lset-diff+intersection!)
   ;; Side effects
   set-car! set-cdr!)
  (import (plc core) (plc primitives) (plc list) (plc arguments))
  (begin
    (define (xcons d a)
      "cons with its arguments exchanged."
      (cons a d))

    (define (list-tabulate n f)
      "The list of (f 0) to (f (- n 1))."
      (check-count "list-tabulate" 1 n)
      (let loop ((i (- n 1)) (list '()))
        (if (< i 0)
            list
            (loop (- i 1) (cons (f i) list)))))

    (define (circular-list . elements)
      "The endless list that repeats the elements."
      (if (pair? elements)
          (set-cdr! (last-pair elements) elements))
      elements)

    ;; The hare takes two steps for one of the tortoise.
    (define (circular-list? object)
      "True of lists without an end."
      (let loop ((hare object) (tortoise object))
        (and (pair? hare)
             (let ((hare (cdr hare)))
               (and (pair? hare)
                    (let ((hare (cdr hare)) (tortoise (cdr tortoise)))
                      (or (eq? hare tortoise)
                          (loop hare tortoise))))))))

    (define (dotted-list? object)
      "True of what ends, but not with ()."
      (let loop ((hare object) (tortoise object))
        (if (pair? hare)
            (let ((hare (cdr hare)))
              (if (pair? hare)
                  (let ((hare (cdr hare)) (tortoise (cdr tortoise)))
                    (and (not (eq? hare tortoise))
                         (loop hare tortoise)))
                  (not (null? hare))))
            (not (null? hare)))))

    (define (not-pair? object)
      "True of all but pairs."
      (not (pair? object)))

    (define (null-list? list)
      "True at the end of a proper or circular list."
      (ended? "null-list?" 1 list))

    (define (list= same? . lists)
      "True if the lists have the same elements, by same?, in the same order."
      (define (two a b position)
        (let loop ((a a) (b b))
          (cond ((ended? "list=" position a)
                 (ended? "list=" (+ position 1) b))
                ((ended? "list=" (+ position 1) b) #f)
                (else (and (same? (car a) (car b))
                           (loop (cdr a) (cdr b)))))))
      (or (null? lists)
          (let loop ((a (car lists)) (rest (cdr lists)) (position 2))
            (or (null? rest)
                (and (or (eq? a (car rest)) (two a (car rest) position))
                     (loop (car rest) (cdr rest) (+ position 1)))))))

    (define-syntax define-selectors
      (syntax-rules ()
        ((_ (name who k) ...)
         (begin
           (define (name list)
             (let loop ((rest list) (i k))
               (cond ((not (pair? rest))
                      (wrong-type who "a longer list" 1 list))
                     ((= i 0) (car rest))
                     (else (loop (cdr rest) (- i 1))))))
           ...))))

    (define-selectors
      (first "first" 0) (second "second" 1) (third "third" 2)
      (fourth "fourth" 3) (fifth "fifth" 4) (sixth "sixth" 5)
      (seventh "seventh" 6) (eighth "eighth" 7) (ninth "ninth" 8)
      (tenth "tenth" 9))

    (define (car+cdr pair)
      "The two parts of a pair."
      (check-type pair? "car+cdr" "a pair" 1 pair)
      (values (car pair) (cdr pair)))

    (define (skip who list k)
      (check-count who 2 k)
      (let loop ((rest list) (k k))
        (cond ((= k 0) rest)
              ((pair? rest) (loop (cdr rest) (- k 1)))
              (else (wrong-type who "a longer list" 1 list)))))

    (define (head who list k)
      (check-count who 2 k)
      (let loop ((rest list) (k k))
        (cond ((= k 0) '())
              ((pair? rest) (cons (car rest) (loop (cdr rest) (- k 1))))
              (else (wrong-type who "a longer list" 1 list)))))

    (define (take list k)
      "The first k elements."
      (head "take" list k))

    (define (drop list k)
      "What is left without the first k elements."
      (skip "drop" list k))

    (define (take-right list k)
      "The last k elements, and what the list ends with."
      (let loop ((last list) (ahead (skip "take-right" list k)))
        (if (pair? ahead)
            (loop (cdr last) (cdr ahead))
            last)))

    (define (drop-right list k)
      "All but the last k elements."
      (let loop ((rest list) (ahead (skip "drop-right" list k)))
        (if (pair? ahead)
            (cons (car rest) (loop (cdr rest) (cdr ahead)))
            '())))

    (define (split-at list k)
      "Two values: the first k elements, and the rest."
      (check-count "split-at" 2 k)
      (let loop ((rest list) (k k) (taken '()))
        (cond ((= k 0) (values (reverse taken) rest))
              ((pair? rest)
               (loop (cdr rest) (- k 1) (cons (car rest) taken)))
              (else (wrong-type "split-at" "a longer list" 1 list)))))

    (define (length+ list)
      "The number of elements, #f for a circular list."
      (let loop ((hare list) (tortoise list) (n 0))
        (if (pair? hare)
            (let ((hare (cdr hare)))
              (if (pair? hare)
                  (let ((hare (cdr hare)) (tortoise (cdr tortoise)))
                    (and (not (eq? hare tortoise))
                         (loop hare tortoise (+ n 2))))
                  (+ n 1)))
            n)))

    (define (concatenate lists)
      "The elements of all lists of a list."
      (if (ended? "concatenate" 1 lists)
          '()
          (let loop ((list (car lists)) (rest (cdr lists)))
            (if (ended? "concatenate" 1 rest)
                list
                (append list (loop (car rest) (cdr rest)))))))

    (define (zip first . more)
      "The list of the lists of first elements, second ones, and so on."
      (apply map list first more))

    (define (unzip1 lists)
      "The first elements of the lists."
      (map first lists))
    (define (unzip2 lists)
      "Two values: the first elements and the second ones."
      (values (map first lists) (map second lists)))
    (define (unzip3 lists)
      "Three values: the first elements, the second and the third ones."
      (values (map first lists) (map second lists) (map third lists)))
    (define (unzip4 lists)
      "Four values: the first elements to the fourth ones."
      (values (map first lists) (map second lists) (map third lists)
              (map fourth lists)))
    (define (unzip5 lists)
      "Five values: the first elements to the fifth ones."
      (values (map first lists) (map second lists) (map third lists)
              (map fourth lists) (map fifth lists)))

    (define (unfold stop? f next seed :up-to 1 tail)
      "The list of (f seed), (f (next seed)) and so on until stop? is true of
       a seed; it ends with what the tail procedure returns for that."
      (let loop ((seed seed))
        (cond ((not (stop? seed))
               (let ((value (f seed)))
                 (cons value (loop (next seed)))))
              ((pair? tail) ((car tail) seed))
              (else '()))))

    (define (unfold-right stop? f next seed :up-to 1 tail)
      "The list of values of f in reverse order, before the tail."
      (let loop ((seed seed) (list (option 0 tail '())))
        (if (stop? seed)
            list
            (loop (next seed) (cons (f seed) list)))))

    (define (pair-fold f initial list . more)
      "fold, but f gets the tails of the lists, not the elements."
      (if (null? more)
          (let loop ((list list) (accumulated initial))
            (if (ended? "pair-fold" 3 list)
                accumulated
                (let ((next (cdr list)))
                  (loop next (f list accumulated)))))
          (let loop ((lists (cons list more)) (accumulated initial))
            (if (any-ended? "pair-fold" 3 lists)
                accumulated
                (let ((next (cdrs lists)))
                  (loop next
                        (apply f (append lists (cons accumulated '())))))))))

    (define (pair-fold-right f initial list . more)
      "fold-right, but f gets the tails of the lists, not the elements."
      (if (null? more)
          (let loop ((list list))
            (if (ended? "pair-fold-right" 3 list)
                initial
                (f list (loop (cdr list)))))
          (let loop ((lists (cons list more)))
            (if (any-ended? "pair-fold-right" 3 lists)
                initial
                (let ((rest (loop (cdrs lists))))
                  (apply f (append lists (cons rest '()))))))))

    (define (reduce-right f initial list)
      "fold-right with the last element as the start; initial for ()."
      (if (ended? "reduce-right" 3 list)
          initial
          (let loop ((first (car list)) (rest (cdr list)))
            (if (ended? "reduce-right" 3 rest)
                first
                (f first (loop (car rest) (cdr rest)))))))

    (define (pair-for-each f list . more)
      "for-each, but f gets the tails of the lists, not the elements."
      (if (null? more)
          (let loop ((list list))
            (if (not (ended? "pair-for-each" 2 list))
                (let ((next (cdr list)))
                  (f list)
                  (loop next))))
          (let loop ((lists (cons list more)))
            (if (not (any-ended? "pair-for-each" 2 lists))
                (let ((next (cdrs lists)))
                  (apply f lists)
                  (loop next))))))

    (define (take-while keep? list)
      "The elements before the first for which keep? is false."
      (let loop ((list list))
        (if (or (ended? "take-while" 2 list) (not (keep? (car list))))
            '()
            (let ((first (car list)))
              (cons first (loop (cdr list)))))))

    (define (drop-while drop? list)
      "The list from the first element on for which drop? is false."
      (let loop ((list list))
        (if (or (ended? "drop-while" 2 list) (not (drop? (car list))))
            list
            (loop (cdr list)))))

    (define (split who list here?)
      (let loop ((list list) (taken '()))
        (if (or (ended? who 2 list) (here? (car list)))
            (values (reverse taken) list)
            (loop (cdr list) (cons (car list) taken)))))

    (define (span in? list)
      "Two values: the elements before the first for which in? is false, and
       the rest."
      (split "span" list (lambda (x) (not (in? x)))))

    (define (break here? list)
      "Two values: the elements before the first for which here? is true, and
       the rest."
      (split "break" list here?))

    (define (alist-cons key datum alist)
      "The association list with one more pair in front."
      (cons (cons key datum) alist))

    (define (alist-copy alist)
      "A copy of an association list, its pairs too."
      (let loop ((alist alist))
        (if (ended? "alist-copy" 1 alist)
            '()
            (let ((pair (car alist)))
              (check-type pair? "alist-copy" "a list of pairs" 1 pair)
              (cons (cons (car pair) (cdr pair)) (loop (cdr alist)))))))

    (define (alist-delete key alist :up-to 1 compare)
      "The pairs whose key does not equal `key`."
      (let ((same? (option 0 compare equal?)))
        (let loop ((alist alist))
          (if (ended? "alist-delete" 2 alist)
              '()
              (let ((pair (car alist)))
                (check-type pair? "alist-delete" "a list of pairs" 2 pair)
                (if (same? key (car pair))
                    (loop (cdr alist))
                    (cons pair (loop (cdr alist)))))))))

    ;; True if (same? x y) for a y of the list; `flipped` asks (same? y x).
    (define (has? who same? x list)
      (let loop ((list list))
        (and (not (ended? who 2 list))
             (or (same? x (car list)) (loop (cdr list))))))
    (define (has-flipped? who same? x list)
      (let loop ((list list))
        (and (not (ended? who 2 list))
             (or (same? (car list) x) (loop (cdr list))))))

    (define (subset? who same? a b)
      (let loop ((a a))
        (or (ended? who 2 a)
            (and (has? who same? (car a) b) (loop (cdr a))))))

    (define (neighbours? fits? lists)
      (or (null? lists)
          (let loop ((a (car lists)) (rest (cdr lists)))
            (or (null? rest)
                (and (or (eq? a (car rest)) (fits? a (car rest)))
                     (loop (car rest) (cdr rest)))))))

    (define (lset<= same? . lists)
      "True if each list is a subset of the next."
      (neighbours? (lambda (a b) (subset? "lset<=" same? a b)) lists))

    (define (lset= same? . lists)
      "True if the lists are the same set."
      (neighbours? (lambda (a b)
                     (and (subset? "lset=" same? a b)
                          (subset? "lset=" (lambda (x y) (same? y x)) b a)))
                   lists))

    (define (adjoin who same? set elements)
      (let loop ((set set) (elements elements))
        (cond ((ended? who 2 elements) set)
              ((has-flipped? who same? (car elements) set)
               (loop set (cdr elements)))
              (else (loop (cons (car elements) set) (cdr elements))))))

    (define (lset-adjoin same? set . elements)
      "The list with those elements in front that it does not have."
      (adjoin "lset-adjoin" same? set elements))

    (define (lset-union same? . lists)
      "The elements that a list has."
      (if (null? lists)
          '()
          (let loop ((union (car lists)) (rest (cdr lists)))
            (cond ((null? rest) union)
                  ((null? union) (loop (car rest) (cdr rest)))
                  ((eq? union (car rest)) (loop union (cdr rest)))
                  (else (loop (adjoin "lset-union" same? union (car rest))
                              (cdr rest)))))))

    (define (in-all? who same? x lists)
      (or (null? lists)
          (and (has? who same? x (car lists))
               (in-all? who same? x (cdr lists)))))
    (define (in-one? who same? x lists)
      (and (pair? lists)
           (or (has? who same? x (car lists))
               (in-one? who same? x (cdr lists)))))

    (define (lset-intersection same? list . more)
      "The elements of the first list that all others have."
      (filter (lambda (x) (in-all? "lset-intersection" same? x more)) list))

    (define (lset-difference same? list . more)
      "The elements of the first list that no other has."
      (remove (lambda (x) (in-one? "lset-difference" same? x more)) list))

    (define (lset-xor same? . lists)
      "The elements that an odd number of lists have."
      (define (two a b)
        (let loop ((rest a)
                   (result (remove (lambda (x) (has? "lset-xor" same? x a))
                                   b)))
          (cond ((ended? "lset-xor" 2 rest) result)
                ((has? "lset-xor" same? (car rest) b)
                 (loop (cdr rest) result))
                (else (loop (cdr rest) (cons (car rest) result))))))
      (if (null? lists)
          '()
          (fold (lambda (list result) (two result list))
                (car lists) (cdr lists))))

    (define (lset-diff+intersection same? list . more)
      "Two values: lset-difference, and the other elements of the first list."
      (partition (lambda (x)
                   (not (in-one? "lset-diff+intersection" same? x more)))
                 list))))
