;; (a :up-to 2 more): a list of at most two further arguments. Called by name,
;; as a value, through apply and by case-lambda.
(define (f a :up-to 2 more) (list a more))
(define (g :up-to 1 options) options)
(define (seven a b c d e f :up-to 1 more) (list f more))
(define (message thunk)
  (guard (e ((error-object? e) (error-object-message e)))
    (thunk)))
(define (show x) (write x) (newline))

(show (list (f 1) (f 1 2) (f 1 2 3) (g) (g 1)))
(show (list (apply f '(1 2 3)) (apply g '()) (map f '(1 2) '(3 4))))
(show (list (seven 1 2 3 4 5 6) (seven 1 2 3 4 5 6 7)))

(define procedures (list f g seven (lambda (x :up-to 0 none) none)))
(for-each
 (lambda (procedure)
   (for-each
    (lambda (count)
      (show (message (lambda () (apply procedure (make-list count 'x))))))
    '(0 1 2 3 4 8 5000)))
 procedures)

(define cases
  (case-lambda
    ((a :up-to 1 more) (list 'one-or-two a more))
    ((a b c :up-to 1 more) (list 'three-or-four a b c more))
    (all (length all))))
(show (list (cases 1) (cases 1 2) (cases 1 2 3) (cases 1 2 3 4)
            (cases 1 2 3 4 5) (cases)))

(show (let-values (((a :up-to 3 rest) (values 1 2 3))) (list a rest)))
(show (call-with-values (lambda () (values 1 2 3)) f))

;; A template's :up-to is the same.
(define-syntax define-with-option
  (syntax-rules ()
    ((_ (name parameter ...) default body)
     (define (name parameter ... :up-to 1 rest)
       (list body (if (pair? rest) (car rest) default))))))
(define-with-option (h x y) 'none (+ x y))
(show (list (h 1 2) (h 1 2 3)))
(show (message (lambda () (apply h '(1 2 3 4)))))
