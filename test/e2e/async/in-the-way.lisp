;; What is put in a fiber's way while something else stands there is raised later,
;; and a timeout finds its fiber whatever became of the promise.
(define (busy n) (if (> n 0) (busy (- n 1))))
;; Keeps the processor, so that all that follows expires at once.
(define (hog)
  (async (sleep-for 0.01)
         (let ((end (+ (current-jiffy) (/ (jiffies-per-second) 10))))
           (let loop () (if (< (current-jiffy) end) (begin (busy 1000) (loop)))))))
(define-syntax show
  (syntax-rules ()
    ((_ e) (begin (display (guard (c (#t (list 'raised (condition-type c)))) e)) (newline)))))

(hog)
(show (with-timeout 0.03
        (lambda ()
          (guard (e (#t 'inner)) (with-timeout 0.02 (lambda () (sleep-for 1))))
          (sleep-for 2)
          'lost)))

(hog)
(define p
  (async (guard (e (#t 'inner)) (with-timeout 0.02 (lambda () (sleep-for 1))))
         (sleep-for 2)
         'lost))
(async (sleep-for 0.02) (cancel! p))
(show (await p))

(define r #f)
(set! r (async (resolve! r 1)
               (show (with-timeout 0.02 (lambda () (sleep-for 0.5) 'lost)))))
(show (await r))
(sleep-for 0.1)

;; Whoever leaves for another fiber does not come back.
(define k #f)
(define q (async (sleep-for 0.01) (call/cc (lambda (c) (set! k c))) (sleep-for 1)))
(let wait () (if (not k) (begin (sleep-for 0.005) (wait))))
(dynamic-wind
 (lambda () #f)
 (lambda () (guard (e (#t (display "not here"))) (k 2)) (display "nor here"))
 (lambda () (display "after") (newline)))
