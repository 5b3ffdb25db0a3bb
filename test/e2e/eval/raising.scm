(define before-the-error 'defined)
(vector-ref (vector 1 2)
            10)
(define after-the-error 'defined)
