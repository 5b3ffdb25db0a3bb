;; Sees what the file before it defined.
(define two (list one 2))
