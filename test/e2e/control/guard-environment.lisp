;; The tests of a guard are evaluated in its dynamic environment, after the
;; thunks on the way out have run (R7RS 4.2.7); if none fits, control goes back
;; in to raise again.
(define (show . xs) (for-each (lambda (x) (write x) (display " ")) xs) (newline))

(define flag #f)
(show (guard (e (flag 'after) (else 'before))
        (dynamic-wind (lambda () #f)
                      (lambda () (raise 1))
                      (lambda () (set! flag #t)))))

(define cell (list 'inside))
(show (guard (e ((eq? (car cell) 'outside) 'after) (else 'before))
        (dynamic-wind (lambda () #f)
                      (lambda () (raise 1))
                      (lambda () (set-car! cell 'outside)))))

(define (assigned-local)
  (let ((state 'inside))
    (guard (e ((eq? state 'outside) 'after) (else 'before))
      (dynamic-wind (lambda () #f)
                    (lambda () (raise 1))
                    (lambda () (set! state 'outside))))))
(show (assigned-local))

(define-record-type box (make-a-box value) a-box? (value a-box-value set-a-box-value!))
(define held (make-a-box 'inside))
(show (guard (e ((eq? (a-box-value held) 'outside) 'after) (else 'before))
        (dynamic-wind (lambda () #f)
                      (lambda () (raise 1))
                      (lambda () (set-a-box-value! held 'outside)))))

;; No clause fits: out, in again for the outer handler, and out.
(define trace '())
(define (note x) (set! trace (cons x trace)))
(define unequal 0)
(show (call/cc
        (lambda (k)
          (with-exception-handler
            (lambda (e) (note 'handler) (k e))
            (lambda ()
              (guard (e ((eqv? e unequal) 'no))
                (dynamic-wind (lambda () (note 'in))
                              (lambda () (raise 'oops))
                              (lambda () (note 'out)))))))))
(show (reverse trace))

;; Tests see the parameters and the handlers of the guard.
(define depth (make-parameter 'outside))
(show (guard (e ((eq? (depth) 'inside) 'wrong) ((eq? (depth) 'outside) 'right))
        (parameterize ((depth 'inside)) (raise 1))))
(show (guard (outer (#t (error-object-message outer)))
        (guard (e ((car (list-tail e 0)) 'no))
          (raise 5))))
(show (with-exception-handler
        (lambda (e) 42)
        (lambda ()
          (+ 1 (guard (e ((equal? e (list 'no)) 'no))
                 (raise-continuable 'yes))))))

;; A test that is entered again when its guard has returned.
(define again #f)
(let ((result
        (with-exception-handler
          (lambda (e) 'handled)
          (lambda ()
            (guard (e ((call/cc (lambda (k) (set! again k) #f))
                       => (lambda (x) (list 'found x))))
              (dynamic-wind (lambda () (note 'in))
                            (lambda () (list 'body (raise-continuable 1)))
                            (lambda () (note 'out))))))))
  (show result)
  (if again
      (let ((k again))
        (set! again #f)
        (note 'again)
        (k 'value))))
(show (list-tail (reverse trace) 5))

;; A test that raises does so in the environment of the guard: its own handlers
;; and parameters, not those of the body.
(define level (make-parameter 'outer))
(define-record-type fault (make-fault code) fault? (code fault-code))
(define (raised-by run)
  (call/cc
    (lambda (k)
      (with-exception-handler (lambda (e) (k (list 'handler (level)))) run))))
(show (raised-by
        (lambda ()
          (guard (e ((> e 1) 'large))
            (parameterize ((level 'inner)) (raise 'symbol))))))
(show (raised-by
        (lambda ()
          (guard (e ((= 7 (fault-code e)) 'seven) (else 'other))
            (parameterize ((level 'inner)) (raise 'symbol))))))
(show (raised-by
        (lambda ()
          (guard (e ((and (fault? e) (= 7 (fault-code e))) 'seven))
            (parameterize ((level 'inner)) (raise (make-fault 7)))))))
