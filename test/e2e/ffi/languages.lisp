;; Lisp, C and Lua below one another: errors, exits, depth.
(import (scheme base) (scheme write) (plc) (plc core) (plc lua))
(define (show . xs)
  (for-each (lambda (x) (write x) (display " ")) xs)
  (newline))
(define via-lua (lua-eval "function(f) local r = f() return r end"))
;; f is called once by C.
(define (via-c f)
  (let ((answer #f) (one (bytevector 1)))
    (%native-call "bsearch" "bsearch"
                  "p<void>(p<void>,p<void>,u64,u64,F<i32(k<void>,k<void>)>)"
                  one one 1 1 (lambda (a b) (set! answer (f)) 0))
    answer))

;; One error through Lisp, C, Lisp, Lua and Lisp: the same condition, and one
;; trace in the order in which all were active.
(define same (make-condition 'mine "message" '()))
(define (innermost) (list (raise same)))
(define (in-lua) (list (via-lua (lambda () (list (innermost))))))
(define (in-c) (list (via-c (lambda () (list (in-lua))))))
(show (guard (e (#t (eq? e same))) (in-c)))
(define (failing) (list (vector-ref (vector) (string->number "5"))))
(define (lua-below) (list (via-lua (lambda () (list (failing))))))
(define (c-below) (list (via-c (lambda () (list (lua-below))))))
(define trace
  (guard (e (#t (map (lambda (frame) (list (car frame) (list-ref frame 4)))
                     (condition-trace e))))
    (list (c-below))))
(show (filter (lambda (frame)
                (memq (car frame) '(failing lua-below c-below bsearch main))) trace))
(define (languages trace)
  (let loop ((trace trace) (last #f))
    (cond ((null? trace) '())
          ((eq? (cadr (car trace)) last) (loop (cdr trace) last))
          (else (cons (cadr (car trace))
                      (loop (cdr trace) (cadr (car trace))))))))
(show (languages trace))

;; An escape over the frames of both runs each after once.
(define log '())
(define (note x) (set! log (cons x log)))
(define (wind name thunk)
  (dynamic-wind (lambda () (note (list 'in name))) thunk
                (lambda () (note (list 'out name)))))
(show (call/cc
       (lambda (k)
         (wind 1 (lambda ()
                   (via-c (lambda ()
                            (wind 2 (lambda ()
                                      (via-lua (lambda ()
                                                 (wind 3 (lambda () (k 'left))))))))))))))
(show (reverse log))

;; Re-entry over frames that are gone; inside of those that are there it works.
(define saved #f)
(define (type-of thunk)
  (guard (e ((error-object? e) (condition-type e))) (thunk)))
(show (via-c (lambda () (via-lua (lambda () (call/cc (lambda (k) (set! saved k) 5)))))))
(show (type-of (lambda () (saved 1))))
(show (via-lua
       (lambda ()
         (let* ((k #f) (n (call/cc (lambda (c) (set! k c) 0))))
           (if (< n 3) (k (+ n 1)) n)))))

;; A hundred callbacks, in turns.
(define (down n)
  (cond ((= n 0) 'bottom)
        ((even? n) (via-c (lambda () (down (- n 1)))))
        (else (via-lua (lambda () (down (- n 1)))))))
(show (down 100))
(show (type-of (lambda () (let deep () (via-c (lambda () (via-lua deep)))))))
(show (via-c (lambda () (via-lua (lambda () (collect-all) 'collected)))))
