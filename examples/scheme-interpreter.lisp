;;; An interpreter for a good part of Scheme, written in plc. It turns each
;;; expression into a closure once and then runs the closure. Reads the program
;;; given on the command line.
;;;
;;;   plc run examples/scheme-interpreter.lisp examples/data/program.scm

(import (scheme base) (scheme cxr) (scheme file) (scheme read) (scheme write)
        (scheme process-context) (plc))

;;; Environments: a frame is a vector of values; the compile-time twin is a
;;; list of lists of names. Globals live in a table of boxes.

(define globals (make-eqv-hash-table))

(define (global-box name)
  (or (hash-table-ref/default globals name #f)
      (let ((box (list 'unbound)))
        (hash-table-set! globals name box)
        box)))

(define (define-global! name value)
  (set-car! (global-box name) value))

;; The index of name in names, or #f.
(define (position name names)
  (let loop ((names names) (i 0))
    (cond ((null? names) #f)
          ((eq? (car names) name) i)
          (else (loop (cdr names) (+ i 1))))))

;; Calls (local depth index), or (global box).
(define (look-up name scope local global)
  (let loop ((scope scope) (depth 0))
    (if (null? scope)
        (global (global-box name))
        (let ((index (position name (car scope))))
          (if index
              (local depth index)
              (loop (cdr scope) (+ depth 1)))))))

;; A run-time environment is a list of vectors.
(define (frame-at env depth)
  (if (= depth 0) (car env) (frame-at (cdr env) (- depth 1))))

;;; The compiler: (compile expression scope) => (lambda (env) value)

(define (compile x scope)
  (cond ((symbol? x) (compile-reference x scope))
        ((not (pair? x)) (lambda (env) x))
        ((assq (car x) special-forms)
         => (lambda (entry) ((cdr entry) x scope)))
        (else (compile-call x scope))))

(define (compile-reference name scope)
  (look-up name scope
           (lambda (depth index)
             (case depth
               ((0) (lambda (env) (vector-ref (car env) index)))
               ((1) (lambda (env) (vector-ref (cadr env) index)))
               (else (lambda (env) (vector-ref (frame-at env depth) index)))))
           (lambda (box)
             (lambda (env)
               (let ((value (car box)))
                 (if (eq? value 'unbound)
                     (error "unbound variable" name)
                     value))))))

(define (compile-assignment name value scope)
  (look-up name scope
           (lambda (depth index)
             (lambda (env)
               (vector-set! (frame-at env depth) index (value env))))
           (lambda (box)
             (lambda (env) (set-car! box (value env))))))

(define (compile-body body scope)
  (let ((forms (map (lambda (x) (compile x scope)) body)))
    (let loop ((forms forms))
      (if (null? (cdr forms))
          (car forms)
          (let ((first (car forms)) (rest (loop (cdr forms))))
            (lambda (env) (first env) (rest env)))))))

(define (compile-call x scope)
  (let ((f (compile (car x) scope))
        (args (map (lambda (arg) (compile arg scope)) (cdr x))))
    (case (length args)
      ((0) (lambda (env) ((f env))))
      ((1) (let ((a (car args))) (lambda (env) ((f env) (a env)))))
      ((2) (let ((a (car args)) (b (cadr args)))
             (lambda (env) ((f env) (a env) (b env)))))
      (else
       (lambda (env)
         (apply (f env) (map (lambda (arg) (arg env)) args)))))))

;; Internal definitions become variables of the same frame.
(define (defined-names body)
  (let loop ((body body) (names '()))
    (cond ((null? body) (reverse names))
          ((and (pair? (car body)) (eq? (caar body) 'define))
           (let ((target (cadar body)))
             (loop (cdr body)
                   (cons (if (pair? target) (car target) target) names))))
          (else (loop (cdr body) names)))))

(define (compile-lambda parameters body scope)
  (let* ((internal (defined-names body))
         (names (let flatten ((p parameters))
                  (cond ((null? p) '())
                        ((symbol? p) (list p))
                        (else (cons (car p) (flatten (cdr p)))))))
         (proper? (list? parameters))
         (count (length names))
         (size (+ count (length internal)))
         (code (compile-body body (cons (append names internal) scope))))
    (lambda (env)
      (lambda args
        (let ((frame (make-vector size 'unbound)))
          (let fill ((i 0) (args args))
            (cond ((and (not proper?) (= i (- count 1)))
                   (vector-set! frame i args))
                  ((< i count)
                   (if (null? args) (error "too few arguments"))
                   (vector-set! frame i (car args))
                   (fill (+ i 1) (cdr args)))
                  ((pair? args) (error "too many arguments"))))
          (code (cons frame env)))))))

;;; Special forms; derived ones are rewritten first.

(define (compile-if x scope)
  (let ((test (compile (cadr x) scope))
        (then (compile (caddr x) scope))
        (else (if (pair? (cdddr x))
                  (compile (cadddr x) scope)
                  (lambda (env) #f))))
    (lambda (env) (if (test env) (then env) (else env)))))

(define (compile-define x scope)
  (let* ((target (cadr x))
         (name (if (pair? target) (car target) target))
         (value (if (pair? target)
                    (compile-lambda (cdr target) (cddr x) scope)
                    (compile (caddr x) scope))))
    (compile-assignment name value scope)))

(define (rewrite-let x)
  (if (symbol? (cadr x))
      (let ((name (cadr x)) (bindings (caddr x)) (body (cdddr x)))
        `((lambda ()
            (define ,name (lambda ,(map car bindings) ,@body))
            (,name ,@(map cadr bindings)))))
      `((lambda ,(map car (cadr x)) ,@(cddr x)) ,@(map cadr (cadr x)))))

(define (rewrite-cond clauses)
  (cond ((null? clauses) #f)
        ((eq? (caar clauses) 'else) `(begin ,@(cdar clauses)))
        (else `(if ,(caar clauses)
                   (begin ,@(cdar clauses))
                   ,(rewrite-cond (cdr clauses))))))

(define (rewrite-and items)
  (cond ((null? items) #t)
        ((null? (cdr items)) (car items))
        (else `(if ,(car items) ,(rewrite-and (cdr items)) #f))))

(define (rewrite-or items)
  (cond ((null? items) #f)
        ((null? (cdr items)) (car items))
        (else `((lambda (first rest) (if first first (rest)))
                ,(car items)
                (lambda () ,(rewrite-or (cdr items)))))))

(define (rewriting rewrite)
  (lambda (x scope) (compile (rewrite x) scope)))

(define special-forms
  (list
   (cons 'quote (lambda (x scope) (let ((v (cadr x))) (lambda (env) v))))
   (cons 'if compile-if)
   (cons 'define compile-define)
   (cons 'set! (lambda (x scope)
                 (compile-assignment (cadr x) (compile (caddr x) scope)
                                     scope)))
   (cons 'lambda (lambda (x scope) (compile-lambda (cadr x) (cddr x) scope)))
   (cons 'begin (lambda (x scope) (compile-body (cdr x) scope)))
   (cons 'let (rewriting rewrite-let))
   (cons 'cond (rewriting (lambda (x) (rewrite-cond (cdr x)))))
   (cons 'and (rewriting (lambda (x) (rewrite-and (cdr x)))))
   (cons 'or (rewriting (lambda (x) (rewrite-or (cdr x)))))))

;;; What programs can call.

(for-each
 (lambda (entry) (define-global! (car entry) (cdr entry)))
 (list (cons '+ +) (cons '- -) (cons '* *) (cons 'quotient quotient)
       (cons 'remainder remainder) (cons '= =) (cons '< <) (cons '> >)
       (cons '<= <=) (cons '>= >=) (cons 'cons cons) (cons 'car car)
       (cons 'cdr cdr) (cons 'cadr cadr) (cons 'list list)
       (cons 'null? null?) (cons 'pair? pair?) (cons 'eq? eq?)
       (cons 'equal? equal?) (cons 'not not) (cons 'length length)
       (cons 'append append) (cons 'reverse reverse) (cons 'display display)
       (cons 'write write) (cons 'newline newline) (cons 'vector vector)
       (cons 'make-vector make-vector) (cons 'vector-ref vector-ref)
       (cons 'vector-set! vector-set!) (cons 'apply apply)
       (cons 'call/cc call-with-current-continuation)))

(define (run port)
  (let ((x (read port)))
    (if (not (eof-object? x))
        (begin
          ((compile x '()) '())
          (run port)))))

(call-with-input-file (cadr (command-line)) run)
