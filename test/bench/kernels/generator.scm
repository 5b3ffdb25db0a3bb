;; Same fringe by two tree walks that are generators made of re-entrant
;; continuations: consumer and generator are captured at every leaf.
;; input: repetitions depth
(define (make-tree d n)
  (if (= d 0)
      n
      (cons (make-tree (- d 1) (* 2 n)) (make-tree (- d 1) (+ 1 (* 2 n))))))

(define (tree->generator tree)
  (define return #f)
  (define (walk t)
    (if (pair? t)
        (begin (walk (car t)) (walk (cdr t)))
        (call/cc
         (lambda (next)
           (set! resume (lambda () (next #f)))
           (return t)))))
  (define resume
    (lambda ()
      (walk tree)
      (return #f)))
  (lambda ()
    (call/cc
     (lambda (r)
       (set! return r)
       (resume)))))

(define (count-same a b)
  (let ((next-a (tree->generator a)) (next-b (tree->generator b)))
    (let loop ((n 0))
      (let* ((x (next-a)) (y (next-b)))
        (cond ((not (eqv? x y)) -1)
              ((not x) n)
              (else (loop (+ n 1))))))))

(let* ((n (read)) (depth (read)))
  (let loop ((i 0) (sum 0))
    (if (< i n)
        (loop (+ i 1)
              (+ sum (count-same (make-tree depth 1) (make-tree depth 1))))
        (begin (display sum) (newline)))))
