;;; Numbers: what is written in Lisp.
(define-library (plc number)
  (export rationalize exact-integer-root 1+ -1+ clamp)
  (import (plc core) (plc primitives) (plc list) (plc arguments))
  (begin
    ;; The simplest rational between two positive numbers: the Stern-Brocot
    ;; walk of IEEE Std 1178-1990.
    (define (simplest low high)
      (let ((whole (floor low)))
        (cond ((= whole low) whole)
              ((< whole (floor high)) (+ whole 1))
              (else
               (+ whole
                  (/ 1 (simplest (/ 1 (- high whole))
                                 (/ 1 (- low whole)))))))))

    (define (simplest-between low high)
      (cond ((positive? low) (simplest low high))
            ((negative? high) (- (simplest (- high) (- low))))
            (else 0)))

    (define (rationalize x tolerance)
      "The simplest rational number that differs from x by at most tolerance."
      (check-all "rationalize" "a real number" 1 real? (list x tolerance))
      (let ((tolerance (abs tolerance)))
        (cond ((or (nan? x) (nan? tolerance)) +nan.0)
              ((infinite? tolerance) (if (infinite? x) +nan.0 0.0))
              ((infinite? x) x)
              ((and (exact? x) (exact? tolerance))
               (simplest-between (- x tolerance) (+ x tolerance)))
              ;; No rounding on the way: the interval is that of the exact
              ;; values of the doubles.
              (else
               (let ((x (exact x)) (tolerance (exact tolerance)))
                 (inexact (simplest-between (- x tolerance)
                                            (+ x tolerance))))))))

    (define (exact-integer-root n k)
      "The largest integer whose k-th power is at most n."
      (if (< n 2)
          n
          (let loop ((low 1)
                     (high (arithmetic-shift
                            1 (+ 1 (quotient (integer-length n) k)))))
            (if (= (+ low 1) high)
                low
                (let ((middle (quotient (+ low high) 2)))
                  (if (<= (expt middle k) n)
                      (loop middle high)
                      (loop low middle)))))))

    (define (1+ n) (+ n 1))
    (define (-1+ n) (- n 1))
    (define (clamp x low high) (max low (min x high)))))
