;;; Threads of C call Lisp while the main program waits for them in C; one at a
;;; time runs Lisp.
(import "threads.h" :from "c" :as t :blocking #t)
(import "pthread.h" :from "c" :as p :blocking (pthread_join))
(import "stdlib.h" :from "c" :as s)
(define (show x) (write x) (newline))

;; A constant procedure that needs nothing, one that allocates, a closure.
(define (add number i) (+ (* 1000 number) i))
(show (t:in-threads 4 100 add))
(define (junk number i) (vector-length (make-vector (+ 1 (remainder i 50)) (list number i))))
(show (t:in-threads 4 500 junk))
(define calls 0)
(define kept (make-vector 2000 #f))
(show (t:in-threads 8 250
                    (let ((k (vector-ref (vector 3) 0)))
                      (lambda (number i)
                        (set! calls (+ calls 1))
                        (vector-set! kept (+ (* 250 number) i) (list number i))
                        (if (= 0 (remainder i 100)) (collect-all))
                        k))))
(show calls)
(show (let loop ((k 0) (good 0))
        (if (= k 2000)
            good
            (loop (+ k 1)
                  (if (equal? (vector-ref kept k) (list (quotient k 250) (remainder k 250)))
                      (+ good 1)
                      good)))))

;; A callback that calls C which calls back; in the thread and at home.
(define (sorted n)
  (let ((v (bytevector 9 3 n 1)))
    (s:qsort v 4 1 (lambda (a b)
                     (- (ref (c:cast a "unsigned char") 0) (ref (c:cast b "unsigned char") 0))))
    (bytevector-u8-ref v 0)))
(show (t:in-threads 2 3 (lambda (number i) (sorted i))))

;; A lambda in a thread of a thread's callback.
(show (t:in-threads 2 2 (lambda (number i) (t:in-threads 2 2 (lambda (m j) 1)))))

;; Everything that can be passed.
(define seen '())
(define (note a b c d e f g h i j k l)
  (set! seen (list a b c d e f g h i j k l))
  (/ (+ a 1) 2))
(show (t:many note #f))
(show seen)
(set! seen '())
(show (t:many note #t))
(show seen)

;; What leaves a callback in the thread that waits goes on in the caller.
(show (guard (e (#t e)) (t:many (lambda all (raise 'here)) #f)))
(show (call/cc (lambda (k) (t:many (lambda all (k (length all))) #f))))
(show (guard (e (#t e))
        (t:many (lambda all
                  (t:in-threads 2 2 (lambda (number i) 1))
                  (raise 'again))
                #f)))

;; Handlers and continuations stay in the callback.
(show (t:in-threads 2 2 (lambda (number i)
                          (guard (e (#t 10))
                            (call/cc (lambda (k) (if (= i 0) (k 1) (raise 'oops))))))))

;; By hand.
(define thread (c:new p:pthread_t))
(define result #f)
(define (main data) (set! result (list 'ran (null? data))) nil)
(p:pthread-create thread nil main nil)
(p:pthread-join (ref thread 0) nil)
(show (car result))
