;; One continuation below a deep stack is entered again and again; each time all
;; the frames return.
;; input: repetitions depth
(define again #f)
(define (down d)
  (if (= d 0)
      (call/cc (lambda (k) (set! again k) 0))
      (+ 1 (down (- d 1)))))

(define rounds 0)
(let* ((n (read)) (depth (read)) (v (down depth)))
  (set! rounds (+ rounds 1))
  (if (< rounds n)
      (again rounds)
      (begin (display v) (newline))))
