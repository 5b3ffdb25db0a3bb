;;; Nothing is left of forms that are evaluated, by whatever way.
(import (scheme base) (scheme eval) (scheme file) (scheme read) (scheme repl)
        (scheme write) (plc))

(define top (interaction-environment))
(define base (environment '(scheme base)))
(define (resident-kilobytes)
  (call-with-input-file "/proc/self/statm"
    (lambda (port)
      (read port)
      (* 4 (read port)))))
(define-syntax twice (syntax-rules () ((_ x) (let ((y x)) (+ y y)))))
(define defined 0)

;; Kilobytes by which the process grows while the forms are evaluated, after as
;; many that are not counted.
(define (growth n form)
  (define (run)
    (do ((i 0 (+ i 1)))
        ((= i n))
      (eval (form i) top)))
  (run)
  (collect-garbage)
  (let ((before (resident-kilobytes)))
    (run)
    (collect-garbage)
    (- (resident-kilobytes) before)))
(define (bounded? name most n form)
  (let ((grown (growth n form)))
    (if (> grown most)
        (begin (write (list name 'grew grown 'kB)) (newline)))))

;; It was 2 kB a form.
(bounded? 'call 3000 20000 (lambda (i) `(+ ,i 2)))
(bounded? 'let 3000 20000
          (lambda (i) `(let ((x ,i) (s "text")) (if (> x 5) (list x s) 'small))))
(bounded? 'macro 3000 20000 (lambda (i) `(twice ,i)))
(bounded? 'define 3000 20000 (lambda (i) `(define defined ,i)))
(bounded? 'local-macro 3000 20000
          (lambda (i)
            `(let-syntax ((m (syntax-rules () ((_ x) (list x x))))) (m ,i))))
(define (evaluates? form) (guard (e (#t #f)) (eval form top) #t))
(bounded? 'wrong 3000 10000 (lambda (i) `(evaluates? '(if ,i))))
(bounded? 'import 3000 2000 (lambda (i) '(import (scheme base))))
(write defined)
(newline)

;; What is kept of one form is there after others.
(eval '(define-syntax kept
         (syntax-rules () ((_ x) (list x 'kept "kept" '(1 2)))))
      top)
(eval `(define-syntax object (syntax-rules () ((_) ,car))) top)
(eval '(define (kept-procedure x) (list x 'procedure)) top)
(growth 100 (lambda (i) `(list ,i "over" 'written)))
(write (list (eval '(kept 1) top) (eq? car (eval '(object) top))
             (eval '(kept-procedure 2) top)))
(newline)
