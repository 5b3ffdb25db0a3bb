;;; SRFI 95: sorting and merging of lists and vectors, the sequence first.
(define-library (srfi 95)
  (export sorted? merge merge! sort sort!)
  (import (plc core) (plc primitives) (plc arguments)
          (only (srfi 132) list-sorted? vector-sorted? list-merge list-sort
                vector-sort))
  (begin
    ;; less? on what the optional key says of elements.
    (define (order-by less? key)
      (if (pair? key)
          (let ((key (car key)))
            (lambda (a b) (less? (key a) (key b))))
          less?))

    (define (check-sequence who sequence)
      (if (not (or (null? sequence) (pair? sequence) (vector? sequence)))
          (wrong-type who "a list or vector" 1 sequence)))

    (define (check-order who position less? key)
      (check-callable who position less?)
      (if (pair? key) (check-callable who (+ position 1) (car key))))

    (define (sorted? sequence less? :up-to 1 key)
      "True if no element is less than the one before it."
      (check-sequence "sorted?" sequence)
      (check-order "sorted?" 2 less? key)
      (let ((less? (order-by less? key)))
        (if (vector? sequence)
            (vector-sorted? less? sequence)
            (list-sorted? less? sequence))))

    (define (merge a b less? :up-to 1 key)
      "The sorted list of the elements of two sorted lists."
      (check-type list? "merge" "a list" 1 a)
      (check-type list? "merge" "a list" 2 b)
      (check-order "merge" 3 less? key)
      (list-merge (order-by less? key) a b))

    (define (merge! a b less? :up-to 1 key)
      "As merge, but may use the pairs of the lists."
      (check-type list? "merge!" "a list" 1 a)
      (check-type list? "merge!" "a list" 2 b)
      (check-order "merge!" 3 less? key)
      (list-merge (order-by less? key) a b))

    (define (sort sequence less? :up-to 1 key)
      "A sorted list or vector of the elements; equal ones keep their order."
      (check-sequence "sort" sequence)
      (check-order "sort" 2 less? key)
      (let ((less? (order-by less? key)))
        (if (vector? sequence)
            (vector-sort less? sequence)
            (list-sort less? sequence))))

    (define (sort! sequence less? :up-to 1 key)
      "Sorts a list or vector in place: the first pair stays the first."
      (check-sequence "sort!" sequence)
      (check-order "sort!" 2 less? key)
      (let ((less? (order-by less? key)))
        (if (vector? sequence)
            (vector-copy! sequence 0 (vector-sort less? sequence))
            (let loop ((pairs sequence) (sorted (list-sort less? sequence)))
              (when (pair? pairs)
                (set-car! pairs (car sorted))
                (loop (cdr pairs) (cdr sorted)))))
        sequence))))
