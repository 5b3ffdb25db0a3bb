;;; Macros that define macros: a pattern matcher, a state-machine compiler,
;;; CK-machine style computations, loops with anaphora done hygienically.
(import (scheme base) (scheme write))

;; A small pattern matcher.
(define-syntax match
  (syntax-rules (else)
    ((_ x clause ...) (let ((v x)) (match-clauses v clause ...)))))
(define-syntax match-clauses
  (syntax-rules (else)
    ((_ v) (error "no clause matches" v))
    ((_ v (else e ...)) (begin e ...))
    ((_ v (p e ...) clause ...)
     (let ((fail (lambda () (match-clauses v clause ...))))
       (match-one v p (begin e ...) (fail))))))
(define-syntax match-one
  (syntax-rules (quote ?)
    ((m v () k f) (if (null? v) k f))
    ((m v 'd k f) (if (equal? v 'd) k f))
    ((m v (? pred p) k f) (if (pred v) (match-one v p k f) f))
    ((m v (p . q) k f)
     (if (pair? v)
         (let ((a (car v)) (d (cdr v)))
           (match-one a p (match-one d q k f) f))
         f))
    ((m v #(p ...) k f)
     (if (vector? v) (let ((l (vector->list v))) (match-one l (p ...) k f)) f))
    ((m v x k f)
     (let-syntax ((sym? (syntax-rules ()
                          ((sym? x yes no) yes)
                          ((sym? y yes no) no))))
       (match-name v x k f)))))
(define-syntax match-name
  (syntax-rules ()
    ((_ v x k f)
     (let-syntax ((test (syntax-rules () ((test x) (symbol-case)) ((test other)
                                                                   (literal-case)))))
       (let ((x v)) k)))))

(define (simplify e)
  (match e
    (('+ (? number? a) (? number? b)) (+ a b))
    (('* (? zero-number? a) b) 0)
    (('+ a 'zero) (simplify a))
    (('+ a b) (list '+ (simplify a) (simplify b)))
    (('* a b) (list '* (simplify a) (simplify b)))
    (#(a b) (list 'vector b a))
    (else e)))
(define (zero-number? x) (and (number? x) (zero? x)))
(for-each (lambda (e) (write (simplify e)) (newline))
          '((+ 1 2) (* 0 x) (+ y zero) (+ (+ 1 2) (* z (+ 3 4))) #(p q) sym))

;; A state machine: states become mutually recursive procedures.
(define-syntax automaton
  (syntax-rules (accept)
    ((_ init (state clause ...) ...)
     (letrec ((state (lambda (stream) (automaton-state stream clause ...))) ...)
       init))))
(define-syntax automaton-state
  (syntax-rules (accept ->)
    ((_ s accept) (null? s))
    ((_ s accept rest ...) (or (null? s) (automaton-state s rest ...)))
    ((_ s (label ... -> target) ...)
     (and (pair? s)
          (case (car s)
            ((label ...) (target (cdr s))) ...
            (else #f))))))
(define cadr-machine
  (automaton init
    (init (c -> more))
    (more (a d -> more) (r -> end))
    (end accept)))
(write (map cadr-machine '((c a d a d r) (c a r) (c r) (c a d) (a r) (c a x
                                                                      r))))
                                                                      (newline)

;; A macro that defines a macro that defines procedures.
(define-syntax define-family
  (syntax-rules ()
    ((_ name (op proc) ...)
     (define-syntax name
       (syntax-rules (op ...)
         ((_ op . args) (proc . args)) ...
         ((_ other . args) '(unknown other)))))))
(define-family arithmetic (plus +) (minus -) (list list))
(write (list (arithmetic plus 1 2 3) (arithmetic minus 10 4) (arithmetic list
                                                              'a) (arithmetic
                                                                   power 2)))
                                                                   (newline)
(define-syntax define-getters
  (syntax-rules ()
    ((_ (name index) ...)
     (begin (define (name v) (vector-ref v index)) ...))))
(define-getters (first-of 0) (second-of 1))
(write (map first-of '(#(a b) #(c d)))) (write (second-of '#(a b))) (newline)

;; Ellipses in generated macros.
(define-syntax define-variadic
  (syntax-rules ()
    ((_ name zero combine)
     (define-syntax name
       (syntax-rules ()
         ((_) zero)
         ((_ x y (... ...)) (combine x (name y (... ...)))))))))
(define-variadic sum-of 0 +)
(define-variadic list-of '() cons)
(write (list (sum-of) (sum-of 1 2 3) (list-of 'a 'b))) (newline)

;; Reversal and quotation in a CK machine.
(define-syntax ck
  (syntax-rules (quote)
    ((_ () 'v) v)
    ((_ (((op ...) ea ...) . s) 'v) (ck-arg s (op ... 'v) ea ...))
    ((_ s (op ea ...)) (ck-arg s (op) ea ...))))
(define-syntax ck-arg
  (syntax-rules (quote)
    ((_ s (op va ...)) (op s va ...))
    ((_ s (op ...) 'v ea1 ...) (ck-arg s (op ... 'v) ea1 ...))
    ((_ s (op ...) ea ea1 ...) (ck (((op ...) ea1 ...) . s) ea))))
(define-syntax c-cons (syntax-rules (quote) ((_ s 'h 't) (ck s '(h . t)))))
(define-syntax c-append
  (syntax-rules (quote)
    ((_ s '() 'l2) (ck s 'l2))
    ((_ s '(h . t) 'l2) (ck s (c-cons 'h (c-append 't 'l2))))))
(define-syntax c-reverse
  (syntax-rules (quote)
    ((_ s '()) (ck s '()))
    ((_ s '(h . t)) (ck s (c-append (c-reverse 't) '(h))))))
(define-syntax c-quote (syntax-rules (quote) ((_ s 'x) (ck s ''x))))
(write (ck () (c-quote (c-reverse '(1 2 3 4 5))))) (newline)
(write (ck () (c-cons '+ (c-append '(1 2) '(3 4))))) (newline)

;; Hygiene under capture attempts.
(define-syntax my-or2 (syntax-rules () ((_ a b) (let ((t a)) (if t t b)))))
(define-syntax while
  (syntax-rules ()
    ((_ cond body ...) (let loop () (when cond body ... (loop))))))
(define-syntax for
  (syntax-rules (in from to by)
    ((_ x from a to b by s body ...) (let ((end b)) (do ((x a (+ x s)))
                                                     ((> x end)) body ...)))
    ((_ x from a to b body ...) (for x from a to b by 1 body ...))
    ((_ x in l body ...) (for-each (lambda (x) body ...) l))))
(let ((t 5) (if list) (loop 7) (end 3) (out '()))
  (define i 0)
  (while (< i 3) (set! out (cons (+ i loop) out)) (set! i (+ i 1)))
  (for x from end to 6 by 2 (set! out (cons (cons x end) out)))
  (for x in '(p q) (set! out (cons x out)))
  (write (list (my-or2 #f t) (reverse out))) (newline))

;; Local macros over local variables, shadowing a macro by a variable.
(define (counter)
  (let ((n 0))
    (define-syntax bump! (syntax-rules () ((_) (bump! 1)) ((_ k) (begin (set! n
                                                                         (+ n
                                                                          k))
                                                                          n))))
    (define first (bump!))
    (define second (bump! 10))
    (let ((bump! (lambda (x) (* x n)))) (list first second (bump! 2)))))
(write (counter)) (newline)
(define-syntax with-temporaries
  (syntax-rules ()
    ((_ (a b) ...) (with-temporaries "gen" ((a b) ...) ()))
    ((_ "gen" () ((t a b) ...)) (let ((t b) ...) (set! a t) ...))
    ((_ "gen" ((a b) rest ...) (done ...)) (with-temporaries "gen" (rest ...)
                                            (done ... (tmp a b))))))
(let ((x 1) (y 2) (z 3))
  (with-temporaries (x y) (y z) (z x))
  (write (list x y z)) (newline))
(define-syntax nested
  (syntax-rules ()
    ((_ ((k v ...) ...) ...) '(((k ... ) (v ... ...)) ...))))
(write (nested ((a 1 2) (b)) () ((c 3)))) (newline)
(define-syntax matrix->lists
  (syntax-rules () ((_ #((x y ...) ...)) '((x ...) #(y ... ...)))))
(write (matrix->lists #((1 2 3) (4 5 6)))) (newline)
(define-syntax tail (syntax-rules () ((_ x ... y z . w) '((x ...) y z w))))
(write (list (tail 1 2) (tail 1 2 3 4 . 5))) (newline)
