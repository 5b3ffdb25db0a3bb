;; NumPy: random numbers, axes, masks, linear algebra, shared memory, callbacks.
(import (scheme base) (scheme write) (plc) (plc hosts) (srfi 160 f64))
(import "numpy" :from "pypi" :as np)
(import "numpy.linalg" :from "pypi" :as linalg)
(import "builtins" :from "python" :as b :only (print))

(define rng (np:random.default_rng 7))
(define temperatures (rng.normal 15.0 6.0 :size (py-tuple 12 30)))
(define monthly (temperatures.mean :axis 1))
(print "shape" temperatures.shape)
(print "mean" (b:round (temperatures.mean) 6))
(define month 0)
(for (mean monthly)
  (when (> mean 15)
    (print month (b:round mean 3)))
  (set! month (+ month 1)))
(print "warm days" ((. (np:greater temperatures 25) sum)))
(print "warmest" (b:round (temperatures.max) 3) (temperatures.argmax))

;; A list of homogeneous vectors is a matrix.
(define matrix (np:array (list (f64vector 4.0 1.0) (f64vector 2.0 3.0))))
(define solved (linalg:eig matrix))
(print (b:sorted (map (lambda (v) (b:round v 6)) (vector->list (->lisp (ref solved 0))))))
(print (linalg:solve matrix (f64vector 1.0 2.0)))
(print (np:matmul matrix matrix))

;; What Lisp writes NumPy reads: it is the same memory.
(define numbers (f64vector 1.0 2.0 3.0 4.0))
(define data (np:asarray numbers))
(set! (ref data 1) 20)
(f64vector-set! numbers 0 (f64vector-ref numbers 0))
(print data (ref data (b:slice 1 3)) (+ (* data 2) 1))
(print (np:flip (np:sort data)))

(define (step x) (- (* x x) (* 2 x)))
(print ((np:vectorize step :otypes (list b:float)) data))
(guard (e ((foreign-error? e 'ValueError)
           (print (foreign-error-type e) (condition-message e))))
  (+ (np:zeros (py-tuple 2 3)) (np:zeros (py-tuple 4 5))))
