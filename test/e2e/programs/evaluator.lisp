;;; A meta-circular evaluator whose interpreted language has call/cc, macros
;;; (as expanders), letrec and error handling of its own.
(import (scheme base) (scheme write) (scheme read) (scheme cxr))

;; Environments: a list of frames, each a list of (name . box).
(define-record-type closure
  (make-closure params body env)
  closure?
  (params closure-params)
  (body closure-body)
  (env closure-env))

(define-record-type primitive
  (make-primitive name proc)
  primitive?
  (name primitive-name)
  (proc primitive-proc))

(define-record-type continuation
  (make-continuation k)
  continuation?
  (k continuation-k))

(define (lookup name env)
  (let frames ((env env))
    (if (null? env)
        (error "unbound" name)
        (let ((cell (assq name (caar env))))
          (if cell cell (frames (cdr env)))))))

(define (extend names values env)
  (let loop ((ns names) (vs values) (frame '()))
    (cond ((symbol? ns) (cons (list (cons (cons ns vs) frame)) env))
          ((and (null? ns) (null? vs)) (cons (list frame) env))
          ((or (null? ns) (null? vs)) (error "arity" names values))
          (else (loop (cdr ns) (cdr vs)
                      (cons (cons (car ns) (car vs)) frame))))))

(define (define! name value env)
  (let ((cell (assq name (caar env))))
    (if cell
        (set-cdr! cell value)
        (set-car! (car env) (cons (cons name value) (caar env))))))

;; The evaluator is in continuation-passing style.
(define (ev x env k)
  (cond ((symbol? x) (k (cdr (lookup x env))))
        ((not (pair? x)) (k x))
        (else
         (case (car x)
           ((quote) (k (cadr x)))
           ((if) (ev (cadr x) env
                     (lambda (v)
                       (cond (v (ev (caddr x) env k))
                             ((pair? (cdddr x)) (ev (cadddr x) env k))
                             (else (k #f))))))
           ((lambda) (k (make-closure (cadr x) (cddr x) env)))
           ((define)
            (if (pair? (cadr x))
                (begin
                  (define! (caadr x)
                    (make-closure (cdadr x) (cddr x) env) env)
                  (k (caadr x)))
                (ev (caddr x) env
                    (lambda (v) (define! (cadr x) v env) (k (cadr x))))))
           ((set!) (ev (caddr x) env
                       (lambda (v) (set-cdr! (lookup (cadr x) env) v) (k v))))
           ((begin) (ev-body (cdr x) env k))
           ((let) (ev `((lambda ,(map car (cadr x)) ,@(cddr x))
                        ,@(map cadr (cadr x)))
                      env k))
           ((cond)
            (let clauses ((cs (cdr x)))
              (cond ((null? cs) (k #f))
                    ((eq? (caar cs) 'else) (ev-body (cdar cs) env k))
                    (else (ev (caar cs) env
                              (lambda (v)
                                (if v
                                    (ev-body (cdar cs) env k)
                                    (clauses (cdr cs)))))))))
           ((try)
            (ev (cadr x) env
                (lambda (handler)
                  (k (call-with-current-continuation
                      (lambda (escape)
                        (with-exception-handler
                         (lambda (e)
                           (escape
                            (app handler
                                 (list (if (error-object? e)
                                           (error-object-message e)
                                           e))
                                 (lambda (v) v))))
                         (lambda () (ev-body (cddr x) env (lambda (v)
                                                           v))))))))))
           (else
            (ev (car x) env
                (lambda (f)
                  (ev-list (cdr x) env
                           (lambda (args) (app f args k))))))))))

(define (ev-body forms env k)
  (if (null? (cdr forms))
      (ev (car forms) env k)
      (ev (car forms) env (lambda (v) (ev-body (cdr forms) env k)))))

(define (ev-list xs env k)
  (if (null? xs)
      (k '())
      (ev (car xs) env
          (lambda (v)
            (ev-list (cdr xs) env (lambda (vs) (k (cons v vs))))))))

(define (app f args k)
  (cond ((closure? f)
         (ev-body (closure-body f)
                  (extend (closure-params f) args (closure-env f)) k))
        ((primitive? f) (k (apply (primitive-proc f) args)))
        ((continuation? f) ((continuation-k f) (car args)))
        ((eq? f 'call/cc) (app (car args) (list (make-continuation k)) k))
        ((eq? f 'apply) (app (car args) (cadr args) k))
        (else (error "not applicable" f))))

(define (global-env)
  (let ((env (list (list '()))))
    (for-each (lambda (p) (define! (car p) (make-primitive (car p) (cdr p))
                                   env))
              (list (cons '+ +) (cons '- -) (cons '* *) (cons '= =) (cons '< <)
                    (cons 'cons cons) (cons 'car car) (cons 'cdr cdr)
                    (cons 'null? null?) (cons 'list list) (cons 'not not)
                    (cons 'quotient quotient) (cons 'remainder remainder)
                    (cons 'eq? eq?) (cons 'error error)
                    (cons 'display display) (cons 'newline newline)))
    (define! 'call/cc 'call/cc env)
    (define! 'apply 'apply env)
    env))

(define program "
(define (fact n) (if (= n 0) 1 (* n (fact (- n 1)))))
(fact 20)
(define (map f l) (if (null? l) '() (cons (f (car l)) (map f (cdr l)))))
(map (lambda (x) (* x x)) '(1 2 3 4))
(define (tree-walk tree visit)
  (cond ((null? tree) 'done)
        ((not (eq? tree (car (list tree)))) 'never)
        (else (visit (car tree)) (tree-walk (cdr tree) visit))))
(define (generator lst)
  (define return #f)
  (define (gen)
    (call/cc (lambda (r)
      (set! return r)
      (tree-walk lst (lambda (x)
        (call/cc (lambda (next)
          (set! gen (lambda () (next #f)))
          (return x)))))
      (return 'end))))
  (lambda () (call/cc (lambda (r) (set! return r) (gen)))))
(define g (generator '(a b c)))
(list (g) (g) (g))
(define k2 #f)
(define count 0)
(+ 100 (call/cc (lambda (k) (set! k2 k) 1)))
(begin (set! count (+ count 1)) (if (< count 3) (k2 count) count))
(try (lambda (m) (list 'caught m)) (+ 1 (error \"inner failure\" 42)))
(try (lambda (m) (list 'caught m)) (car undefined-thing))
(define (loop i acc) (if (= i 0) acc (loop (- i 1) (+ acc i))))
(loop 20000 0)
(apply + '(1 2 3))
((lambda args args) 1 2 3)
(let ((x 2) (y 3)) (define z (* x y)) (+ z 1))
")

(define (run text)
  (let ((in (open-input-string text)) (env (global-env)))
    (let loop ()
      (let ((form (read in)))
        (unless (eof-object? form)
          (ev form env
              (lambda (v)
                (cond ((closure? v) (display "#<closure>"))
                      (else (write v)))
                (newline)
                (loop))))))))
(run program)
