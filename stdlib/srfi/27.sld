;;; SRFI 27: sources of random bits.
;;;
;;; The generator is MRG32k3a (L'Ecuyer, Good parameters and implementations for
;;; combined multiple recursive random number generators, 1999): two recurrences
;;; of order 3, period near 2^191. Its products stay below 2^53, in fixnums. The
;;; streams and substreams of L'Ecuyer, Simard, Chen and Kelton (2002) are the
;;; independent sources (i, j): 2^127 and 2^76 steps apart.
(define-library (srfi 27)
  (export random-integer random-real default-random-source make-random-source
          random-source? random-source-state-ref random-source-state-set!
          random-source-randomize! random-source-pseudo-randomize!
          random-source-make-integers random-source-make-reals)
  (import (scheme base) (scheme file) (scheme time) (plc arguments))
  (begin
    (define m1 4294967087)              ; 2^32 - 209
    (define m2 4294944443)              ; 2^32 - 22853

    ;; The last three values of both recurrences, the oldest first.
    (define-record-type random-source
      (make-source x0 x1 x2 y0 y1 y2)
      random-source?
      (x0 x0 set-x0!)
      (x1 x1 set-x1!)
      (x2 x2 set-x2!)
      (y0 y0 set-y0!)
      (y1 y1 set-y1!)
      (y2 y2 set-y2!))

    (define (check-source object who)
      (check-type random-source? who "a random source" 1 object))

    (define (make-random-source)
      "A fresh source; all begin with the same state."
      (make-source 12345 12345 12345 12345 12345 12345))

    ;; The next integer from 0 to below m1.
    (define (next! source)
      (let ((x (modulo (- (* 1403580 (x1 source)) (* 810728 (x0 source))) m1))
            (y (modulo (- (* 527612 (y2 source)) (* 1370589 (y0 source))) m2)))
        (set-x0! source (x1 source))
        (set-x1! source (x2 source))
        (set-x2! source x)
        (set-y0! source (y1 source))
        (set-y1! source (y2 source))
        (set-y2! source y)
        (modulo (- x y) m1)))

    ;; Uniform below n: draws from a range that is no multiple of n would
    ;; favour some results, so those in the incomplete part are thrown away.
    (define (below! source n)
      (if (<= n m1)
          (let* ((part (quotient m1 n)) (limit (* part n)))
            (let loop ((x (next! source)))
              (if (< x limit)
                  (quotient x part)
                  (loop (next! source)))))
          ;; Several draws are the digits of a number with base m1, one more
          ;; than are needed, so that little is thrown away.
          (let count ((digits 2) (range (* m1 m1)))
            (if (< (quotient range m1) n)
                (count (+ digits 1) (* range m1))
                (let* ((part (quotient range n)) (limit (* part n)))
                  (let again ()
                    (let loop ((i 0) (x 0))
                      (cond ((< i digits)
                             (loop (+ i 1) (+ (* x m1) (next! source))))
                            ((< x limit) (quotient x part))
                            (else (again))))))))))

    ;; k / 2^53 with 0 < k < 2^53, all with the same probability.
    (define (real! source)
      (let* ((high (below! source 67108864)) (low (below! source 134217728))
             (k (+ (* high 134217728) low)))
        (if (= k 0)
            (real! source)
            (* k 1.1102230246251565e-16))))

    (define (random-source-make-integers source)
      "A procedure: of n, a random integer from 0 to below n."
      (check-source source "random-source-make-integers")
      (lambda (n)
        (check-limit n "random-integer")
        (below! source n)))

    (define (check-limit n who)
      (if (not (and (exact-integer? n) (> n 0)))
          (wrong-type who "an exact positive integer" 1 n)))

    (define (random-source-make-reals source :up-to 1 unit)
      "A procedure without arguments: a random real between 0 and 1, of the type
       of unit and with steps of at most unit."
      (check-source source "random-source-make-reals")
      (if (null? unit)
          (lambda () (real! source))
          (let ((unit (car unit)))
            (if (not (and (real? unit) (< 0 unit 1)))
                (wrong-type "random-source-make-reals"
                            "a number between 0 and 1" 2 unit))
            (if (and (inexact? unit) (>= unit 1.1102230246251565e-16))
                (lambda () (real! source))
                ;; x / n for x from 1 to n - 1.
                (let ((n (ceiling (/ 1 (exact unit))))
                      (convert (if (exact? unit) values inexact)))
                  (lambda ()
                    (let again ()
                      (let ((x (convert (/ (+ 1 (below! source (- n 1))) n))))
                        ;; Flonums near 1 lie farther apart than unit.
                        (if (< 0 x 1) x (again))))))))))

    (define (random-source-state-ref source)
      "The state of a source, a list that can be written and read."
      (check-source source "random-source-state-ref")
      (cons 'mrg32k3a (state source)))

    (define (state source)
      (list (x0 source) (x1 source) (x2 source)
            (y0 source) (y1 source) (y2 source)))

    (define (set-state! source values)
      (for-each (lambda (set-value! value) (set-value! source value))
                (list set-x0! set-x1! set-x2! set-y0! set-y1! set-y2!)
                values))

    (define (random-source-state-set! source state)
      "Gives a source a state that random-source-state-ref has returned."
      (check-source source "random-source-state-set!")
      (if (not (and (list? state) (= (length state) 7)
                    (eq? (car state) 'mrg32k3a)
                    (good-state? (cdr state))))
          (wrong-type "random-source-state-set!"
                      "the state of a random source" 2 state))
      (set-state! source (cdr state)))

    ;; Neither recurrence may stand at three zeros.
    (define (good-state? values)
      (define (good? part m)
        (let loop ((part part) (i 0) (sum 0))
          (if (= i 3)
              (> sum 0)
              (and (exact-integer? (car part)) (< -1 (car part) m)
                   (loop (cdr part) (+ i 1) (+ sum (car part)))))))
      (and (good? values m1) (good? (cdr (cdr (cdr values))) m2)))

    (define (random-source-randomize! source)
      "Gives a source a state that no program can foresee."
      (check-source source "random-source-randomize!")
      (let loop ((i 0) (entropy (entropy)) (values '()))
        (if (= i 6)
            (set-state! source values)
            ;; Not 0, and below both moduli.
            (loop (+ i 1)
                  (quotient entropy 4294944442)
                  (cons (+ 1 (modulo entropy 4294944442)) values)))))

    ;; 256 bits of the system; else what the clocks say.
    (define (entropy)
      (guard (e (#t (* (exact (truncate (* 1000000 (current-second))))
                       (+ 1 (current-jiffy)) 2862933555777941757
                       3202034522624059733)))
        (let ((port (open-binary-input-file "/dev/urandom")))
          (let loop ((i 0) (n 0))
            (if (= i 32)
                (begin (close-port port) n)
                (loop (+ i 1) (+ (* n 256) (read-u8 port))))))))

    ;; Matrices of the steps, as lists of rows, to jump over many of them.
    (define (multiply a b m)
      (map (lambda (row)
             (apply map
                    (lambda column
                      (modulo (apply + (map * row column)) m))
                    b))
           a))

    (define (power a n m)
      (let loop ((a a) (n n) (result '((1 0 0) (0 1 0) (0 0 1))))
        (if (= n 0)
            result
            (loop (multiply a a m)
                  (quotient n 2)
                  (if (odd? n) (multiply result a m) result)))))

    (define (transform a vector m)
      (map (lambda (row) (modulo (apply + (map * row vector)) m)) a))

    (define (natural? object)
      (and (exact-integer? object) (>= object 0)))

    (define step1 '((0 1 0) (0 0 1) (-810728 1403580 0)))
    (define step2 '((0 1 0) (0 0 1) (-1370589 0 527612)))

    (define (random-source-pseudo-randomize! source i j)
      "Gives a source the first state of the independent source (i, j)."
      (check-source source "random-source-pseudo-randomize!")
      (check-type natural? "random-source-pseudo-randomize!"
                  "an exact nonnegative integer" 2 i)
      (check-type natural? "random-source-pseudo-randomize!"
                  "an exact nonnegative integer" 3 j)
      (let ((steps (+ (* i (expt 2 127)) (* j (expt 2 76))))
            (start '(12345 12345 12345)))
        (set-state! source
                    (append (transform (power step1 steps m1) start m1)
                            (transform (power step2 steps m2) start m2)))))

    (define default-random-source (make-random-source))

    (define (random-integer n)
      "A random integer from 0 to below n, of the default source."
      (check-limit n "random-integer")
      (below! default-random-source n))

    (define (random-real)
      "A random real between 0 and 1, of the default source."
      (real! default-random-source))))
