;; Continuations: escapes, re-entry, generators, and dynamic-wind around them.

(define (find-first wanted? l)
  (call-with-current-continuation
   (lambda (return)
     (for-each (lambda (x) (if (wanted? x) (return x))) l)
     #f)))
(display (find-first even? '(1 3 4 5)))
(newline)

;; Entering a continuation again.
(define saved #f)
(define rounds 0)
(define (again)
  (let ((v (+ 100 (call-with-current-continuation
                   (lambda (k) (set! saved k) 10)))))
    (set! rounds (+ rounds 1))
    v))
(let ((v (again)))
  (display v)
  (newline)
  (if (< rounds 3) (saved (* rounds 20))))

;; A generator over a tree: two continuations hand over to each other.
(define (tree-walk tree)
  (define return #f)
  (define (resume)
    (let walk ((t tree))
      (cond ((null? t) 'skip)
            ((pair? t) (walk (car t)) (walk (cdr t)))
            (else
             (call-with-current-continuation
              (lambda (next)
                (set! resume (lambda () (next 'go)))
                (return t))))))
    (return 'end))
  (lambda ()
    (call-with-current-continuation
     (lambda (k)
       (set! return k)
       (resume)))))
(define next (tree-walk '((1 2) (3 (4 5)))))
(let loop ((x (next)) (all '()))
  (if (eq? x 'end)
      (begin (display (reverse all)) (newline))
      (loop (next) (cons x all))))

;; Each before and after thunk runs once for every way in and out.
(define path '())
(define (note x) (set! path (cons x path)))
(define inner #f)
(dynamic-wind
 (lambda () (note 'in))
 (lambda ()
   (call-with-current-continuation (lambda (k) (set! inner k)))
   (note 'body))
 (lambda () (note 'out)))
(if (< (length path) 8) (inner 'again))
(display (reverse path))
(newline)

;; Many values through a continuation.
(call-with-values
 (lambda ()
   (call-with-current-continuation (lambda (k) (k 1 2 3))))
 (lambda args (display args) (newline)))

;; Continuations taken deep in a recursion and used above it.
(define (deep n k)
  (if (= n 0) (k 'bottom) (+ 1 (deep (- n 1) k))))
(display (call-with-current-continuation (lambda (k) (deep 10000 k))))
(newline)

;; A loop of captures and throws in constant space.
(define (spin n)
  (let ((k #f) (i 0))
    (call-with-current-continuation (lambda (c) (set! k c)))
    (set! i (+ i 1))
    (if (< i n) (k #f) i)))
(display (spin 100000))
(newline)
