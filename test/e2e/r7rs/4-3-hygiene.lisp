;; R7RS 4.3 and 5.6: hygiene in hard cases: keywords bound anew, macros of
;; libraries, macros that make macros and definitions, marks in data.
(define-library (r7rs hidden)
  (export counter! my-unless my-list-of define-getter with-hidden is-else
          capture-free define-enum squared (rename my-swap! exchange!))
  (import (scheme base))
  (begin
    (define secret 0)
    (define (bump!) (set! secret (+ secret 1)) secret)
    (define-syntax counter! (syntax-rules () ((_) (bump!))))
    (define-syntax my-unless
      (syntax-rules () ((_ c b ...) (if c #f (begin b ...)))))
    (define-syntax helper (syntax-rules () ((_ x) (list 'helped x secret))))
    (define-syntax my-list-of (syntax-rules () ((_ x ...) (list (helper x) ...))))
    (define-syntax define-getter
      (syntax-rules () ((_ name v) (begin (define box (list v))
                                          (define (name) (car box))))))
    (define-syntax with-hidden
      (syntax-rules () ((_ name e) (let ((name secret)) e))))
    (define-syntax is-else
      (syntax-rules (else) ((_ else) 'else) ((_ x) 'other)))
    (define-syntax capture-free
      (syntax-rules () ((_ e) (let ((secret 'captured)) (list e secret)))))
    (define-syntax define-enum
      (syntax-rules ()
        ((_ name (item ...)) (define-syntax name
                               (syntax-rules (item ...)
                                 ((_ item) 'item) ...
                                 ((_ other) 'unknown))))))
    (define-syntax squared (syntax-rules () ((_ x) (square x))))
    (define-syntax my-swap!
      (syntax-rules () ((_ a b) (let ((tmp a)) (set! a b) (set! b tmp)))))))

(define-library (r7rs other-else)
  (export (rename not-else else) tester)
  (import (scheme base))
  (begin (define not-else #f)
         (define-syntax tester (syntax-rules (else) ((_ else) 1) ((_ x) 2)))))

(import (scheme base) (scheme write) (r7rs hidden)
        (prefix (r7rs other-else) other:))
(include "check.scm")

;; Macros of a library refer to what it defines, exported or not.
(check "5.6" (let ((bump! 'mine)) (counter!)) 1)
(define secret 'mine)
(define (bump!) 'mine)
(check "5.6" (counter!) 2)
(check "5.6" (let ((if list) (begin list)) (my-unless #f 1 2)) 2)
(check "5.6" (let ((helper 1) (list vector)) (my-list-of 'a))
       '((helped a 2)))
(define-getter get-1 'a)
(define-getter get-2 'b)
(define box 'mine)
(check "5.6" (list (get-1) (get-2) box) '(a b mine))
(check "5.6" (with-hidden secret secret) 2)
(check "5.6" (capture-free secret) '(mine captured))
(check "5.6" (list (is-else else) (let ((else 1)) (is-else else))) '(else other))
(check "5.6" (list (other:tester else) (other:tester other:else)) '(1 2))
(check "5.6" (cond (other:else 1) (else 2)) 2)
(define-enum color (red green else))
(check "5.6" (list (color red) (color blue) (color else)) '(red unknown else))
(check "5.6" (let ((red 1)) (color red)) 'unknown)
(check "5.6" (let ((tmp 1) (b 2)) (exchange! tmp b) (list tmp b)) '(2 1))

;; A program defines anew what it imports; macros of libraries are not changed.
(define (square x) (list 'my-square x))
(check "5.3.1" (square 3) '(my-square 3))
(check "5.3.1" (squared 3) 9)
(define-syntax when (syntax-rules () ((_ x) (list 'my-when x))))
(check "5.3.1" (when 1) '(my-when 1))
(check "5.3.1" (let ((my-unless (lambda (x) x))) (my-unless 5)) 5)

;; Keywords as variables, in every position.
(define x 'outer-x)
(check "4.3" (let ((define 1) (lambda 2) (let 3)) (+ define lambda let)) 6)
(check "4.3" (let loop ((if 3) (acc '())) (cond ((= if 0) acc)
                                                (else (loop (- if 1)
                                                            (cons if acc)))))
       '(1 2 3))
(check "4.3" ((lambda (quote) 'x) (lambda (x) 5)) 5)
(check "4.3" (let () (define (begin . l) l) (begin 1 2)) '(1 2))
(check "4.3" (let () (define-syntax if (syntax-rules () ((_ a b c) '(a b c))))
               (if 1 2 3))
       '(1 2 3))
(check "4.3" (do ((else #f #t)) (else 'done)) 'done)
(check "4.3" (let-values (((else) (values #f))) (cond (else 1) (#t 2))) 2)
(check "4.3" (let () (define else #f) (cond (else 1) (#t 2))) 2)
(check "4.3" (let () (define => 5) (cond (1 => 6))) 6)
(check "4.3" (let ((unquote-splicing 1)) (vector-length `#(1 ,@x))) 2)
(check "4.3" (guard (else (else else)) (raise 5)) 5)
(check "4.3" (parameterize () (define when (lambda (x) x)) (when 7)) 7)
(check "4.3" (let* ((let* vector) (y (let* 1))) y) '#(1))
(check "4.3" (letrec ((cond (lambda (n) (if (= n 0) 'z (cond (- n 1)))))) (cond 3))
       'z)

;; Macros that make macros.
(define-syntax make-adder
  (syntax-rules () ((_ name n) (define-syntax name
                                 (syntax-rules () ((_ m) (+ n m)))))))
(make-adder add5 5)
(check "4.3" (let ((+ -)) (add5 1)) 6)
(define-syntax nest
  (syntax-rules ()
    ((_ outer inner)
     (define-syntax outer
       (syntax-rules ()
         ((_ name) (define-syntax name
                     (syntax-rules () ((_ inner) '(outer inner x))))))))))
(nest level-1 thing)
(level-1 level-2)
(check "4.3" (level-2 5) '(level-1 5 x))
(define-syntax my-define-syntax-rule
  (syntax-rules ()
    ((_ (name . pattern) template)
     (define-syntax name (syntax-rules () ((_ . pattern) template))))))
(my-define-syntax-rule (pair-of a b) (cons a b))
(check "4.3" (let ((cons vector)) (pair-of 1 2)) '(1 . 2))
(define-syntax with-ellipsis
  (syntax-rules ()
    ((_ dots) (let-syntax ((m (syntax-rules dots () ((_ x dots) '(x dots end)))))
                (m 1 2)))))
(check "4.3.2" (with-ellipsis :::) '(1 2 end))
(define-syntax ellipsis-passed
  (syntax-rules ()
    ((_ e) (let-syntax ((m (syntax-rules () ((_ (a e) e) '((a e) e))))) (m (1 2) (3))))))
(check "4.3.2" (ellipsis-passed ...) '((1 2) (3)))
(define-syntax let/3
  (syntax-rules () ((_ (a b c) v e) (let ((a v)) (let ((b (+ a 1)))
                                                   (let ((c (+ b 1))) e))))))
(check "4.3" (let/3 (a a a) 1 a) 3)
(define-syntax same-name
  (syntax-rules () ((_ a) (let ((x 1)) (let ((a 2)) (cons x a))))))
(check "4.3" (same-name x) '(1 . 2))
(define-syntax m-define
  (syntax-rules () ((_ a) (begin (define x 'hidden) (define a x)))))
(check "4.3" (let () (m-define y) (cons x y)) '(outer-x . hidden))
(check "4.3" (let () (m-define x) x) 'hidden)
(m-define from-macro)
(check "4.3" (cons x from-macro) '(outer-x . hidden))

;; Identifiers that a macro inserts are symbols in data and as fields.
(define-syntax quoted (syntax-rules () ((_ a) '(a b #(c a)))))
(check "4.3" (quoted z) '(z b #(c z)))
(define-syntax case-of (syntax-rules () ((_ k) (case k ((a) 'is-a) (else 'no)))))
(check "4.3" (vector (case-of 'a) (case-of 'b)) '#(is-a no))
(define-syntax rec-of
  (syntax-rules ()
    ((_ name get v)
     (begin (define-record-type name (make x) pred (x get-x))
            (define (get) (get-x (make v)))))))
(rec-of r1 get-r1 1)
(rec-of r2 get-r2 2)
(check "4.3" (vector (get-r1) (get-r2)) '#(1 2))
(define-syntax loop-over
  (syntax-rules ()
    ((_ (v l) body ...)
     (let loop ((rest l)) (if (pair? rest) (let ((v (car rest))) body ...
                                             (loop (cdr rest))))))))
(check "4.3" (let ((sum 0) (rest 10))
               (loop-over (loop '(1 2 3)) (set! sum (+ sum loop rest))) sum)
       36)
(define-syntax while*
  (syntax-rules ()
    ((_ c b ...) (call/cc (lambda (break) (let lp () (if c (begin b ... (lp))
                                                         (break 'end))))))))
(check "4.3" (let ((n 0) (break 5)) (while* (< n break) (set! n (+ n 1))) n) 5)
(define-syntax ten (syntax-rules () ((_) 10)))
(define-syntax add-ten (syntax-rules () ((_ x) (+ (ten) x))))
(check "4.3" (let-syntax ((ten (syntax-rules () ((_) 20)))) (add-ten 1)) 11)
(check "4.3" (let-syntax ((foo (syntax-rules () ((_) 'outer))))
               (let-syntax ((bar (syntax-rules () ((_) (foo)))))
                 (let-syntax ((foo (syntax-rules () ((_) 'inner)))) (bar))))
       'outer)
(check "4.3" (letrec-syntax ((foo (syntax-rules () ((_ 0) (bar)) ((_ x) x)))
                             (bar (syntax-rules () ((_) 'bar))))
               (let ((bar 1)) (foo 0)))
       'bar)
(check "4.3" (let ((x 1))
               (let-syntax ((get (syntax-rules () ((_) x)))
                            (put (syntax-rules () ((_ v) (set! x v)))))
                 (let ((x 2)) (put 5) (vector x (get)))))
       '#(2 5))
(check "4.3" (let ((f (let-syntax ((m (syntax-rules () ((_ e) (lambda (x) e)))))
                        (let ((x 'free)) (m x)))))
               (f 'bound))
       'free)
(check "4.3.2" (let-syntax ((m (syntax-rules () ((_ a ... (b c) . d)
                                                 '((a ...) b c d)))))
                 (m 1 2 (3 4) . 5))
       '((1 2) 3 4 5))
(check "4.3.2" (let-syntax ((m (syntax-rules () ((_ (a ... . r)) '((a ...) r)))))
                 (m (1 2 . 3)))
       '((1 2) 3))
(check "4.3.2" (let-syntax ((m (syntax-rules () ((_ (a b ...) ...)
                                                 '#((a #(b ...)) ...)))))
                 (m (1 2 3) (4)))
       '#((1 #(2 3)) (4 #())))
(report-checks)
