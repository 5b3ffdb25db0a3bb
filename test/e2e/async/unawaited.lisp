;; Errors that nobody asked for are told of at the end, but not all of thousands.
(define ps (map (lambda (i) (async (error "lost" i))) (iota 15)))
(sleep-for 0.01)
(display "end")
(newline)
