;; Continuations across collections: suspended generators, continuations in
;; dynamic-wind in map, old continuations whose segments and values have moved,
;; and ones that hold each other. Run with GC stress, too.

(define (churn n)
  (do ((i 0 (+ i 1)) (l '() (cons (make-vector 20 i) (if (< (modulo i 50) 40) l '()))))
      ((= i n) (length l))))

;; Generators over trees: each is suspended while the others run and collect.

(define (make-generator walk)
  (define return #f)
  (define (yield x)
    (call/cc (lambda (k)
               (set! resume (lambda () (k #f)))
               (return x))))
  (define resume
    (lambda ()
      (walk yield)
      (return 'done)))
  (lambda ()
    (call/cc (lambda (r)
               (set! return r)
               (resume)))))

(define (tree depth n)
  (if (= depth 0)
      (list n (number->string n))
      (cons (tree (- depth 1) (* 2 n)) (tree (- depth 1) (+ 1 (* 2 n))))))
(define (walk-leaves depth t yield)
  (if (= depth 0)
      (yield t)
      (begin
        (walk-leaves (- depth 1) (car t) yield)
        (walk-leaves (- depth 1) (cdr t) yield))))

(define generators
  (map (lambda (n)
         (make-generator (lambda (yield) (walk-leaves 4 (tree 4 n) yield))))
       '(1 2 3 4 5)))
(define (next-leaves)
  (map (lambda (next)
         (churn 30)
         (next))
       generators))
(do ((i 0 (+ i 1)) (leaves (next-leaves) (next-leaves)))
    ((eq? (car leaves) 'done) (display leaves) (newline) (display i) (newline))
  (for-each (lambda (leaf)
              (if (not (string=? (number->string (car leaf)) (cadr leaf)))
                  (begin (display "wrong leaf ") (write leaf) (newline))))
            leaves))

;; call/cc in dynamic-wind in map, entered again after collections. R7RS: the
;; results of map's earlier returns must not change.

(define log '())
(define (note! x) (set! log (cons x log)))
(define again #f)
(define results '())
(define (run-map)
  (map (lambda (x)
         (dynamic-wind
          (lambda () (note! (list 'in x)))
          (lambda ()
            (* 10 (call/cc (lambda (k)
                             (if (= x 2) (set! again k))
                             x))))
          (lambda () (note! (list 'out x)))))
       '(1 2 3)))
(define rounds 0)
(let ((result (run-map)))
  (set! results (cons result results))
  (set! rounds (+ rounds 1))
  (churn 100)
  (if (< rounds 4) (again (* rounds 100))))
(for-each (lambda (r) (display r) (newline)) (reverse results))
(display (length log))
(newline)
(display (reverse log))
(newline)

;; A continuation grown old, thrown to from a deeper and from a shallower stack.

(define old #f)
(define (build n)
  (if (= n 0)
      (let ((x (list 'fresh)))
        (let ((v (call/cc (lambda (k) (set! old k) 0))))
          (list v (car x))))
      (let ((keep (vector n (number->string n))))
        (let ((r (build (- n 1))))
          (if (not (string=? (vector-ref keep 1) (number->string n)))
              (begin (display "lost at ") (display n) (newline)))
          r))))
(define (call-deep n thunk) (if (= n 0) (thunk) (car (list (call-deep (- n 1) thunk)))))
(define visits 0)
(let ((r (build 60)))
  (display r)
  (newline)
  (set! visits (+ visits 1))
  (churn 300)
  (cond ((= visits 1) (old visits))
        ((= visits 2) (call-deep 200 (lambda () (churn 50) (old visits))))
        ((= visits 3) (call-deep 20 (lambda () (churn 50) (old visits))))))

;; Continuations that hold each other through their stacks, kept in a ring.

(define ring (make-vector 16 #f))
(define (capture-into! i)
  (let ((me (list i (vector-ref ring (modulo (- i 1) 16)))))
    (let ((v (call/cc (lambda (k) (vector-set! ring (modulo i 16) k) #f))))
      (if v (v (car me))))))
(do ((i 0 (+ i 1)))
    ((= i 100))
  (capture-into! i)
  (churn 10))
(do ((i 0 (+ i 1)) (sum 0 (+ sum (call/cc (lambda (k) ((vector-ref ring i) k))))))
    ((= i 16) (display sum) (newline)))

;; Several values and escapes out of collections in between.

(call-with-values
    (lambda ()
      (call/cc (lambda (k)
                 (dynamic-wind
                  (lambda () (churn 20))
                  (lambda () (k 1 (list 2) "three"))
                  (lambda () (churn 20))))))
  (lambda all (write all) (newline)))
