;; Keys of equal? tables that differ late: the hash must tell them apart, or a
;; table of n such keys takes n * n comparisons.
(import (scheme base) (scheme write) (plc hash-table))
(define (show . xs) (for-each (lambda (x) (write x) (display " ")) xs) (newline))

(define (check name n key)
  (let ((table (make-equal-hash-table)))
    (do ((i 0 (+ i 1)))
        ((= i n))
      (hash-table-set! table (key i) i))
    (show name (hash-table-count table)
          (let loop ((i 0))
            (cond ((= i n) 'all)
                  ((eqv? (hash-table-ref table (key i) (lambda () #f)) i)
                   (loop (+ i 1)))
                  (else i))))))

(define common (make-list 100 'a))
(check 'end-of-list 20000 (lambda (i) (append common (list i))))
(check 'end-of-vector 20000
       (lambda (i) (let ((v (make-vector 100 0))) (vector-set! v 99 i) v)))
(check 'in-between 20000
       (lambda (i) (append common (cons i common))))
(check 'nested 20000 (lambda (i) (list common (list common (vector i)))))
(define long (make-list 6000 'a))
(check 'end-of-long-list 200 (lambda (i) (append long (list i))))
(check 'end-of-pairs 200 (lambda (i) (append long (list (cons 'x i) 1 2 3))))
(check 'length 100 (lambda (i) (make-list (+ 6000 i) 'a)))
(check 'end-of-long-vector 200
       (lambda (i) (let ((v (make-vector 6000 0))) (vector-set! v 5999 i) v)))

;; The same infinite tree, of different circles.
(define (circle n)
  (let ((l (make-list n 'a)))
    (set-cdr! (list-tail l (- n 1)) l)
    l))
(define circles (make-equal-hash-table))
(hash-table-set! circles (circle 3) 'found)
(show (hash-table-ref circles (circle 5) (lambda () #f))
      (hash-table-ref circles (circle 5000) (lambda () #f))
      (hash-table-ref circles (cons 'a (circle 7)) (lambda () #f))
      (hash-table-ref circles (cons 'b (circle 7)) (lambda () #f)))
;; Deep in the cars, and broken off there.
(define (deep n) (if (= n 0) '() (list (deep (- n 1)))))
(define deeps (make-equal-hash-table))
(hash-table-set! deeps (deep 100000) 'found)
(show (hash-table-ref deeps (deep 100000) (lambda () #f))
      (hash-table-ref deeps (deep 99999) (lambda () #f)))
