(define from-file (list 'from 'file))
(define (triple x)
  (* 3 x))
(let ([brackets (triple seen-by-file)]) (set! result brackets))
