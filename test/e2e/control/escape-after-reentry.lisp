;; An escape to a call/ec whose frame begins a piece of the stack that was not
;; copied back: the continuation below it was left for a far one, entered again,
;; and escapes over pieces that never ran. Where pieces are cut depends on the
;; sizes of frames, so that many depths are tried.
(define far #f)
(define depths
  (string->number (or (get-environment-variable "DEPTHS") "250")))

(define (deep n thunk)
  (if (= n 0) (thunk) (+ 1 (deep (- n 1) thunk))))

(define (wide n thunk)
  (if (= n 0)
      (thunk)
      (let ((a (+ n 1)) (b (+ n 2)) (c (+ n 3)) (d (+ n 4)))
        (let ((r (wide (- n 1) thunk)))
          (+ r (- (+ a d) b c) 1)))))

;; The depth below the call/ec, and what it was left with.
(define (escape-again recur outer inner)
  (let ((k #f) (turn 0))
    (recur outer
      (lambda ()
        (call/ec
          (lambda (exit)
            (recur inner
              (lambda ()
                (call/cc (lambda (here) (set! k here)))
                (set! turn (+ turn 1))
                (if (= turn 1)
                    (far (lambda () (k 'again)))
                    (exit (* 1000 turn)))))))))))

(define (try recur outer inner)
  (let ((next (call/cc (lambda (here) (set! far here) #f))))
    (if next (next) (escape-again recur outer inner))))

(define (check recur outer)
  (let loop ((inner 1) (good 0))
    (if (= inner depths)
        good
        (loop (+ inner 1)
              (if (= (try recur outer inner) (+ 2000 outer)) (+ good 1) good)))))

(write (list (check deep 0) (check deep 7) (check deep 100)
             (check wide 0) (check wide 7) (check wide 100)))
(newline)
