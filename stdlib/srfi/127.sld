;;; SRFI 127: lazy sequences: lists whose last pair may have a generator for its
;;; tail, which is asked for the next element when that is wanted.
(define-library (srfi 127)
  (export
   generator->lseq lseq? lseq=? lseq-car (rename lseq-car lseq-first) lseq-cdr
   (rename lseq-cdr lseq-rest) lseq-ref lseq-take lseq-drop lseq-realize
   lseq->generator lseq-length lseq-append lseq-zip lseq-map lseq-for-each
   lseq-filter lseq-remove lseq-find lseq-find-tail lseq-take-while
   lseq-drop-while lseq-any lseq-every lseq-index lseq-member lseq-memq
   lseq-memv)
  (import (plc core) (plc primitives) (plc arguments) (plc list))
  (begin
    (define (part? object)
      (or (null? object) (pair? object)))

    (define-syntax check-lseq
      (syntax-rules ()
        ((_ who position lseq)
         (check-type part? who "a lazy sequence" position lseq))))

    (define (lseq? object)
      "True of a list, or one with a generator for its last tail."
      (let loop ((object object))
        (cond ((pair? object)
               (or (procedure? (cdr object)) (loop (cdr object))))
              (else (null? object)))))

    (define (generator->lseq generator)
      "The sequence of what a generator gives."
      (check-callable "generator->lseq" 1 generator)
      (let ((first (generator)))
        (if (eof-object? first) '() (cons first generator))))

    (define (lseq-car lseq)
      "The first element."
      (check-type pair? "lseq-car" "a sequence that is not empty" 1 lseq)
      (car lseq))

    (define (lseq-cdr lseq)
      "The sequence behind the first element."
      (check-type pair? "lseq-cdr" "a sequence that is not empty" 1 lseq)
      (rest lseq))

    ;; What the generator gives becomes a part of the list.
    (define (rest lseq)
      (let ((tail (cdr lseq)))
        (if (procedure? tail)
            (let* ((next (tail))
                   (tail (if (eof-object? next) '() (cons next tail))))
              (set-cdr! lseq tail)
              tail)
            tail)))

    (define (lseq=? same? a b)
      "True if two sequences have the same elements."
      (check-callable "lseq=?" 1 same?)
      (check-lseq "lseq=?" 2 a)
      (check-lseq "lseq=?" 3 b)
      (let loop ((a a) (b b))
        (if (and (pair? a) (pair? b))
            (and (same? (car a) (car b)) (loop (rest a) (rest b)))
            (and (null? a) (null? b)))))

    (define (drop who lseq n)
      (check-lseq who 1 lseq)
      (check-count who 2 n)
      (let loop ((lseq lseq) (left n))
        (cond ((eqv? left 0) lseq)
              ((pair? lseq) (loop (rest lseq) (- left 1)))
              (else (bad-index who n (- n left))))))

    (define (lseq-ref lseq n)
      "The element at an index."
      (let ((tail (drop "lseq-ref" lseq n)))
        (if (null? tail) (bad-index "lseq-ref" n n))
        (car tail)))

    (define (lseq-drop lseq n)
      "The sequence behind the first n elements."
      (drop "lseq-drop" lseq n))

    (define (lseq-take lseq n)
      "The sequence of the first n elements."
      (check-lseq "lseq-take" 1 lseq)
      (check-count "lseq-take" 2 n)
      (let ((next (lseq->generator lseq)) (left n))
        (generator->lseq
         (lambda ()
           (if (eqv? left 0)
               (eof-object)
               (let ((x (next)))
                 (if (eof-object? x) (bad-index "lseq-take" n (- n left)))
                 (set! left (- left 1))
                 x))))))

    (define (lseq-realize lseq)
      "The sequence, as a list by now."
      (check-lseq "lseq-realize" 1 lseq)
      (let loop ((at lseq))
        (if (pair? at) (loop (rest at))))
      lseq)

    (define (lseq->generator lseq)
      "A generator of the elements."
      (check-lseq "lseq->generator" 1 lseq)
      (let ((at lseq) (begun? #f))
        (lambda ()
          (if (and begun? (pair? at)) (set! at (rest at)))
          (set! begun? #t)
          (if (pair? at) (car at) (eof-object)))))

    (define (lseq-length lseq)
      "How many elements there are."
      (length (lseq-realize lseq)))

    (define (lseq-append . lseqs)
      "The elements of the sequences, one after the other."
      (check-all "lseq-append" "a lazy sequence" 1 part? lseqs)
      (let ((generators (map lseq->generator lseqs)))
        (generator->lseq
         (lambda ()
           (let loop ()
             (if (null? generators)
                 (eof-object)
                 (let ((x ((car generators))))
                   (if (eof-object? x)
                       (begin (set! generators (cdr generators)) (loop))
                       x))))))))

    ;; A procedure for the lists of elements that stand side by side, #f at the
    ;; end of the shortest sequence.
    (define (rows who first others)
      (check-all who "a lazy sequence" 2 part? (cons first others))
      (let ((generators (map lseq->generator (cons first others))))
        (lambda ()
          (let ((row (map (lambda (generator) (generator)) generators)))
            (and (not (any eof-object? row)) row)))))

    (define (lseq-map f first . others)
      "The sequence of what f gives for the elements."
      (check-callable "lseq-map" 1 f)
      (let ((next (rows "lseq-map" first others)))
        (generator->lseq
         (lambda ()
           (let ((row (next)))
             (if row (apply f row) (eof-object)))))))

    (define (lseq-zip first . others)
      "The sequence of lists of elements that stand side by side."
      (apply lseq-map list first others))

    (define (lseq-for-each f first . others)
      "Calls f with the elements."
      (check-callable "lseq-for-each" 1 f)
      (let ((next (rows "lseq-for-each" first others)))
        (let loop ((row (next)))
          (when row
            (apply f row)
            (loop (next))))))

    (define (select who fits? lseq)
      (check-callable who 1 fits?)
      (check-lseq who 2 lseq)
      (let ((next (lseq->generator lseq)))
        (generator->lseq
         (lambda ()
           (let loop ((x (next)))
             (if (or (eof-object? x) (fits? x)) x (loop (next))))))))

    (define (lseq-filter fits? lseq)
      "The sequence of the elements that fit."
      (select "lseq-filter" fits? lseq))

    (define (lseq-remove fits? lseq)
      "The sequence of the elements that do not fit."
      (check-callable "lseq-remove" 1 fits?)
      (select "lseq-remove" (lambda (x) (not (fits? x))) lseq))

    (define (tail-from who fits? lseq)
      (check-callable who 1 fits?)
      (check-lseq who 2 lseq)
      (let loop ((lseq lseq))
        (cond ((null? lseq) #f)
              ((fits? (car lseq)) lseq)
              (else (loop (rest lseq))))))

    (define (lseq-find-tail fits? lseq)
      "The sequence from the first element that fits, or #f."
      (tail-from "lseq-find-tail" fits? lseq))

    (define (lseq-find fits? lseq)
      "The first element that fits, or #f."
      (let ((tail (tail-from "lseq-find" fits? lseq)))
        (and tail (car tail))))

    (define (lseq-take-while fits? lseq)
      "The sequence of the elements before the first that does not fit."
      (check-callable "lseq-take-while" 1 fits?)
      (check-lseq "lseq-take-while" 2 lseq)
      (let ((next (lseq->generator lseq)))
        (generator->lseq
         (lambda ()
           (let ((x (next)))
             (if (and (not (eof-object? x)) (fits? x)) x (eof-object)))))))

    (define (lseq-drop-while fits? lseq)
      "The sequence from the first element that does not fit."
      (check-callable "lseq-drop-while" 1 fits?)
      (or (tail-from "lseq-drop-while" (lambda (x) (not (fits? x))) lseq) '()))

    (define (lseq-any fits? first . others)
      "The first true value of fits? for elements side by side, or #f."
      (check-callable "lseq-any" 1 fits?)
      (let ((next (rows "lseq-any" first others)))
        (let loop ((row (next)))
          (and row (or (apply fits? row) (loop (next)))))))

    (define (lseq-every fits? first . others)
      "The last value of fits? if all are true, else #f."
      (check-callable "lseq-every" 1 fits?)
      (let ((next (rows "lseq-every" first others)))
        (let loop ((row (next)) (value #t))
          (if (and row value) (loop (next) (apply fits? row)) value))))

    (define (lseq-index fits? first . others)
      "The index of the first elements side by side that fit, or #f."
      (check-callable "lseq-index" 1 fits?)
      (let ((next (rows "lseq-index" first others)))
        (let loop ((row (next)) (i 0))
          (and row (if (apply fits? row) i (loop (next) (+ i 1)))))))

    (define (lseq-member x lseq :up-to 1 same?)
      "The sequence from the first element that is the same as x, or #f."
      (let ((same? (option 0 same? equal?)))
        (check-callable "lseq-member" 3 same?)
        (check-lseq "lseq-member" 2 lseq)
        (tail-from "lseq-member" (lambda (y) (same? x y)) lseq)))

    (define (lseq-memq x lseq)
      "lseq-member with eq?."
      (check-lseq "lseq-memq" 2 lseq)
      (lseq-member x lseq eq?))

    (define (lseq-memv x lseq)
      "lseq-member with eqv?."
      (check-lseq "lseq-memv" 2 lseq)
      (lseq-member x lseq eqv?))))
