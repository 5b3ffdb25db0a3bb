;;; A functional red-black tree (Okasaki, with deletion by Kahrs) and checks of
;;; its invariants under many insertions and deletions.
(import (scheme base) (scheme write))

(define-record-type node
  (make-node color left key value right)
  node?
  (color node-color) (left node-left) (key node-key) (value node-value) (right
                                                                         node-right))
(define (red l k v r) (make-node 'red l k v r))
(define (black l k v r) (make-node 'black l k v r))
(define (red? t) (and (node? t) (eq? (node-color t) 'red)))
(define (black? t) (and (node? t) (eq? (node-color t) 'black)))

(define-syntax with-node
  (syntax-rules ()
    ((_ t (l k v r) body ...)
     (let* ((n t) (l (node-left n)) (k (node-key n)) (v (node-value n))
            (r (node-right n)))
       body ...))))

(define (balance l k v r)
  (cond ((and (red? l) (red? r))
         (red (blacken l) k v (blacken r)))
        ((and (red? l) (red? (node-left l)))
         (with-node l (a xk xv b) (red (blacken a) xk xv (black b k v r))))
        ((and (red? l) (red? (node-right l)))
         (with-node l (a xk xv m)
           (with-node m (b yk yv c) (red (black a xk xv b) yk yv (black c k v
                                                                  r)))))
        ((and (red? r) (red? (node-right r)))
         (with-node r (b yk yv c) (red (black l k v b) yk yv (blacken c))))
        ((and (red? r) (red? (node-left r)))
         (with-node r (m zk zv d)
           (with-node m (b yk yv c) (red (black l k v b) yk yv (black c zk zv
                                                                d)))))
        (else (black l k v r))))
(define (blacken t) (if (red? t) (with-node t (l k v r) (black l k v r)) t))
(define (redden t) (if (black? t) (with-node t (l k v r) (red l k v r)) (error
                                                                         "invariant" t)))

(define (insert t key value)
  (define (ins t)
    (if (not t) (red #f key value #f)
        (with-node t (l k v r)
          (cond ((< key k) (if (red? t) (red (ins l) k v r) (balance (ins l) k v
                                                             r)))
                ((> key k) (if (red? t) (red l k v (ins r)) (balance l k v
                                                             (ins r))))
                (else (make-node (node-color t) l key value r))))))
  (blacken (ins t)))

(define (delete t key)
  (define (del t)
    (and t
         (with-node t (l k v r)
           (cond ((< key k) (if (black? l) (balance-left (del l) k v r)
                                (red (del l) k v r)))
                 ((> key k) (if (black? r) (balance-right l k v (del r)) (red l
                                                                          k v
                                                                          (del
                                                                           r))))
                 (else (fuse l r))))))
  (blacken (del t)))
(define (balance-left l k v r)
  (cond ((red? l) (red (blacken l) k v r))
        ((black? r) (balance l k v (redden r)))
        (else (with-node r (m zk zv d)
                (with-node m (b yk yv c) (red (black l k v b) yk yv (balance c
                                                                     zk zv
                                                                     (redden
                                                                      d))))))))
(define (balance-right l k v r)
  (cond ((red? r) (red l k v (blacken r)))
        ((black? l) (balance (redden l) k v r))
        (else (with-node l (a xk xv m)
                (with-node m (b yk yv c) (red (balance (redden a) xk xv b) yk yv
                                              (black c k v r)))))))
(define (fuse l r)
  (cond ((not l) r) ((not r) l)
        ((and (red? l) (red? r))
         (let ((m (fuse (node-right l) (node-left r))))
           (if (red? m)
               (with-node m (b k v c)
                 (red (red (node-left l) (node-key l) (node-value l) b) k v
                      (red c (node-key r) (node-value r) (node-right r))))
               (red (node-left l) (node-key l) (node-value l)
                    (red m (node-key r) (node-value r) (node-right r))))))
        ((and (black? l) (black? r))
         (let ((m (fuse (node-right l) (node-left r))))
           (if (red? m)
               (with-node m (b k v c)
                 (red (black (node-left l) (node-key l) (node-value l) b) k v
                      (black c (node-key r) (node-value r) (node-right r))))
               (balance-left (node-left l) (node-key l) (node-value l)
                             (black m (node-key r) (node-value r) (node-right
                                                                   r))))))
        ((red? r) (with-node r (a k v b) (red (fuse l a) k v b)))
        (else (with-node l (a k v b) (red a k v (fuse b r))))))

(define (find t key default)
  (let loop ((t t))
    (if t (with-node t (l k v r) (cond ((< key k) (loop l)) ((> key k) (loop r))
                                       (else v))) default)))
(define (fold t f seed) (if t (with-node t (l k v r) (fold r f (f k v (fold l f
                                                                       seed))))
                                                                       seed))
(define (size t) (fold t (lambda (k v n) (+ n 1)) 0))
(define (height t) (if t (+ 1 (max (height (node-left t)) (height (node-right
                                                                   t)))) 0))
(define (black-height t)
  (if (not t) 1
      (let ((l (black-height (node-left t))) (r (black-height (node-right t))))
        (when (and (red? t) (or (red? (node-left t)) (red? (node-right t))))
          (error "red under red" (node-key t)))
        (unless (= l r) (error "black heights differ" (node-key t) l r))
        (if (black? t) (+ l 1) l))))
(define (sorted? t) (call/cc (lambda (no) (fold t (lambda (k v last)
                                                   (if (and last (>= last k))
                                                    (no #f) k)) #f) #t)))

(define (scramble i) (modulo (+ (* i 7919) 13) 10007))
(define tree
  (do ((i 0 (+ i 1)) (t #f (insert t (scramble i) i))) ((= i 3000) t)))
(write (list (size tree) (black-height tree) (sorted? tree) (<= (height tree)
                                                             24))) (newline)
(write (list (find tree (scramble 17) 'none) (find tree -1 'none))) (newline)
(define smaller
  (do ((i 0 (+ i 3)) (t tree (delete t (scramble i)))) ((>= i 3000) (begin
                                                                     (black-height t) t))))
(write (list (size smaller) (sorted? smaller) (find smaller (scramble 3) 'none)
             (find smaller (scramble 4) 'none))) (newline)
(write (let loop ((i 0) (t smaller))
         (if (= i 3000) t (let ((t (delete t (scramble i)))) (when (zero?
                                                                    (modulo i
                                                                     250))
                                                                     (black-height t)) (loop (+ i 1) t)))))
(newline)
(write (guard (e ((error-object? e) (list (error-object-message e)
                                          (error-object-irritants e))))
         (black-height (black (red (red #f 1 1 #f) 2 2 #f) 3 3 #f)))) (newline)
