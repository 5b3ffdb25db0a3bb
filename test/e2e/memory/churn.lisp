;; Much allocation of every kind with a little that survives, and checks that
;; what survives is what was stored. Run with GC stress, too.

(define (check what ok) (if (not ok) (begin (display what) (newline))))

(define keep (make-vector 100 #f))

(define (store! i)
  (vector-set! keep (modulo i 100)
               (list i
                     (number->string i)
                     (vector i (* i 1.5) (cons i i))
                     (string->symbol (string-append "s" (number->string (modulo i 10))))
                     (* i 1000000007 1000000009)
                     (lambda (x) (+ x i)))))

(define (verify i)
  (let ((entry (vector-ref keep (modulo i 100))))
    (check 'number (= (car entry) i))
    (check 'string (string=? (cadr entry) (number->string i)))
    (check 'vector (and (= (vector-ref (caddr entry) 0) i)
                        (= (vector-ref (caddr entry) 1) (* i 1.5))
                        (= (cdr (vector-ref (caddr entry) 2)) i)))
    (check 'symbol (eq? (cadddr entry)
                        (string->symbol
                         (string-append "s" (number->string (modulo i 10))))))
    (check 'bignum (= (quotient (list-ref entry 4) 1000000007)
                      (* i 1000000009)))
    (check 'closure (= ((list-ref entry 5) 1) (+ i 1)))))

(do ((i 0 (+ i 1)))
    ((= i 2000))
  (store! i)
  (if (>= i 50) (verify (- i 50))))

(define table (make-equal-hash-table))
(do ((i 0 (+ i 1)))
    ((= i 1000))
  (hash-table-set! table (list i (number->string i)) i))
(do ((i 0 (+ i 1)))
    ((= i 1000))
  (check 'table (eqv? (hash-table-ref/default table (list i (number->string i)) #f)
                      i)))
(define by-identity (make-eq-hash-table))
(define keys (let loop ((i 0) (l '())) (if (= i 500) l (loop (+ i 1) (cons (list i) l)))))
(for-each (lambda (k) (hash-table-set! by-identity k (car k))) keys)
(collect-garbage #t)
(for-each (lambda (k)
            (check 'identity (eqv? (hash-table-ref/default by-identity k #f) (car k))))
          keys)
(display "done")
(newline)
