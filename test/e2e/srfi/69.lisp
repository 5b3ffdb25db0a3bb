;; SRFI 69.
(import (scheme base) (scheme char) (scheme write) (srfi 69) (srfi 64))
(define (id x) x)
(test-begin "srfi-69")

;; The examples of the document.
(define h (alist->hash-table '((a . 1) (b . 2) (a . 3))))
(test-eqv 1 (hash-table-ref h 'a))
(test-eqv 'none (hash-table-ref h 'c (lambda () 'none)))
(test-error (hash-table-ref h 'c))
(test-eqv 2 (hash-table-fold h (lambda (key value count) (+ count 1)) 0))

;; The predefined equivalences, and others.
(for-each
 (lambda (arguments keys)
   (let ((t (apply make-hash-table arguments)))
     (test-assert (hash-table? t))
     (for-each (lambda (key) (hash-table-set! t key (list key))) keys)
     (for-each (lambda (key) (hash-table-set! t key 'last)) keys)
     (test-eqv (length keys) (hash-table-size t))
     (test-equal keys (hash-table-keys t))
     (test-equal (map (lambda (key) 'last) keys) (hash-table-values t))
     (test-eqv (if (pair? arguments) (car arguments) equal?)
               (hash-table-equivalence-function t))
     (test-assert (procedure? (hash-table-hash-function t)))
     (hash-table-delete! t (car keys))
     (hash-table-delete! t (car keys))
     (test-eqv #f (hash-table-exists? t (car keys)))
     (test-eqv (- (length keys) 1) (hash-table-size t))))
 (list '() (list eq?) (list eqv? hash) (list string=?)
       (list string-ci=? string-ci-hash) (list string-ci=?) (list =)
       (list (lambda (a b) (= (abs a) (abs b))) (lambda (x . bound) 7)))
 '(("a" (1 2) 5 c #\d) (a b c) (1 1.0 x) ("a" "A" "b") ("a" "b" "c")
   ("a" "b" "c") (1 2.5 1/3) (1 2 3 4 5)))
(test-error "no hash function" (make-hash-table (lambda (a b) #t)))

(define ci (make-hash-table string-ci=? string-ci-hash))
(hash-table-set! ci "Straße" 1)
(hash-table-update! ci "STRASSE" (lambda (n) (+ n 1)))
(hash-table-update! ci "x" (lambda (n) (* n 2)) (lambda () 5))
(hash-table-update!/default ci "X" (lambda (n) (+ n 1)) 0)
(test-error (hash-table-update! ci "missing" id))
(test-equal '(("Straße" . 2) ("x" . 11)) (hash-table->alist ci))
(test-eqv 11 (hash-table-ref/default ci "X" #f))
(define copy (hash-table-copy ci))
(hash-table-delete! copy "X")
(test-eqv 2 (hash-table-size ci))
(test-eqv 1 (hash-table-size copy))
(test-eqv string-ci=? (hash-table-equivalence-function copy))
(define merged (hash-table-merge! copy (alist->hash-table '(("y" . 1)))))
(test-eqv copy merged)
(test-equal '("Straße" "y") (hash-table-keys copy))
(define walked '())
(hash-table-walk ci (lambda (key value) (set! walked (cons key walked))))
(test-equal '("x" "Straße") walked)

;; A table of many keys, whose hash function is bad, and a thousand more.
(define many
  (make-hash-table (lambda (a b) (= a b)) (lambda (n) (modulo n 50))))
(do ((i 0 (+ i 1))) ((= i 1000)) (hash-table-set! many i (* i i)))
(do ((i 0 (+ i 2))) ((>= i 1000)) (hash-table-delete! many i))
(test-eqv 500 (hash-table-size many))
(test-eqv 998001 (hash-table-ref many 999))
(test-eqv #f (hash-table-exists? many 500))

;; Hash functions respect their bound.
(test-assert (< -1 (hash '(a "b" #(1)) 10) 10))
(test-assert (< -1 (string-hash "abc" 3) 3))
(test-eqv (string-ci-hash "ABC" 100) (string-ci-hash "abc" 100))
(test-assert (< -1 (hash-by-identity h 5) 5))
(test-eqv (hash-by-identity 'a) (hash-by-identity 'a))

;; Conditions name the procedure.
(define-syntax test-names
  (syntax-rules ()
    ((_ text expression)
     (test-equal text
       (guard (e (#t (error-object-message e))) expression)))))
(test-names "hash-table-ref: expected a hash table as argument 1"
            (hash-table-ref (id 5) 1))
(test-names "hash-table-walk: expected a hash table as argument 1"
            (hash-table-walk '() id))
(test-names "hash-table-merge!: expected a hash table as argument 2"
            (hash-table-merge! h 'x))
(test-names "string-ci-hash: expected a string as argument 1"
            (string-ci-hash 'x))
(test-end "srfi-69")
