(DEFINE Folded-Name 'FOLDED-DATUM)
(define (FOLDED-Procedure X) (list x))
