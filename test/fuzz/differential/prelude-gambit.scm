;;; R7RS for Gambit 4.9.3, which knows no libraries and only a part of
;;; (scheme base). Macros of generated programs are expanded before Gambit sees
;;; them.
(define (collect-garbage . generations) #f)

;; Dividing a large positive integer by a large negative one, Gambit writes into
;; the dividend; here that is a copy.
(define (dividing op)
  (lambda (a . divisors)
    (apply op
           (if (and (integer? a) (exact? a)) (- (+ a 1) 1) a)
           divisors)))
(define quotient (dividing quotient))
(define remainder (dividing remainder))
(define modulo (dividing modulo))
(define floor-quotient (dividing floor-quotient))
(define floor-remainder (dividing floor-remainder))
(define floor/ (dividing floor/))
(define truncate-quotient (dividing truncate-quotient))
(define truncate-remainder (dividing truncate-remainder))
(define truncate/ (dividing truncate/))
(define / (dividing /))

;; Gambit calls a handler with that handler installed; R7RS wants the outer one.
;; What `raise` raises travels in a box, so that a handler that returns is noticed.
(define-type raised payload)
(define gambit-with-exception-handler with-exception-handler)
(define gambit-raise raise)
(define (with-exception-handler handler thunk)
  (let ((outer (current-exception-handler)))
    (gambit-with-exception-handler
     (lambda (condition)
       (gambit-with-exception-handler
        outer
        (lambda ()
          (if (raised? condition)
              (begin
                (handler (raised-payload condition))
                (gambit-raise (make-raised 'handler-returned)))
              (handler condition)))))
     thunk)))
(define (raise condition) (gambit-raise (make-raised condition)))
(define (raise-continuable condition) (gambit-raise condition))

(define-macro (guard clause . body)
  (let ((k (gensym)) (h (gensym)) (c (gensym)) (results (gensym)))
    `((call/cc
       (lambda (,k)
         (with-exception-handler
          (lambda (,c)
            ((call/cc
              (lambda (,h)
                (,k (lambda ()
                      (let ((,(car clause) ,c))
                        (cond ,@(cdr clause)
                              ,@(if (assq 'else (cdr clause))
                                    '()
                                    `((else
                                       (,h (lambda ()
                                             (raise-continuable ,c))))))))))))))
          (lambda ()
            (call-with-values
             (lambda () ,@body)
             (lambda ,results
               (,k (lambda () (apply values ,results))))))))))))
(define-macro (let*-values bindings . body)
  (if (null? bindings)
      `(let () ,@body)
      `(call-with-values (lambda () ,(cadar bindings))
         (lambda ,(caar bindings) (let*-values ,(cdr bindings) ,@body)))))
;; Generated bindings never shadow what their neighbours mention.
(define-macro (let-values bindings . body) `(let*-values ,bindings ,@body))
(define-macro (case-lambda . clauses)
  (let ((arguments (gensym)))
    `(lambda ,arguments
       (case-lambda-clauses ,arguments ,@clauses))))
(define-macro (case-lambda-clauses arguments . clauses)
  (define (required formals)
    (if (pair? formals) (+ 1 (required (cdr formals))) 0))
  (define (rest? formals)
    (if (pair? formals) (rest? (cdr formals)) (symbol? formals)))
  `(cond
    ,@(map (lambda (clause)
             (list (list (if (rest? (car clause)) '>= '=)
                         (list 'length arguments)
                         (required (car clause)))
                   `(apply (lambda ,@clause) ,arguments)))
           clauses)
    (else (error "no clause"))))
