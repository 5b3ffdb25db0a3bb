;;; Sections 4 to 6.2 of R7RS: expressions, macros, equivalence, numbers.
(import (scheme base) (scheme case-lambda) (scheme char) (scheme complex) (scheme cxr)
        (scheme file) (scheme inexact) (scheme lazy) (scheme process-context)
        (scheme read) (scheme time) (scheme write))
(include "Inputs/r7rs.scm")
;; 4.1
(let ((x 28)) (test 28 x))
(test 'a (quote a)) (test #(a b c) (quote #(a b c))) (test '(+ 1 2) (quote
                                                                     (+ 1 2)))
(test "abc" '"abc") (test 145932 '145932) (test #t '#t)
(test 7 (+ 3 4)) (test 12 ((if #f + *) 3 4))
(test 8 ((lambda (x) (+ x x)) 4))
(define reverse-subtract (lambda (x y) (- y x)))
(test 3 (reverse-subtract 7 10))
(define add4 (let ((x 4)) (lambda (y) (+ x y))))
(test 10 (add4 6))
(test '(3 4 5 6) ((lambda x x) 3 4 5 6))
(test '(5 6) ((lambda (x y . z) z) 3 4 5 6))
(test 'yes (if (> 3 2) 'yes 'no)) (test 1 (if (> 3 2) (- 3 2) (+ 3 2)))
(let () (define x 2) (test 3 (+ x 1)))
;; 4.2
(test 'greater (cond ((> 3 2) 'greater) ((< 3 2) 'less)))
(test 'equal (cond ((> 3 3) 'greater) ((< 3 3) 'less) (else 'equal)))
(test 2 (cond ((assv 'b '((a 1) (b 2))) => cadr) (else #f)))
(test 'composite (case (* 2 3) ((2 3 5 7) 'prime) ((1 4 6 8 9) 'composite)))
(test 'c (case (car '(c d)) ((a e i o u) 'vowel) ((w y) 'semivowel) (else =>
                                                                     (lambda (x)
                                                                      x))))
(test '((other . z) (semivowel . y) (other . x) (semivowel . w) (vowel . u))
    (map (lambda (x) (case x ((a e i o u) => (lambda (w) (cons 'vowel w)))
                       ((w y) (cons 'semivowel x)) (else => (lambda (x) (cons
                                                                         'other
                                                                         x)))))
                                                                         '(z y x
                                                                           w
                                                                           u)))
(test #t (and (= 2 2) (> 2 1))) (test #f (and (= 2 2) (< 2 1))) (test '(f g)
                                                                 (and 1 2 'c
                                                                  '(f g))) (test
                                                                            #t
                                                                            (and))
(test #t (or (= 2 2) (> 2 1))) (test '(b c) (or (memq 'b '(a b c)) (/ 3 0)))
(test #f (or)) (test #f (or #f #f #f))
(test 6 (let ((x 2) (y 3)) (* x y))) (test 35 (let ((x 2) (y 3)) (let ((x 7)
                                                                       (z
                                                                        (+ x
                                                                         y)))
                                                                         (* z
                                                                          x))))
(test 70 (let ((x 2) (y 3)) (let* ((x 7) (z (+ x y))) (* z x))))
(test 2 (let* () 2)) (test 1 (let* ((x 0)(x (+ x 1))) x))
(test #t (letrec ((even? (lambda (n) (if (zero? n) #t (odd? (- n 1))))) (odd?
                                                                         (lambda
                                                                          (n)
                                                                          (if
                                                                           (zero? n) #f (even? (- n 1)))))) (even? 88)))
(test 5 (letrec* ((p (lambda (x) (+ 1 (q (- x 1))))) (q (lambda (y)
                                                         (if (zero? y) 0
                                                          (+ 1 (p (- y 1))))))
                                                          (x (p 5)) (y x)) y))
(test 45 (let ((x 5)) (letrec* ((foo (lambda (y) (bar x y))) (bar (lambda (a b)
                                                                   (+ (* a b)
                                                                    a))))
                                                                    (foo
                                                                     (+ x 3)))))
(test-values (values 3 1) (let*-values (((a b) (values 1 2)) ((x y) (values a
                                                                     b)))
                                                                     (values 3
                                                                      1)))
(test '(x y x y) (let ((a 'a) (b 'b) (x 'x) (y 'y)) (let*-values
                                                     (((a b) (values x y))
                                                      ((x y) (values a b)))
                                                      (list a b x y))))
(test 'ok (let-values () 'ok)) (test 1 (let ((x 1)) (let*-values () (define x 2)
                                                     #f) x))
(test '(a b x y) (let ((a 'a) (b 'b) (x 'x) (y 'y)) (let-values
                                                     (((x y) (values a b))
                                                      ((a b) (values x y)))
                                                      (list x y a b))))
(test '(1 2 (3 4)) (let-values (((a b . c) (values 1 2 3 4))) (list a b c)))
(test '(1 2) (let-values ((l (values 1 2))) l))
(let () (define-values (x y) (values 1 2)) (test 3 (+ x y)))
(let () (define-values (x . y) (values 1 2 3)) (test '(1 2 3) (cons x y)))
(let () (define-values x (values 1 2 3)) (test '(1 2 3) x))
(test #(0 1 2 3 4) (do ((vec (make-vector 5)) (i 0 (+ i 1))) ((= i 5) vec)
                     (vector-set! vec i i)))
(test 25 (let ((x '(1 3 5 7 9))) (do ((x x (cdr x)) (sum 0 (+ sum (car x))))
                                   ((null? x) sum))))
(test '((6 1 3) (-5 -2)) (let loop ((numbers '(3 -2 1 6 -5)) (nonneg '())
                                    (neg '())) (cond ((null? numbers) (list
                                                                       nonneg
                                                                       neg))
                                                                       ((>=
                                                                         (car
                                                                          numbers) 0) (loop (cdr numbers) (cons (car numbers) nonneg) neg)) ((< (car numbers) 0) (loop (cdr numbers) nonneg (cons (car numbers) neg))))))
(test 3 (force (delay (+ 1 2)))) (test '(3 3) (let ((p (delay (+ 1 2)))) (list
                                                                          (force
                                                                           p)
                                                                           (force p))))
(define integers (letrec ((next (lambda (n) (delay (cons n (next (+ n 1)))))))
                   (next 0)))
(define head (lambda (stream) (car (force stream)))) (define tail (lambda
                                                                   (stream)
                                                                   (cdr (force
                                                                         stream))))
(test 2 (head (tail (tail integers))))
(define (stream-filter p? s) (delay-force (if (null? (force s)) (delay '())
                                              (let ((h (car (force s)))
                                                    (t (cdr (force s))))
                                                    (if (p? h) (delay (cons h
                                                                       (stream-filter p? t))) (stream-filter p? t))))))
(test 5 (head (tail (tail (stream-filter odd? integers)))))
(let () (define x 5) (define count 0) (define p (delay (begin (set! count
                                                               (+ count 1))
                                                               (if (> count x)
                                                                count (force
                                                                       p)))))
                                                                       (test 6
                                                                        (force
                                                                         p))
                                                                         (test 6
                                                                          (begin
                                                                           (set!
                                                                            x
                                                                            10)
                                                                            (force p))))
(test #t (promise? (delay (+ 2 2)))) (test #t (promise? (make-promise (+ 2 2))))
(test #t (let ((x (delay (+ 2 2)))) (force x) (promise? x))) (test 4 (force
                                                                      (make-promise (+ 2 2)))) (test 4 (force (make-promise (make-promise 4))))
(define radix (make-parameter 10 (lambda (x) (if (and (integer? x) (<= 2 x 16))
                                                 x (error "invalid radix")))))
(define (f n) (number->string n (radix)))
(test "12" (f 12)) (test "1100" (parameterize ((radix 2)) (f 12))) (test "12"
                                                                    (f 12))
(test-error (parameterize ((radix 0)) (f 12)))
(test '(list 3 4) `(list ,(+ 1 2) 4))
(let ((name 'a)) (test '(list a (quote a)) `(list ,name ',name)))
(test '(a 3 4 5 6 b) `(a ,(+ 1 2) ,@(map abs '(4 -5 6)) b))
(test #(10 5 4 16 9 8) `#(10 5 ,(square 2) ,@(map square '(4 3)) 8))
(test '(a `(b ,(foo 3 d) e) f) `(a `(b ,(foo ,(+ 1 2) d) e) f))
(let ((name1 'x) (name2 'y)) (test '(a `(b ,x ,'y d) e) `(a `(b ,,name1 ,',name2
                                                              d) e)))
(test '(list 3 4) (quasiquote (list (unquote (+ 1 2)) 4)))
(test '`(list ,(+ 1 2) 4) (quasiquote (quasiquote (list (unquote (+ 1 2)) 4))))
(test '(1 . 2) `(1 . ,(+ 1 1))) (test '((foo 7) . cons) `((foo ,(- 10 3)) ,@(cdr
                                                                             '(c)) . ,(car '(cons))))
(test '(1 2 . 3) `(1 ,@'(2) . 3)) (test 5 `,(+ 2 3)) (test '(1 unquote x)
                                                      '(1 . ,x)) (test
                                                                  '#(1 #(2 3))
                                                                  `#(1
                                                                     #(,@(list 2
                                                                          3))))
(define plus (case-lambda (() 0) ((x) x) ((x y) (+ x y)) ((x y z) (+ (+ x y) z))
                          (args (apply + args))))
(test 0 (plus)) (test 1 (plus 1)) (test 3 (plus 1 2)) (test 6 (plus 1 2 3))
(test 10 (plus 1 2 3 4))
(define mult (case-lambda (() 1) ((x) x) ((x y) (* x y)) ((x y . z) (apply mult
                                                                     (* x y)
                                                                     z))))
(test 1 (mult)) (test 24 (mult 1 2 3 4))
;; 4.3
(test 'now (let-syntax ((when (syntax-rules () ((when test stmt1 stmt2 ...)
                                                (if test (begin stmt1
                                                          stmt2 ...))))))
                                                          (let ((if #t)) (when
                                                                          if
                                                                          (set!
                                                                           if
                                                                           'now)) if)))
(test 'outer (let ((x 'outer)) (let-syntax ((m (syntax-rules () ((m) x))))
                                 (let ((x 'inner)) (m)))))
(test 7 (letrec-syntax ((my-or (syntax-rules () ((my-or) #f) ((my-or e) e)
                                 ((my-or e1 e2 ...) (let ((temp e1)) (if temp
                                                                      temp
                                                                      (my-or
                                                                       e2 ...))))))) (let ((x #f) (y 7) (temp 8) (let odd?) (if even?)) (my-or x (let temp) (if y) y))))
(define-syntax be-like-begin (syntax-rules () ((be-like-begin name)
                                               (define-syntax name (syntax-rules
                                                                    ()
                                                                    ((name expr
                                                                      (... ...))
                                                                      (begin
                                                                       expr
                                                                       (... ...))))))))
(be-like-begin sequence)
(test 4 (sequence 1 2 3 4))
(test 'ok (let ((=> #f)) (cond (#t => 'ok))))
(test '(2 1) (let () (define-syntax swap! (syntax-rules () ((swap! a b)
                                                            (let ((tmp a)) (set!
                                                                            a b)
                                                                            (set! b tmp))))) (let ((tmp 1) (other 2)) (swap! tmp other) (list tmp other))))
(define-syntax jabberwocky (syntax-rules () ((_ hatter) (begin (define
                                                                march-hare 42)
                                                                (define-syntax
                                                                 hatter
                                                                 (syntax-rules
                                                                  ()
                                                                  ((_)
                                                                   march-hare)))))))
(jabberwocky mad-hatter)
(test 42 (mad-hatter))
(define-syntax tail-pat (syntax-rules () ((_ a ... b c) '((a ...) b c))))
(test '((1 2) 3 4) (tail-pat 1 2 3 4)) (test '(() 3 4) (tail-pat 3 4))
(define-syntax dotted (syntax-rules () ((_ a ... . r) '((a ...) r))))
(test '((1 2) 3) (dotted 1 2 . 3)) (test '((1 2) ()) (dotted 1 2))
(define-syntax vecpat (syntax-rules () ((_ #(a (b ...) ...))
                                        '(a ((b ...) ...)))))
(test '(1 ((2 3) () (4))) (vecpat #(1 (2 3) () (4))))
(define-syntax underscore (syntax-rules () ((foo _) '_)))
(test '_ (underscore foo))
(define-syntax part-2 (syntax-rules () ((_ a b (m n) ... x y) (vector (list a b)
                                                               (list m ...)
                                                               (list n ...)
                                                               (list x y)))
                                                               ((_ . rest)
                                                                'error)))
(test #((10 43) (31 41 51) (32 42 52) (63 77)) (part-2 10 (+ 21 22) (31 32)
                                                (41 42) (51 52) (+ 61 2) 77))
(define-syntax count-to-2 (syntax-rules () ((_) 0) ((_ _) 1) ((_ _ _) 2)
                            ((_ . _) 'many)))
(test '(2 0 many) (list (count-to-2 a b) (count-to-2) (count-to-2 a b c d)))
(define-syntax nest (syntax-rules () ((_ (a b ...) ...) '((a ...)
                                                          (b ... ...)))))
(test '((1 4) (2 3 5)) (nest (1 2 3) (4 5)))
(define-syntax elli-esc (syntax-rules () ((_ a) '(... (a ...)))))
(test '(1 ...) (elli-esc 1))
(define-syntax lit-ell (syntax-rules (...) ((_ ...) 'yes) ((_ x) 'no)))
(test '(yes no) (list (lit-ell ...) (lit-ell 1)))
(define-syntax my-if (syntax-rules (else) ((_ c t else e) (cond (c t) (else
                                                                       e)))))
(test 2 (my-if #f 1 else 2))
(let () (define-record-type <r> (mk a) r? (a ra)) (test 3 (ra (mk 3))))
(let ((x 1)) (define-syntax foo (syntax-rules () ((_ y) (let-syntax
                                                         ((bar (syntax-rules ()
                                                                ((_)
                                                                 (let ((x 2))
                                                                  y)))))
                                                                  (bar)))))
                                                                  (test 1
                                                                   (foo x)))
(let ((x 1)) (define-syntax foo (syntax-rules () ((_) (let ((x 2))
                                                       (define-syntax g
                                                        (syntax-rules ()
                                                         ((_) x))) (g))))) (test
                                                                            2
                                                                            (foo)))
(test 6 (let loop ((i 0) (s 0)) (define-syntax inc (syntax-rules () ((_ v)
                                                                     (+ v 1))))
                                                                     (if (> i 3)
                                                                      s (loop
                                                                         (inc i)
                                                                         (+ s
                                                                          i)))))
;; 5
(define-record-type <pare> (kons x y) pare? (x kar set-kar!) (y kdr))
(test #t (pare? (kons 1 2))) (test #f (pare? (cons 1 2))) (test 1 (kar (kons 1
                                                                        2)))
                                                                        (test 3
                                                                         (let
                                                                          ((k
                                                                            (kons 1 2))) (set-kar! k 3) (kar k)))
(test-error (kar (cons 1 2)))
(test 45 (let ((x 5)) (define foo (lambda (y) (bar x y))) (define bar (lambda
                                                                       (a b)
                                                                       (+
                                                                        (* a b)
                                                                        a)))
                                                                        (foo
                                                                         (+ x
                                                                          3))))
(let () (define x 1) (begin (define y 2) (define z 3)) (test 6 (+ x y z)))
;; 6.1
(test #t (eqv? 'a 'a)) (test #f (eqv? 'a 'b)) (test #t (eqv? 2 2)) (test #t
                                                                    (eqv? '()
                                                                     '())) (test
                                                                            #t
                                                                            (eqv? 100000000 100000000)) (test #f (eqv? (cons 1 2) (cons 1 2)))
(test #f (eqv? (lambda () 1) (lambda () 2))) (test #t (let ((p (lambda (x) x)))
                                                       (eqv? p p))) (test #f
                                                                     (eqv? #f
                                                                      'nil))
(test #f (eqv? 0.0 -0.0)) (test #t (eqv? +nan.0 +nan.0)) (test #f (eqv? 1 1.0))
(test #t (eqv? 100000000000000000000 100000000000000000000)) (test #t (eqv? 1/2
                                                                       1/2))
                                                                       (test #t
                                                                        (eqv?
                                                                         1.5+2i
                                                                         1.5+2i))
(define gen-counter (lambda () (let ((n 0)) (lambda () (set! n (+ n 1)) n))))
(test #t (let ((g (gen-counter))) (eqv? g g))) (test #f (eqv? (gen-counter)
                                                         (gen-counter)))
(test #f (letrec ((f (lambda () (if (eqv? f g) 'f 'both))) (g (lambda ()
                                                               (if (eqv? f g) 'g
                                                                'both)))) (eqv?
                                                                           f
                                                                           g)))
(test #t (equal? '(a (b) c) '(a (b) c))) (test #t (equal? "abc" "abc")) (test #t
                                                                         (equal?
                                                                          (make-vector 5 'a) (make-vector 5 'a)))
(test #t (equal? #u8(1 2) (bytevector 1 2))) (test #f (equal? #u8(1 2) #(1 2)))
(let () (define a (list 1 2 3)) (define b (list 1 2 3)) (set-cdr! (cddr a) a)
  (set-cdr! (cddr b) b) (test #t (equal? a b)))
;; circular in literal
(test #t (equal? '#1=(a b . #1#) '#2=(a b a b . #2#)))
;; 6.2
(test #t (complex? 3+4i)) (test #t (complex? 3)) (test #t (real? 3)) (test #f
                                                                      (real?
                                                                       -2.5+0.0i)) (test #t (real? -2.5+0i)) (test #t (real? #e1e10)) (test #t (real? +inf.0)) (test #f (rational? -inf.0)) (test #t (rational? 6/10)) (test #t (rational? 6/3)) (test #t (integer? 3+0i)) (test #t (integer? 3.0)) (test #t (integer? 8/4))
(test #f (exact? 3.0)) (test #t (exact? #e3.0)) (test #t (inexact? 3.)) (test #t
                                                                         (exact-integer? 32)) (test #f (exact-integer? 32.0)) (test #f (exact-integer? 32/5))
(test #t (finite? 3)) (test #f (finite? +inf.0)) (test #f (finite? 3.0+inf.0i))
(test #f (infinite? 3)) (test #t (infinite? +inf.0)) (test #f (infinite?
                                                               +nan.0)) (test #t
                                                                         (infinite? 3.0+inf.0i))
(test #t (nan? +nan.0)) (test #f (nan? 32)) (test #t (nan? +nan.0+5.0i)) (test
                                                                          #f
                                                                          (nan?
                                                                           1+2i))
(test #t (= 1 1.0 1)) (test #f (= 1 1.0+1.0i)) (test #t (< 1 2 3)) (test #f
                                                                    (< 1 1 2))
                                                                    (test #t
                                                                     (> 3.0 2.0
                                                                      1.0))
                                                                      (test #f
                                                                       (> -3.0
                                                                        2.0
                                                                        1.0))
                                                                        (test #t
                                                                         (<= 1 1
                                                                          2))
                                                                          (test
                                                                           #f
                                                                           (<= 1
                                                                            2
                                                                            1))
                                                                            (test #t (>= 2 1 1))
(test #f (< 1 2 3 +nan.0)) (test #f (= +nan.0 +nan.0))
(test #f (= 9007199254740993 9007199254740992.0)) (test #t (= 9007199254740992
                                                            9007199254740992.0))
                                                            (test #t
                                                             (<
                                                              9007199254740992.0
                                                              9007199254740993))
(test 4 (max 3 4)) (test 4.0 (max 3.9 4)) (test #t (inexact? (max 1 2 3.0)))
(test 7 (+ 3 4)) (test 0 (+)) (test 1 (*)) (test -1 (- 3 4)) (test -6 (- 3 4 5))
(test 3/20 (/ 3 4 5)) (test 1/3 (/ 3))
(test 7 (abs -7)) (test 7/2 (abs -7/2)) (test 43.0 (abs -43.0))
(test-values (values 2 1) (floor/ 5 2)) (test-values (values -3 1) (floor/ -5
                                                                    2))
                                                                    (test-values
                                                                     (values -3
                                                                      -1)
                                                                      (floor/ 5
                                                                       -2))
                                                                       (test-values (values 2 -1) (floor/ -5 -2)) (test-values (values 2 1) (truncate/ 5 2)) (test-values (values -2 -1) (truncate/ -5 2)) (test-values (values -2 1) (truncate/ 5 -2)) (test-values (values 2 -1) (truncate/ -5 -2)) (test-values (values -2.0 -1.0) (truncate/ -5.0 2))
(test 4 (gcd 32 -36)) (test 0 (gcd)) (test 288 (lcm 32 -36)) (test 288.0
                                                              (lcm 32.0 -36))
                                                              (test 1 (lcm))
(test 3 (numerator (/ 6 4))) (test 2 (denominator (/ 6 4))) (test 2.0
                                                             (denominator
                                                              (inexact
                                                               (/ 6 4)))) (test
                                                                           11.0
                                                                           (numerator 5.5)) (test 5.0 (numerator 5.0))
(test -5.0 (floor -4.3)) (test -4.0 (ceiling -4.3)) (test -4.0 (truncate -4.3))
(test -4.0 (round -4.3)) (test 3.0 (floor 3.5)) (test 4.0 (round 3.5)) (test 2.0
                                                                        (round
                                                                         2.5))
                                                                         (test
                                                                          -4.0
                                                                          (round
                                                                           -4.5)) (test 4 (round 7/2)) (test 7 (round 7)) (test 3 (floor 7/2)) (test -4 (floor -7/2)) (test -3 (truncate -7/2)) (test -0.0 (round -0.5))
(test 1/3 (rationalize (exact .3) 1/10)) (test #i1/3 (rationalize .3 1/10))
(test 0 (rationalize 1/10 3/10))
(test 1.0 (inexact (exp 0))) (test 20.0855369231877 (exp 3)) (test 0.0 (inexact
                                                                        (log
                                                                         1)))
                                                                         (test
                                                                          1.0
                                                                          (log
                                                                           (exp
                                                                            1)))
                                                                            (test 42.0 (log (exp 42))) (test 2.0 (log 100 10)) (test 12.0 (log 4096 2))
(test 0.0 (inexact (sin 0))) (test 1.0 (sin 1.5707963267949)) (test
                                                               0.78539816339745
                                                               (atan 1)) (test
                                                                          2.35619449019234 (atan 1.0 -1.0)) (test -2.35619449 (atan -1 -1.0)) (test 0 (atan 0 1)) (test 3.141592653589793 (atan 0.0 -1)) (test -3.141592653589793 (atan -0.0 -1.0)) (test 1.5707963267949 (acos 0)) (test 1.5707963267949 (asin 1)) (test 0 (acos 1))
(test 1764 (square 42)) (test 4 (square 2)) (test 3 (sqrt 9)) (test
                                                               1.4142135623731
                                                               (sqrt 2)) (test
                                                                          +i
                                                                          (sqrt
                                                                           -1))
                                                                           (test
                                                                            1/2
                                                                            (sqrt 1/4)) (test 0+1.0i (sqrt -1.0)) (test 100000000000000000000 (sqrt 10000000000000000000000000000000000000000)) (test 1+2i (sqrt -3+4i))
(test '(2 0) (call-with-values (lambda () (exact-integer-sqrt 4)) list)) (test
                                                                          '(2 1)
                                                                          (call-with-values (lambda () (exact-integer-sqrt 5)) list))
(test '(4 3) (call-with-values (lambda () (exact-integer-sqrt 19)) list)) (test
                                                                           (list
                                                                            (expt 10 30) 1) (call-with-values (lambda () (exact-integer-sqrt (+ 1 (expt 10 60)))) list))
(test 27 (expt 3 3)) (test 1 (expt 0 0)) (test 0 (expt 0 1)) (test 1.0 (expt 0.0
                                                                        0))
                                                                        (test
                                                                         1.0
                                                                         (expt 0
                                                                          0.0))
                                                                          (test
                                                                           1/9
                                                                           (expt
                                                                            3
                                                                            -2))
                                                                            (test 2.0 (expt 4 0.5)) (test 2 (expt 4 1/2)) (test 1024.0 (expt 2.0 10)) (test -4 (expt 1+i 4)) (test 1267650600228229401496703205376 (expt 2 100))
(test 1+2i (make-rectangular 1 2)) (test 0.54030230586814+0.841470984807897i
                                     (make-polar 1 1)) (test 1 (real-part 1+2i))
                                     (test 2 (imag-part 1+2i)) (test
                                                                2.23606797749979
                                                                (magnitude
                                                                 1+2i)) (test 0
                                                                         (imag-part 1.5)) (test 5 (magnitude 3+4i)) (test 5 (magnitude -5)) (test 0 (angle 6)) (test 3.141592653589793 (angle -6)) (test 0.785398163397448 (angle 1+i))
(test 1.0 (inexact 1)) (test 1 (exact 1.0)) (test 1/2 (exact 0.5)) (test #t
                                                                    (exact?
                                                                     (exact
                                                                      1e18)))
                                                                      (test
                                                                       999999999999999983222784 (exact 1e24))
(test "3.14" (number->string 3.14)) (test "100" (number->string 100)) (test
                                                                       "100"
                                                                       (number->string 256 16)) (test "ff" (number->string 255 16)) (test "-1/3" (number->string -1/3)) (test "1.0e+100" (number->string 1e100)) (test "+inf.0" (number->string (/ 1.0 0))) (test "123456789012345680000.0" (number->string 1.2345678901234568e20)) (test "1.0e+21" (number->string 1e21)) (test ".5" (let ((s (number->string .5))) (if (string=? s "0.5") ".5" s))) (test "5.0e-324" (number->string 5e-324))
(test 100 (string->number "100")) (test 256 (string->number "100" 16)) (test
                                                                        100.0
                                                                        (string->number "1e2")) (test #f (string->number "- 2")) (test #f (string->number "1 2")) (test #f (string->number "")) (test #f (string->number "abc")) (test 15 (string->number "#xF")) (test 1/2 (string->number "1/2")) (test #f (string->number "1/0")) (test 10 (string->number "#b1010")) (test 10.0 (string->number "#i10")) (test 1/10 (string->number "#e.1")) (test 255 (string->number "#e#xff")) (test 255.0 (string->number "#x#iff")) (test -i (string->number "-i")) (test 1.5e10 (string->number "15e9")) (test #f (string->number "+")) (test #f (string->number ".")) (test #f (string->number "1e")) (test 1.0 (string->number "1.")) (test #f (string->number "1.2.3")) (test +inf.0 (string->number "+inf.0")) (test -inf.0 (string->number "-INF.0")) (test #f (string->number "inf.0")) (test 1+2i (string->number "1+2i")) (test -1.0 (real-part (string->number "1@3.141592653589793"))) (test #f (string->number "#b102")) (test #f (string->number "12" 2)) (test 171 (string->number "AB" 16)) (test #f (string->number "1/2/3")) (test 1e400 (string->number "+inf.0")) (test 0.0 (string->number "1e-400")) (test #f (string->number "--1")) (test #f (string->number "1i")) (test +i (string->number "+i")) (test #f (string->number "i"))
(display (list passed failed)) (newline)
