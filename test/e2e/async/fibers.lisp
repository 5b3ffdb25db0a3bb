; Fibers run in turn, each until it awaits; the main program is one of them.
(define (note . xs) (for-each display xs) (newline))
(define p (async (note "a1") (sleep-for 0.03) (note "a2") 'a))
(define q (async (note "b1") (sleep-for 0.01) (note "b2") (values 1 2)))
(note "main " (promise-state p))
(note (await p))
(call-with-values (lambda () (await q)) (lambda (a b) (note a " " b)))
(note "other values: " (await 7) " " (await "x"))
(write (list p (promise) (async-promise? p) (promise? p))) (newline)

; A chain of a thousand, each waiting for the next.
(define (chain n) (async (if (= n 0) 0 (+ 1 (await (chain (- n 1)))))))
(note (await (chain 1000)))

; Dynamic state belongs to a fiber: parameters, handlers, winds.
(define level (make-parameter 'outer))
(define inner
  (parameterize ((level 'where-made))
    (async (list (level) (parameterize ((level 'inside)) (sleep-for 0) (level))))))
(note (parameterize ((level 'main)) (list (await inner) (level))))
(define (wound name)
  (async (dynamic-wind
          (lambda () (note "in " name))
          (lambda () (sleep-for 0) name)
          (lambda () (note "out " name)))))
(note (await-all (wound 'x) (wound 'y)))
(note (guard (e ((symbol? e) (list 'main e)))
        (await (async (guard (e ((string? e) (list 'fiber e)))
                        (sleep-for 0) (raise 'for-main))))))

; A million short ones, and ten thousand that wait at once.
(let loop ((i 0))
  (if (< i 100000) (begin (await (async i)) (loop (+ i 1)))))
(define gate (promise))
(define waiting (map (lambda (i) (async (+ (await gate) i))) (iota 2000)))
(sleep-for 0)
(define junk (map (lambda (i) (make-vector 100 i)) (iota 5000)))
(resolve! gate 1)
(note (apply + (apply await-all waiting)))

; Deep recursion, and too deep.
(define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1)))))
(note (await (async (deep 50000))))
(note (guard (e (#t (condition-type e))) (await (async (deep 100000000)))))
(note (guard (e (#t (condition-type e))) (await (async (deep 100000000)))))
(note (await (async (deep 50000))))
