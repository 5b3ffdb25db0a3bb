;; Counts keys in a hash table: integers and strings.
;; input: operations distinct
(define (next-random state) (modulo (+ (* state 1103515245) 12345) 2147483648))

(define (count-integers operations distinct)
  (let ((table (make-eqv-table)))
    (let loop ((i 0) (state 42))
      (if (< i operations)
          (let ((key (modulo (quotient state 16) distinct)))
            (table-set! table key (+ 1 (table-ref table key 0)))
            (loop (+ i 1) (next-random state)))
          (table-size table)))))

(define (make-words n)
  (let ((words (make-vector n)))
    (let loop ((i 0))
      (if (< i n)
          (begin
            (vector-set! words i
                         (string-append "word" (number->string (* i 7919))))
            (loop (+ i 1)))
          words))))

(define (count-words operations words)
  (let ((table (make-string-table)) (n (vector-length words)))
    (let loop ((i 0) (state 7))
      (if (< i operations)
          (let ((key (vector-ref words (modulo (quotient state 16) n))))
            (table-set! table key (+ 1 (table-ref table key 0)))
            (loop (+ i 1) (next-random state)))
          (table-ref table (vector-ref words 0) 0)))))

(define operations (read))
(define distinct (read))
(display (count-integers operations distinct))
(newline)
(display (count-words operations (make-words 1000)))
(newline)
