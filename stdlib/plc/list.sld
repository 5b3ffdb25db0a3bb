;;; Lists: the procedures that call Lisp.
;;;
;;; A list that does not end in () raises wrong-type. `map` does not mutate what
;;; it has returned: a continuation captured in its procedure may be used twice.
(define-library (plc list)
  (export map for-each append-map filter remove partition reduce fold-left
          fold-right fold find find-tail any every list-index delete
          delete-duplicates member assoc iota list-head last last-pair
          append! reverse! vector-binary-search count
          filter-map assert-list range append-reverse
          any-ended? cars cdrs foreign-walk)
  (import (plc core) (plc primitives) (plc arguments))
  (begin
    (define (map1 f list)
      (if (ended? "map" 2 list)
          '()
          (let ((value (f (car list))))
            (cons value (map1 f (cdr list))))))

    (define (map2 f a b)
      (if (or (ended? "map" 2 a) (ended? "map" 3 b))
          '()
          (let ((value (f (car a) (car b))))
            (cons value (map2 f (cdr a) (cdr b))))))

    (define (any-ended? who position lists)
      "True if a list is at its end; the first is an argument at position."
      (and (pair? lists)
           (or (ended? who position (car lists))
               (any-ended? who (+ position 1) (cdr lists)))))

    (define (cars lists) (map1 car lists))
    (define (cdrs lists) (map1 cdr lists))

    (define (mapn who f lists)
      (if (any-ended? who 2 lists)
          '()
          (let ((value (apply f (cars lists))))
            (cons value (mapn who f (cdrs lists))))))

    ;; What stands for a list: itself, or the elements of an object of another
    ;; language.
    (define-syntax listed
      (syntax-rules ()
        ((_ list) (if (or (pair? list) (null? list)) list (elements list)))))

    (define (elements object)
      (if (foreign? object) (foreign-elements object) object))

    (define (foreign-elements object)
      (let ((list '()))
        (foreign-walk (lambda (x) (set! list (cons x list))) object)
        (reverse list)))

    (define (foreign-walk f object)
      "Calls f with each element that the host finds in the object."
      (let* ((iterator (foreign-iterate object))
             ;; The iterator is no element of itself.
             (next (if (foreign-async? iterator)
                       (lambda () (await (foreign-next iterator iterator)))
                       (lambda () (foreign-next iterator iterator)))))
        (let loop ((x (next)))
          (if (not (eq? x iterator))
              (begin (f x)
                     (loop (next)))))))

    (define (map f list . more)
      "The values of f for the elements of the lists, up to the shortest."
      (check-callable "map" 1 f)
      (cond ((null? more) (map1 f (listed list)))
            ((null? (cdr more))
             (let ((other (car more)))
               (map2 f (listed list) (listed other))))
            (else (mapn "map" f (cons (listed list) (map1 elements more))))))

    (define (for-each1 f list)
      (if (not (ended? "for-each" 2 list))
          (begin (f (car list))
                 (for-each1 f (cdr list)))))

    (define (for-each2 f a b)
      (if (not (or (ended? "for-each" 2 a) (ended? "for-each" 3 b)))
          (begin (f (car a) (car b))
                 (for-each2 f (cdr a) (cdr b)))))

    (define (for-eachn f lists)
      (if (not (any-ended? "for-each" 2 lists))
          (begin (apply f (cars lists))
                 (for-eachn f (cdrs lists)))))

    (define (for-each f list . more)
      "Calls f with the elements of the lists in order, up to the shortest."
      (check-callable "for-each" 1 f)
      (cond ((null? more) (for-each1 f (listed list)))
            ((null? (cdr more))
             (let ((other (car more)))
               (for-each2 f (listed list) (listed other))))
            (else (for-eachn f (cons (listed list) (map1 elements more))))))

    (define (append-map1 f list)
      (if (ended? "append-map" 2 list)
          '()
          (let* ((value (f (car list))) (rest (append-map1 f (cdr list))))
            (if (null? rest) value (append value rest)))))

    (define (append-map f list . more)
      "The lists that f returns, appended."
      (check-callable "append-map" 1 f)
      (if (null? more)
          (append-map1 f list)
          (append-map1 itself (mapn "append-map" f (cons list more)))))

    (define (itself x) x)

    (define (filter-map1 f list)
      (if (ended? "filter-map" 2 list)
          '()
          (let ((value (f (car list))))
            (if value
                (cons value (filter-map1 f (cdr list)))
                (filter-map1 f (cdr list))))))

    (define (filter-map f list . more)
      "The true values of f for the elements, up to the shortest list."
      (check-callable "filter-map" 1 f)
      (if (null? more)
          (filter-map1 f list)
          (filter-map1 itself (mapn "filter-map" f (cons list more)))))

    (define (filter keep? list)
      "The elements for which keep? is true."
      (check-callable "filter" 1 keep?)
      (let next ((list list))
        (cond ((ended? "filter" 2 list) '())
              ((keep? (car list))
               (let ((first (car list)))
                 (cons first (next (cdr list)))))
              (else (next (cdr list))))))

    (define (remove drop? list)
      "The elements for which drop? is false."
      (check-callable "remove" 1 drop?)
      (let next ((list list))
        (if (ended? "remove" 2 list)
            '()
            (let ((first (car list)))
              (if (drop? first)
                  (next (cdr list))
                  (cons first (next (cdr list))))))))

    (define (partition first? list)
      "Two values: the elements for which first? is true, and the others."
      (check-callable "partition" 1 first?)
      (let loop ((list list) (in '()) (out '()))
        (cond ((ended? "partition" 2 list) (values (reverse in) (reverse out)))
              ((first? (car list)) (loop (cdr list) (cons (car list) in) out))
              (else (loop (cdr list) in (cons (car list) out))))))

    (define (fold f initial list . more)
      "SRFI 1: (f element accumulated), from the first element on."
      (check-callable "fold" 1 f)
      (if (null? more)
          (let loop ((accumulated initial) (list list))
            (if (ended? "fold" 3 list)
                accumulated
                (loop (f (car list) accumulated) (cdr list))))
          (let loop ((accumulated initial) (lists (cons list more)))
            (if (any-ended? "fold" 3 lists)
                accumulated
                (loop (apply f (append (cars lists) (cons accumulated '())))
                      (cdrs lists))))))

    (define (fold-left f initial list . more)
      "(f accumulated element), from the first element on."
      (check-callable "fold-left" 1 f)
      (if (null? more)
          (let loop ((accumulated initial) (list list))
            (if (ended? "fold-left" 3 list)
                accumulated
                (loop (f accumulated (car list)) (cdr list))))
          (let loop ((accumulated initial) (lists (cons list more)))
            (if (any-ended? "fold-left" 3 lists)
                accumulated
                (loop (apply f accumulated (cars lists)) (cdrs lists))))))

    (define (fold-right f initial list . more)
      "(f element accumulated), from the last element on."
      (check-callable "fold-right" 1 f)
      (if (null? more)
          (let loop ((list list))
            (if (ended? "fold-right" 3 list)
                initial
                (f (car list) (loop (cdr list)))))
          (let loop ((lists (cons list more)))
            (if (any-ended? "fold-right" 3 lists)
                initial
                (apply f (append (cars lists)
                                 (cons (loop (cdrs lists)) '())))))))

    (define (reduce f initial list)
      "fold with the first element as the start; initial for no elements."
      (check-callable "reduce" 1 f)
      (if (ended? "reduce" 3 list)
          initial
          (fold f (car list) (cdr list))))

    (define (find-tail found? list)
      "The first tail whose car fits, or #f."
      (check-callable "find-tail" 1 found?)
      (let next ((list list))
        (cond ((ended? "find-tail" 2 list) #f)
              ((found? (car list)) list)
              (else (next (cdr list))))))

    (define (find found? list)
      "The first element that fits, or #f."
      (check-callable "find" 1 found?)
      (let ((tail (find-tail found? list)))
        (and tail (car tail))))

    (define (any test list . more)
      "The first true value of test, or #f."
      (check-callable "any" 1 test)
      (if (null? more)
          (let loop ((list list))
            (cond ((ended? "any" 2 list) #f)
                  ((null? (cdr list)) (test (car list)))
                  (else (or (test (car list)) (loop (cdr list))))))
          (let loop ((lists (cons list more)))
            (and (not (any-ended? "any" 2 lists))
                 (or (apply test (cars lists)) (loop (cdrs lists)))))))

    (define (every test list . more)
      "The last value of test if all are true, else #f."
      (check-callable "every" 1 test)
      (if (null? more)
          (let loop ((list list))
            (cond ((ended? "every" 2 list) #t)
                  ((null? (cdr list)) (test (car list)))
                  (else (and (test (car list)) (loop (cdr list))))))
          (let loop ((lists (cons list more)) (last #t))
            (if (any-ended? "every" 2 lists)
                last
                (let ((value (apply test (cars lists))))
                  (and value (loop (cdrs lists) value)))))))

    (define (count test list . more)
      "How many elements fit, up to the shortest list."
      (check-callable "count" 1 test)
      (if (null? more)
          (let loop ((list list) (n 0))
            (if (ended? "count" 2 list)
                n
                (loop (cdr list) (if (test (car list)) (+ n 1) n))))
          (let loop ((lists (cons list more)) (n 0))
            (if (any-ended? "count" 2 lists)
                n
                (loop (cdrs lists) (if (apply test (cars lists)) (+ n 1) n))))))

    (define (list-index found? list . more)
      "The index of the first element that fits, or #f."
      (check-callable "list-index" 1 found?)
      (if (null? more)
          (let loop ((list list) (i 0))
            (cond ((ended? "list-index" 2 list) #f)
                  ((found? (car list)) i)
                  (else (loop (cdr list) (+ i 1)))))
          (let loop ((lists (cons list more)) (i 0))
            (cond ((any-ended? "list-index" 2 lists) #f)
                  ((apply found? (cars lists)) i)
                  (else (loop (cdrs lists) (+ i 1)))))))

    (define (member x list :up-to 1 compare)
      "The first tail whose car equals x, or #f."
      (if (null? compare)
          (%member x list)
          (let ((same? (car compare)))
            (check-callable "member" 3 same?)
            (let loop ((list list))
              (cond ((ended? "member" 2 list) #f)
                    ((same? x (car list)) list)
                    (else (loop (cdr list))))))))

    (define (assoc x list :up-to 1 compare)
      "The first pair of the list whose car equals x, or #f."
      (if (null? compare)
          (%assoc x list)
          (let ((same? (car compare)))
            (check-callable "assoc" 3 same?)
            (let loop ((rest list))
              (if (ended? "assoc" 2 rest)
                  #f
                  (let ((entry (car rest)))
                    (check-type pair? "assoc" "a list of pairs" 2 entry)
                    (if (same? x (car entry))
                        entry
                        (loop (cdr rest)))))))))

    (define (delete x list :up-to 1 compare)
      "The elements that do not equal x."
      (let ((same? (if (null? compare) equal? (car compare))))
        (let loop ((list list))
          (cond ((ended? "delete" 2 list) '())
                ((same? x (car list)) (loop (cdr list)))
                (else (let ((first (car list)))
                        (cons first (loop (cdr list)))))))))

    (define (delete-duplicates list :up-to 1 compare)
      "The first of each set of equal elements, in order."
      (let ((same? (if (null? compare) equal? (car compare))))
        (let loop ((list list) (kept '()))
          (cond ((ended? "delete-duplicates" 1 list) (reverse kept))
                ((any (lambda (y) (same? y (car list))) kept)
                 (loop (cdr list) kept))
                (else (loop (cdr list) (cons (car list) kept)))))))

    (define (iota count :up-to 2 options)
      "The list of count numbers from start (0) in steps of step (1)."
      (check-count "iota" 1 count)
      (let ((start (option 0 options 0)) (step (option 1 options 1)))
        ;; The start itself is first: an inexact step leaves it exact.
        (let loop ((i (- count 1)) (list '()))
          (cond ((< i 0) list)
                ((= i 0) (cons start list))
                (else (loop (- i 1) (cons (+ start (* i step)) list)))))))

    (define (range a :up-to 2 options)
      "The numbers from 0 or a to below an end, in steps of 1 or step."
      (let* ((start (if (null? options) 0 a))
             (end (if (null? options) a (car options)))
             (step (if (and (pair? options) (pair? (cdr options)))
                       (cadr options)
                       1)))
        (let loop ((x start) (list '()))
          (if (if (negative? step) (> x end) (< x end))
              (loop (+ x step) (cons x list))
              (reverse list)))))

    (define (list-head list k)
      "The first k elements."
      (check-count "list-head" 2 k)
      (let loop ((rest list) (k k))
        (cond ((= k 0) '())
              ((pair? rest) (cons (car rest) (loop (cdr rest) (- k 1))))
              (else (wrong-type "list-head" "a longer list" 1 list)))))

    (define (last-pair list)
      "The last pair of a list."
      (check-type pair? "last-pair" "a pair" 1 list)
      (let loop ((list list))
        (if (pair? (cdr list)) (loop (cdr list)) list)))

    (define (last list)
      "The last element."
      (check-type pair? "last" "a pair" 1 list)
      (car (last-pair list)))

    (define (append! . lists) (apply append lists))
    (define (reverse! list) (reverse list))

    (define (assert-list who list)
      (if (not (list? list))
          (error (string-append who ": not a list") list)))

    (define (append-reverse reversed tail)
      "The elements of the first list in reverse order, then the tail."
      (if (null? reversed)
          tail
          (append-reverse (cdr reversed) (cons (car reversed) tail))))

    (define (vector-binary-search vector key compare)
      "The element for which (compare key element) is 0, or #f."
      (let loop ((low 0) (high (vector-length vector)))
        (if (>= low high)
            #f
            (let* ((middle (quotient (+ low high) 2))
                   (order (compare key (vector-ref vector middle))))
              (cond ((= order 0) (vector-ref vector middle))
                    ((< order 0) (loop low middle))
                    (else (loop (+ middle 1) high)))))))))
