; One trace: the frames of the fiber, then those of who awaited it.
(define (fails n) (if (= n 0) (vector-ref (vector 1 2) 7) (+ 1 (fails (- n 1)))))
(define (middle) (+ 1 (await (async (+ 1 (fails 1))))))
(define (outer) (+ 1 (await (async (+ 1 (middle))))))
(define names
  (guard (e (#t (map car (condition-trace e)))) (outer)))
(define (position name) (list-index (lambda (n) (eq? n name)) names))
(display (map (lambda (name) (length (filter (lambda (n) (eq? n name)) names)))
              '(fails middle outer)))
(display (< (position 'fails) (position 'middle) (position 'outer)))
(newline)
