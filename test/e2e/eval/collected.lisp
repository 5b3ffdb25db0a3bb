;;; Code of evaluated forms goes when nothing refers to it, and not before:
;;; what survives is used long after thousands of other forms have come and gone.
;;; The size of the process is bounded.
(import (scheme base) (scheme eval) (scheme file) (scheme read) (scheme repl)
        (scheme write) (plc))

(define env (interaction-environment))
(define (resident-pages)
  (call-with-input-file "/proc/self/statm"
    (lambda (port)
      (read port)
      (read port))))

;; What must survive.
(define adders '())
(define constants '())
(define again #f)
(define traces '())
(define parameters '())
(define count 0)

(define (evaluate-some n)
  (do ((i 0 (+ i 1)))
      ((= i n))
    (set! count (+ count 1))
    ;; Nothing is left of this one.
    (if (not (equal? (eval `(let ((x ,i)) (list x 'a "b" (* x 2))) env)
                     (list i 'a "b" (* i 2))))
        (error "wrong value" i))
    (if (= 0 (modulo i 100))
        (begin
          ;; A closure, and a procedure that has no variables.
          (set! adders (cons (eval `(lambda (x) (+ x ,i)) env) adders))
          (set! adders
                (cons ((eval '(lambda (k) (lambda (x) (+ x k))) env) i)
                      adders))
          ;; Literals of the code.
          (set! constants (cons (eval '(let ((f (lambda () '(1 "two" #(3)))))
                                         (list (f) f))
                                      env)
                                constants))
          ;; Objects that the form was given.
          (set! constants (cons (eval `(let ((f (lambda () ',(list i))))
                                         (list (f) f))
                                      env)
                                constants))
          ;; Errors know where they came from.
          (set! traces
                (cons (guard (e (#t e))
                        (eval '(let ((v (vector 1))) (+ 1 (vector-ref v 9)))
                              env))
                      traces))))))

;; A continuation into the middle of an evaluated form.
(define entered 0)
(define (capture v)
  (call/cc (lambda (k) (set! again k) v)))
(define captured
  (eval '(let ((before (list 'kept)))
           (cons (capture 1) before))
        env))
(set! entered (+ entered 1))

(if (= entered 1)
    (evaluate-some 600))
(define early (resident-pages))
(if (< entered 3)
    (again (* 10 entered)))
(write captured) (write entered) (newline)

;; The stack holds a frame of a form while others come and go.
(write (eval '(let ((local (list 1 2 3)))
                (evaluate-some 550)
                (append local '(4)))
             env))
(newline)
(evaluate-some 200)

(define (sum-all fs) (apply + (map (lambda (f) (f 1)) fs)))
(write (list count (length adders) (sum-all adders)))
(newline)
(define (same-twice? pair) (eq? (car pair) ((cadr pair))))
(write (map same-twice? constants))
(newline)
(write (list (length traces)
             (apply + (map (lambda (e) (if (error-object? e) 1 0)) traces))))
(newline)
;; Another form of those names is not confused with one that is gone.
(eval '(define (later x) (* x 7)) env)
(evaluate-some 550)
(write (eval '(later 6) env))
(newline)
(write (< (- (resident-pages) early) 6000)) ; 24 MB
(newline)
