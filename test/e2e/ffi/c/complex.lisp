;;; Complex numbers of C: arguments and results of both widths, fields, callbacks.
(import "complex.h" :from "c" :link "m" :as c)
(import "waves.h" :from "c" :as own)

(define (show x) (write x) (newline))
(define (n x) (vector-ref (vector x) 0))
(define-syntax try
  (syntax-rules ()
    ((_ e) (show (guard (x (#t (condition-message x))) e)))))

(try (c:csqrt -4))
(try (c:csqrt (n -4.0)))
(try (c:cabs (n 3+4i)))
(try (list (c:creal 1.5-2i) (c:cimag (n 1.5-2i)) (c:conj (n 1.5-2i))))
(try (c:cpow (n +i) 2))
(try (list (c:cabsf (n 3+4i)) (c:conjf 0.5+0.25i) (c:crealf 1/2)))
(try (map c:cabs (list 3+4i -5 2.5)))
(try (c:cexp (n "x")))

(define w (own:wave :value 1+2i :small 0.5-1.5i))
(try (list w.value w.small))
(set! w.value (* w.value w.value))
(try w.value)
(try (own:scaled w 2))
(try (own:apply (lambda (z) (* z +i)) 1.0+2.0i))
(try (own:apply c:conj 1.0+2.0i))
(try (own:apply (lambda (z) 'none) 1.0))
