;; apply of lists around what registers, the argument buffer and a vector hold,
;; with and without arguments before the list; what is no proper list.
(define (m thunk) (guard (e ((error-object? e) (error-object-message e)) (#t e)) (thunk)))
(define (show x) (write x) (newline))
(define long (iota 5000))
(define improper (append (iota 10) 5))
(define long-improper (append (iota 5000) 5))
(define circle (iota 6000)) (set-cdr! (list-tail circle 5999) circle)
(define small-circle (list 1 2)) (set-cdr! (cdr small-circle) small-circle)
(for-each (lambda (f)
 (for-each (lambda (l) (show (m (lambda () (let ((r (apply f l))) (if (pair? r) (length r) (if (vector? r) (vector-length r) r)))))))
   (list '() '(1) (iota 5) (iota 6) (iota 64) (iota 65) (iota 4095) (iota 4096) (iota 4097) long 7 improper long-improper circle small-circle))
 (for-each (lambda (l) (show (m (lambda () (let ((r (apply f 1 2 3 4 5 6 l))) (if (pair? r) (length r) (if (vector? r) (vector-length r) r)))))))
   (list '() '(1) (iota 58) (iota 59) (iota 4090) (iota 4091) long 7 improper long-improper circle small-circle)))
 (list + list vector max string-append (lambda (a b . c) c)))

;; A case-lambda says its name when no clause fits, also nested in another.
(define either (case-lambda ((a) 'one) ((a b) 'two)))
(define more (case-lambda ((a b c) 'three) ((a b c d . rest) (length rest))))
(define procedures (list either more))
(for-each
 (lambda (count)
   (show (map (lambda (f) (m (lambda () (apply f (make-list count 'x)))))
              procedures)))
 '(0 1 2 3 4 5 100))
