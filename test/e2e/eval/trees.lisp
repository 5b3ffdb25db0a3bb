;;; Most forms are not compiled but walked. Each is evaluated here twice, as it is
;;; and beside a lambda, with which it is compiled: values, conditions and traces
;;; must be the same.
(import (scheme base) (scheme char) (scheme eval) (scheme inexact)
        (scheme repl) (scheme write) (plc))

(define top (interaction-environment))
(define (outcome form)
  (guard (e ((error-object? e)
             (list 'condition (condition-type e) (error-object-message e)
                   (error-object-irritants e) (condition-trace e)))
            (#t (list 'raised e)))
    (call-with-values (lambda () (eval form top)) list)))
(define count 0)
(define (compare form)
  (set! count (+ count 1))
  ;; Both have the same callers.
  (let next ((forms (list form `(begin (lambda (x) x) ,form))) (outcomes '()))
    (cond ((pair? forms)
           (next (cdr forms) (cons (outcome (car forms)) outcomes)))
          ((not (equal? (car outcomes) (cadr outcomes)))
           (write form) (newline)
           (display " walked   ") (write (cadr outcomes)) (newline)
           (display " compiled ") (write (car outcomes)) (newline)))))

(define g 10)
(define later)
(define (f x) (+ x 1))
(define (add-all . numbers) (apply + numbers))
(define (three) (values 1 2 3))
(define (none) (values))
(define p (make-parameter 5))
(define-syntax first-of (syntax-rules () ((_ x y ...) (begin (list y ...) (car x)))))
(define-syntax my-or
  (syntax-rules () ((_ a b) (let ((t a)) (if t t b)))))
(define-record-type point (make-point x y) point? (x point-x set-point-x!) (y point-y))

(for-each
 compare
 `(;; Values.
   1 "text" #\a () '() 'sym '(1 2) #t 1.5 1e300 123456789012345678901 1/2
   car f g ,car ,(list 'quote (list 1 2)) (if #f #f) nil
   (+ 1 2) (list 1 "a" 'b #\c 1.5) (f 1) (add-all) (add-all 1) (add-all 1 2 3)
   (add-all 1 2 3 4) (add-all 1 2 3 4 5) (add-all 1 2 3 4 5 6)
   (add-all 1 2 3 4 5 6 7 8 9) (list (add-all 1 2 3 4 5 6 7 8 9))
   (list 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20)
   ,(cons 'add-all (iota 64)) ,(list 'list (cons 'add-all (iota 64)))
   ,(cons 'add-all (iota 65)) ,(cons 'list (iota 100))
   ,(cons '+ (iota 65)) (list ,(cons 'max (iota 70))) ,(cons 'values (iota 66))
   ,(cons 'list (iota 5000)) (begin ,(cons 'list (iota 65)) 5)
   ;; Wide calls that fail.
   ,(cons 'f (iota 65)) (list ,(cons 'f (iota 65))) ,(cons 5 (iota 65))
   (list ,(cons '(car '(1)) (iota 70))) ,(append '(+) (iota 70) '(a))
   (list ,(append '(+) (iota 70) '('a))) ,(append '(vector) (iota 70) '((none)))
   ,(cons 'nowhere (iota 65)) ,(append '(add-all) (iota 70) '((car 5)))
   ,(cons '(lambda x (apply + x)) (iota 70)) ,(cons 'vector-ref (iota 65))
   ,(append '(error "wide") (iota 65)) (list ,(append '(error "wide") (iota 65)))
   (let ((x 1)) (set! x 2) ,(append '(list) (iota 65) '(x)))
   (three) (none) (begin (three) 5) (begin (none) 5) (call-with-values three list)
   (values 1 2) (let ((x 1)) (values x x)) (if (three) 1 2) (floor/ 7 2)
   (list (three)) (list (none)) (+ 1 (none))
   (apply list 1 '(2 3)) (p) (list (p))
   (vector-ref #(1 2 3) 1) (string-append "a" "b") (char-upcase #\a)
   ;; Control.
   (if 1 2 3) (if #f 2 3) (if nil 2 3) (if (not #f) (f 1) (f 2)) (and) (or)
   (and 1 2 3) (and 1 #f 3) (or #f 2) (or #f #f) (when #t 1 2) (unless #t 1)
   (cond ((assv 2 '((1 . a) (2 . b))) => cdr) (else 'no)) (case 3 ((1 2) 'a) ((3) 'b))
   (case 'z ((a) 1) (else 2)) (begin 1 2) (my-or #f 5) (my-or 6 5)
   (let () 5) (let ((x 1)) x) (let ((x 1) (y 2)) (list x y))
   (let* ((x 1) (y (+ x 1)) (x (* y 10))) (list x y))
   (let ((x 1)) (let ((y x) (x 2)) (list x y)))
   (let ((x 1)) (set! x (+ x 1)) (list x (begin (set! x 5) x)))
   (letrec* ((a 1) (b (+ a 1))) (list a b)) (let () (define a 1) (define b (f a)) (list a b))
   ((lambda (x) x) 1) ((lambda (x y) (list y x)) 1 2) (list ((lambda () 1)))
   (list ((lambda (x) (f x)) 1)) (list ((lambda () (three)))) ((lambda () (three)))
   (begin ((lambda () (three))) 4) ((lambda (x) (set! x (f x)) x) 1)
   (let ((x 5)) ((lambda (y) (let ((z (+ x y))) (list x y z))) 6))
   (let-values (((a b) (values 1 2))) (list b a)) (let-syntax ((m (syntax-rules () ((_ x) (f x))))) (m 2))
   (let ((a 1)) (let ((b 2)) (let ((c 3)) (let ((d 4)) (list a b c d)))))
   (quasiquote (1 (unquote (+ 1 1)) (unquote-splicing (list 3 4))))
   (call/cc (lambda (k) (k 5))) (point-x (make-point 1 2)) (string? "x")
   ;; Globals.
   (set! g 11) g (begin (set! g 5) (set! g (+ g 1)) g) (define made 1) (list made) (set! made 2) made
   (begin (define made 3) (define made2 (+ made 1)) (list made made2))
   (define made (three)) (set! g (three)) later (set! later 1) later
   (define-values (u v) (values 1 2)) (list u v)
   ;; Conditions, and where they come from.
   (car 5) (list (car 5)) (+ 1 (car 5)) (+ 'a 1) (+ 1 'a) (+ 1 2 'a) (- 'a) (- 1 'a)
   (* 2 "s") (/ 1 0) (list (/ 1 0)) (quotient 1 0) (modulo 'x 2) (< 1 'a) (= 'a 1)
   (< 1 2 'a) (zero? 'a) (max 1 'a) (abs 'a) (sqrt 'x) (vector-ref (vector 1) 1)
   (vector-ref (list 1) 0) (vector-set! (vector 1) 5 0) (string-ref "abc" 10)
   (list-ref '(1 2) 10) (length 5) (list (length '(1 . 2))) (apply car '(1)) (list (apply car '(1)))
   (apply f '(1 2)) (apply f 1) (f 'x) (list (f 'x)) (map f '(a)) (list (map f '(a)))
   (error "told" 1 2) (list (error "told" 1 2)) (raise 'thing) (raise-continuable 'thing)
   (list (raise 'thing)) (assert (= 1 2)) (symbol->string 1) (char-upcase 1)
   (undefined-name 1) undefined-name (list undefined-name) (undefined-name (car 1)) (set! undefined-name 1)
   (set! undefined-name (car 1)) (define broken (car 1)) broken
   (g 1) (list (g 1)) (g) (,g 1 2) ((car (list 5)) 1 2 3 4 5 6) (list ((car (list 5)) 1 2 3 4 5 6))
   ((vector-ref (vector f) 0)) (list ((vector-ref (vector f) 0) 1 2))
   ((car (list car))) ((car (list car)) 1 2 3 4 5 6 7) ((car (list cons)) 1)
   (if (car 1) 2 3) (if (not (car 1)) 2 3) (let ((x (car 1))) x) (let ((x 1)) (car x))
   (let ((x 1)) (list (car x))) ((lambda (x) (car x)) 1) (list ((lambda (x) (car x)) 1))
   (list ((lambda (x) (list (car x))) 1)) ((lambda (x) (f x)) 'a) (list ((lambda (x) (f x)) 'a))
   (begin (car 1) 2) (begin ((lambda (x) (car x)) 1) 2) (first-of 5 1 2) (list (first-of 5 1 2))
   (dynamic-wind list car list) (list (dynamic-wind list car list))
   (call-with-values three f) (list (call-with-values three f)) (call/cc 5)
   (with-exception-handler 5 6) (point-x 5) (list (point-x 5)) (set-point-x! 1 2)
   (hash-table-ref (hash-table) 1) (string-append "a" 1) (list->string '(1)) (string->symbol 5)
   (vector-map car #(1)) (let-values (((a b) (three))) a) (receive (a) (three) a)
   (p 1 2) (exact 1.5) (exact (/ 0. 0.)) (list-tail '(1) 5) (cadr '(1)) (list (cadr '(1)))))
(write count)
(newline)

;;; A program may define what the language has.
(eval '(define (car x) (list 'own x)) top)
(write (eval '(car 5) top))
(newline)

;;; Text of the program's macros is a constant, and cannot be changed; what the
;;; form was made of can.
(define-syntax text (syntax-rules () ((_) "abc")))
(write (guard (e (#t (condition-type e))) (eval '(string-set! (text) 0 #\x) top)))
(write (let ((s (make-string 2 #\a))) (eval `(string-set! ,s 0 #\x) top) s))
(newline)
;;; The first form that needs a library has objects in it; the library evaluates
;;; others before the form goes on.
(define kept (list 1 2))
(define objects
  (eval `(list (caar made) ,car "outer" ',kept (quote ,(vector 3)))
        (environment '(scheme base) '(scheme cxr) '(evaluating))))
(collect-garbage)
(write (list objects (eq? (list-ref objects 3) kept)))
(newline)
