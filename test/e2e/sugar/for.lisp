;; for, iterate and ->list: every Lisp collection.
(include "Inputs/check.scm")

(define-syntax collect
  (syntax-rules ()
    ((_ collection)
     (let ((out '()))
       (for (x collection) (set! out (cons x out)))
       (reverse out)))))
(test '(1 2 3) (collect '(1 2 3)))
(test '(1 2 3) (collect [1 2 3]))
(test '(#\a #\λ) (collect "aλ"))
(test '(1 255) (collect #u8(1 255)))
(test '(1.5 2.5) (collect #f64(1.5 2.5)))
(test '(-1 1) (collect #s16(-1 1)))
(test '(("a" . 1) (b . 2)) (collect {"a" 1 'b 2}))
(test '(0 1 2) (collect (range 3)))
(test '(1 3 5) (collect (range 1 6 2)))
(test '(3 2 1) (collect (range 3 0 -1)))
(test '() (collect '()))
(test '() (collect []))
(test '() (collect ""))
(test '() (collect {}))

;; A generator is a procedure that returns an end of file object at last.
(define (count-to n)
  (let ((i 0))
    (lambda ()
      (if (= i n)
          (eof-object)
          (begin (set! i (+ i 1)) i)))))
(test '(1 2 3) (collect (count-to 3)))
(test '() (collect (count-to 0)))
(test '(#\x #\y) (let ((port (open-input-string "xy")))
                   (collect (lambda () (read-char port)))))

;; The body: definitions, several forms, escape, an own variable each time.
(define sum 0)
(for [x [1 2 3]]
  (define double (* 2 x))
  (set! sum (+ sum double)))
(test 12 sum)
(define procedures '())
(for (x '(1 2)) (set! procedures (cons (lambda () x) procedures)))
(test '(2 1) (map (lambda (f) (f)) procedures))
(test 2 (call/cc (lambda (return)
                   (for (x '(1 2 3)) (if (even? x) (return x))))))
(define pairs '())
(for (x [1 2])
  (for (y "ab") (set! pairs (cons (list x y) pairs))))
(test '((2 #\b) (2 #\a) (1 #\b) (1 #\a)) pairs)

;; A map may change while its pairs are visited.
(define m {1 'a 2 'b})
(for (pair m) (set! (ref m (+ 10 (car pair))) (cdr pair)))
(test '(1 2 11 12) (hash-table-keys m))

(test '(1 2) (->list [1 2]))
(test '(#\a) (->list "a"))
(test '(1 2) (->list #u8(1 2)))
(test '((k . v)) (->list {'k 'v}))
(test '(1 2) (->list (count-to 2)))
(define seen '())
(iterate (lambda (x) (set! seen (cons x seen))) #s8(1 2))
(test '(2 1) seen)

(test-raises "for: expected something to iterate over as argument 1"
             (for (x 5) x))
(test-raises "->list: expected something to iterate over as argument 1"
             (->list 5))
(test-raises "iterate: expected something to iterate over as argument 2"
             (iterate list 'a))
(print passed " passed")
