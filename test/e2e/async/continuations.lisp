; Continuations belong to the stack that they were captured on.
(define (note . xs) (for-each display xs) (newline))
; Re-entered inside of a fiber, with waits between.
(note (await (async
  (let ((k #f) (n 0))
    (let ((v (call/cc (lambda (c) (set! k c) 0))))
      (sleep-for 0)
      (set! n (+ n 1))
      (if (< v 3) (k (+ v 1)) (list v n)))))))
; A generator that waits.
(define (make-generator f)
  (define return #f)
  (define (resume-point) (f yield) (return 'end))
  (define (yield v)
    (call/cc (lambda (k) (set! resume-point (lambda () (k #f))) (return v))))
  (lambda () (call/cc (lambda (r) (set! return r) (resume-point)))))
(note (await (async
  (let ((g (make-generator (lambda (yield) (yield 1) (sleep-for 0) (yield 2)))))
    (let* ((a (g)) (b (g)) (c (g))) (list a b c))))))
; Early exit out of a wait.
(note (await (async (call/ec (lambda (k) (for-each (lambda (x) (sleep-for 0) (if (= x 2) (k x))) '(1 2 3)))))))
; Into a fiber that waits: it goes on there, the caller is left for good.
(define k #f)
(define log '())
(define target
  (async (let ((v (call/cc (lambda (c) (set! k c) 'first))))
           (set! log (cons v log))
           (if (eq? v 'first) (await (promise)))
           (list 'target v))))
(sleep-for 0)
(define caller
  (async (dynamic-wind (lambda () #f)
                       (lambda () (k 'second) (note "not printed"))
                       (lambda () (set! log (cons 'left log))))))
(note (await target) log)
(note (guard (e (#t (condition-type e))) (await caller)))
; Of a fiber that has ended.
(note (guard (e (#t (list (condition-type e) (condition-message e)))) (k 'third)))
