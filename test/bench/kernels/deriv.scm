;; Symbolic derivation: symbols, lists, map.
;; input: repetitions
(define (deriv a)
  (cond ((not (pair? a)) (if (eq? a 'x) 1 0))
        ((eq? (car a) '+) (cons '+ (map deriv (cdr a))))
        ((eq? (car a) '-) (cons '- (map deriv (cdr a))))
        ((eq? (car a) '*)
         (list '* a (cons '+ (map (lambda (a) (list '/ (deriv a) a))
                                  (cdr a)))))
        ((eq? (car a) '/)
         (list '-
               (list '/ (deriv (cadr a)) (caddr a))
               (list '/ (cadr a)
                     (list '* (caddr a) (caddr a) (deriv (caddr a))))))
        (else (error "no derivation method available:" (car a)))))

(define expression (read))
(define repetitions (read))
(let loop ((i 0) (result '()))
  (if (< i repetitions)
      (loop (+ i 1) (deriv expression))
      (begin (write result) (newline))))
