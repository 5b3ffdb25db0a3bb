;;; SRFI 42: eager comprehensions.
;;;
;;; A generator is a macro (:name CC ARGUMENT ...) that expands into (CC ... LOOP):
;;; CC is a list to which a loop in its full form is appended,
;;;   (:do (let (OUTER ...) COMMAND ...) ((VARIABLE INITIAL) ...) CONTINUE?
;;;        (let (INNER ...) COMMAND ...) AGAIN? (NEXT ...))
(define-library (srfi 42)
  (export
   do-ec list-ec append-ec string-ec string-append-ec vector-ec
   vector-of-length-ec sum-ec product-ec min-ec max-ec any?-ec every?-ec
   first-ec last-ec fold-ec fold3-ec
   :do :let :parallel :while :until : :list :string :vector :integers :range
   :real-range :char-range :port :dispatched
   :-dispatch-ref :-dispatch-set! make-initial-:-dispatch dispatch-union
   :generator-proc)
  (import (scheme base) (scheme read) (plc arguments) (only (plc list) every))
  (begin
    ;; Qualifiers

    (define-syntax do-ec
      (syntax-rules (nested if not and or begin)
        ((_ command) command)
        ((_ (nested qualifier ...) rest ... command)
         (do-ec qualifier ... rest ... command))
        ((_ (if test) rest ... command)
         (if test (do-ec rest ... command)))
        ((_ (not test) rest ... command)
         (if (not test) (do-ec rest ... command)))
        ((_ (and test ...) rest ... command)
         (if (and test ...) (do-ec rest ... command)))
        ((_ (or test ...) rest ... command)
         (if (or test ...) (do-ec rest ... command)))
        ((_ (begin step ...) rest ... command)
         (begin step ... (do-ec rest ... command)))
        ((_ (generator argument ...) rest ... command)
         (generator (run-loop (do-ec rest ... command)) argument ...))))

    (define-syntax run-loop
      (syntax-rules (:do let)
        ((_ command (:do (let outer step ...) variables continue?
                         (let inner inner-step ...) again? (next ...)))
         (let outer
           step ...
           (let loop variables
             (if continue?
                 (let inner
                   inner-step ...
                   command
                   (if again? (loop next ...)))))))))

    ;; Comprehensions

    (define-syntax fold-ec
      (syntax-rules ()
        ((_ start qualifier ... expression f)
         (let ((result start))
           (do-ec qualifier ... (set! result (f expression result)))
           result))))

    (define-syntax fold3-ec
      (syntax-rules ()
        ((_ none qualifier ... expression first f)
         (let ((result #f) (empty? #t))
           (do-ec qualifier ...
                  (let ((value expression))
                    (if empty?
                        (begin (set! result (first value))
                               (set! empty? #f))
                        (set! result (f value result)))))
           (if empty? none result)))))

    (define-syntax list-ec
      (syntax-rules ()
        ((_ qualifier ... expression)
         (reverse (fold-ec '() qualifier ... expression cons)))))

    (define-syntax append-ec
      (syntax-rules ()
        ((_ qualifier ... expression)
         (apply append (list-ec qualifier ... expression)))))

    (define-syntax string-ec
      (syntax-rules ()
        ((_ qualifier ... expression)
         (list->string (list-ec qualifier ... expression)))))

    (define-syntax string-append-ec
      (syntax-rules ()
        ((_ qualifier ... expression)
         (apply string-append (list-ec qualifier ... expression)))))

    (define-syntax vector-ec
      (syntax-rules ()
        ((_ qualifier ... expression)
         (list->vector (list-ec qualifier ... expression)))))

    (define-syntax vector-of-length-ec
      (syntax-rules ()
        ((_ length qualifier ... expression)
         (let* ((n length) (v (make-vector n)) (i 0))
           (do-ec qualifier ...
                  (begin
                    (if (>= i n)
                        (error "vector-of-length-ec: too many elements" n))
                    (vector-set! v i expression)
                    (set! i (+ i 1))))
           (if (< i n) (error "vector-of-length-ec: too few elements" n))
           v))))

    (define-syntax sum-ec
      (syntax-rules ()
        ((_ qualifier ... expression) (fold-ec 0 qualifier ... expression +))))

    (define-syntax product-ec
      (syntax-rules ()
        ((_ qualifier ... expression) (fold-ec 1 qualifier ... expression *))))

    (define-syntax min-ec
      (syntax-rules ()
        ((_ qualifier ... expression)
         (fold3-ec (no-elements "min-ec") qualifier ... expression values
                   min))))

    (define-syntax max-ec
      (syntax-rules ()
        ((_ qualifier ... expression)
         (fold3-ec (no-elements "max-ec") qualifier ... expression values
                   max))))

    (define (no-elements who)
      (error (string-append who ": there are no elements")))

    (define-syntax last-ec
      (syntax-rules ()
        ((_ default qualifier ... expression)
         (let ((result default))
           (do-ec qualifier ... (set! result expression))
           result))))

    (define-syntax first-ec
      (syntax-rules ()
        ((_ default qualifier ... expression)
         (let ((none default))
           (call-with-current-continuation
            (lambda (leave)
              (do-ec qualifier ... (leave expression))
              none))))))

    (define-syntax any?-ec
      (syntax-rules ()
        ((_ qualifier ... test) (first-ec #f qualifier ... (if test) #t))))

    (define-syntax every?-ec
      (syntax-rules ()
        ((_ qualifier ... test) (first-ec #t qualifier ... (if (not test)) #f))))

    ;; Generators of generators

    (define-syntax :do
      (syntax-rules ()
        ((_ (cc ...) outer variables continue? inner again? next)
         (cc ... (:do outer variables continue? inner again? next)))
        ((_ cc variables continue? next)
         (:do cc (let ()) variables continue? (let ()) #t next))))

    (define-syntax :let
      (syntax-rules (index)
        ((_ cc var (index i) expression)
         (:do cc (let ((var expression) (i 0))) () #t (let ()) #f ()))
        ((_ cc var expression)
         (:do cc (let ((var expression))) () #t (let ()) #f ()))))

    ;; All at once: the parts of the loops one behind the other.
    (define-syntax :parallel
      (syntax-rules ()
        ((_ (cc ...)) (cc ... (:do (let ()) () #f (let ()) #f ())))
        ((_ cc generator ...)
         (join cc (generator ...) (:do (let ()) () (and) (let ()) (and) ())))))

    (define-syntax join
      (syntax-rules (:do let and)
        ((_ (cc ...) () loop) (cc ... loop))
        ((_ cc ((generator argument ...) rest ...) loop)
         (generator (join cc (rest ...) loop) argument ...))
        ((_ cc generators
            (:do (let (outer ...) step ...) (variable ...) (and continue? ...)
                 (let (inner ...) inner-step ...) (and again? ...) (next ...))
            (:do (let (outer2 ...) step2 ...) (variable2 ...) continue2?
                 (let (inner2 ...) inner-step2 ...) again2? (next2 ...)))
         (join cc generators
               (:do (let (outer ... outer2 ...) step ... step2 ...)
                    (variable ... variable2 ...)
                    (and continue? ... continue2?)
                    (let (inner ... inner2 ...)
                      inner-step ... inner-step2 ...)
                    (and again? ... again2?)
                    (next ... next2 ...))))))

    ;; The test needs the inner variables, so they become outer ones.
    (define-syntax :while
      (syntax-rules (:do let)
        ((_ cc (generator argument ...) test)
         (generator (:while "loop" cc test) argument ...))
        ((_ "loop" cc test
            (:do (let (outer ...) step ...) variables continue?
                 (let ((inner value) ...) inner-step ...) again? next))
         (:do cc (let (outer ... (inner #f) ...) step ...) variables
              (and continue?
                   (begin (set! inner value) ... inner-step ... test))
              (let ()) again? next))))

    (define-syntax :until
      (syntax-rules (:do)
        ((_ cc (generator argument ...) test)
         (generator (:until "loop" cc test) argument ...))
        ((_ "loop" cc test (:do outer variables continue? inner again? next))
         (:do cc outer variables continue? inner (and (not test) again?)
              next))))

    ;; Sequences

    (define-syntax :list
      (syntax-rules (index)
        ((_ cc var (index i) argument ...)
         (:parallel cc (:list var argument ...) (:integers i)))
        ((_ cc var list)
         (:do cc (let ()) ((rest list)) (pair? rest)
              (let ((var (car rest)))) #t ((cdr rest))))
        ((_ cc var list more ...)
         (:list cc var (append list more ...)))))

    (define-syntax define-indexed
      (syntax-rules ()
        ((_ name length-of ref append)
         (define-syntax name
           (syntax-rules (index)
             ((_ cc var (index i) sequence)
              (:do cc (let ((s sequence) (n 0)) (set! n (length-of s)))
                   ((i 0)) (< i n) (let ((var (ref s i)))) #t ((+ i 1))))
             ((_ cc var (index i) sequence more (... ...))
              (name cc var (index i) (append sequence more (... ...))))
             ((_ cc var argument (... ...))
              (name cc var (index i) argument (... ...))))))))
    (define-indexed :string string-length string-ref string-append)
    (define-indexed :vector vector-length vector-ref vector-append)

    ;; Numbers and characters

    (define-syntax :integers
      (syntax-rules (index)
        ((_ cc var (index i))
         (:do cc ((var 0) (i 0)) #t ((+ var 1) (+ i 1))))
        ((_ cc var) (:do cc ((var 0)) #t ((+ var 1))))))

    (define-syntax :range
      (syntax-rules (index)
        ((_ cc var (index i) argument ...)
         (:parallel cc (:range var argument ...) (:integers i)))
        ((_ cc var stop) (:range cc var 0 stop 1))
        ((_ cc var start stop) (:range cc var start stop 1))
        ((_ cc var start stop step)
         (:do cc (let ((a start) (b stop) (s step)) (check-bounds a b s))
              ((var a)) (if (< s 0) (> var b) (< var b))
              (let ()) #t ((+ var s))))))

    (define (check-bounds start stop step)
      (for-each (lambda (n)
                  (if (not (exact-integer? n))
                      (error ":range: expected exact integers" n)))
                (list start stop step))
      (if (eqv? step 0) (error ":range: the step is 0")))

    (define-syntax :real-range
      (syntax-rules (index)
        ((_ cc var (index i) stop) (:real-range cc var (index i) 0 stop 1))
        ((_ cc var (index i) start stop)
         (:real-range cc var (index i) start stop 1))
        ((_ cc var (index i) start stop step)
         (:do cc (let ((a start) (s step) (n 0))
                   (let ((b stop))
                     (set! n (count-steps a b s))
                     (if (or (inexact? b) (inexact? s)) (set! a (inexact a)))))
              ((i 0)) (< i n) (let ((var (+ a (* i s))))) #t ((+ i 1))))
        ((_ cc var argument ...)
         (:real-range cc var (index i) argument ...))))

    (define (count-steps start stop step)
      (for-each (lambda (n)
                  (if (not (real? n)) (error ":real-range: expected reals" n)))
                (list start stop step))
      (if (zero? step) (error ":real-range: the step is 0"))
      (/ (- stop start) step))

    (define-syntax :char-range
      (syntax-rules (index)
        ((_ cc var (index i) first last)
         (:parallel cc (:char-range var first last) (:integers i)))
        ((_ cc var first last)
         (:do cc (let ((end (char->integer last))))
              ((code (char->integer first))) (<= code end)
              (let ((var (integer->char code)))) #t ((+ code 1))))))

    (define-syntax :port
      (syntax-rules (index)
        ((_ cc var (index i) argument ...)
         (:parallel cc (:port var argument ...) (:integers i)))
        ((_ cc var port) (:port cc var port read))
        ((_ cc var port read-from)
         (:do cc (let ((p port) (from read-from))) ((var (from p)))
              (not (eof-object? var)) (let ()) #t ((from p))))))

    ;; What the arguments say

    (define-syntax :dispatched
      (syntax-rules (index)
        ((_ cc var (index i) dispatch argument ...)
         (:parallel cc (:dispatched var dispatch argument ...) (:integers i)))
        ((_ cc var dispatch argument ...)
         (:do cc
              (let ((next (find-generator dispatch (list argument ...)))
                    (end (list #f))))
              ((var (next end))) (not (eq? var end)) (let ()) #t ((next end))))))

    (define (find-generator dispatch arguments)
      (let ((next (dispatch arguments)))
        (if (not (procedure? next))
            (error "no generator for these arguments" arguments))
        next))

    (define-syntax :
      (syntax-rules (index)
        ((_ cc var (index i) argument ...)
         (:dispatched cc var (index i) (:-dispatch-ref) argument ...))
        ((_ cc var argument ...)
         (:dispatched cc var (:-dispatch-ref) argument ...))))

    ;; A procedure that gives the next value with each call, at the end what it
    ;; is called with.
    (define-syntax :generator-proc
      (syntax-rules (:do let)
        ((_ (generator argument ...))
         (generator (:generator-proc "loop" var) var argument ...))
        ((_ "loop" var
            (:do (let outer step ...) ((variable initial) ...) continue?
                 (let inner inner-step ...) again? (next ...)))
         (let outer
           step ...
           (let ((state #f))
             (define (at variable ...)
               (lambda (end)
                 (if continue?
                     (let inner
                       inner-step ...
                       (let ((value var))
                         (set! state (if again? (at next ...) ended))
                         value))
                     (begin (set! state ended) end))))
             (set! state (at initial ...))
             (lambda (end) (state end)))))))

    (define (ended end) end)

    (define (make-initial-:-dispatch)
      "The dispatcher that knows lists, strings, vectors, numbers, characters and
       ports."
      (lambda (arguments)
        (let ((all? (lambda (type?) (every type? arguments)))
              (a (and (pair? arguments) (car arguments)))
              (b (and (pair? arguments) (pair? (cdr arguments))
                      (cadr arguments)))
              (c (and (= (length arguments) 3) (list-ref arguments 2))))
          (case (length arguments)
            ((0) 'SRFI42)
            (else
             (cond
              ((all? list?) (:generator-proc (:list (apply append arguments))))
              ((all? string?)
               (:generator-proc (:string (apply string-append arguments))))
              ((all? vector?)
               (:generator-proc (:vector (apply vector-append arguments))))
              ((> (length arguments) 3) #f)
              ((all? exact-integer?)
               (cond (c (:generator-proc (:range a b c)))
                     (b (:generator-proc (:range a b)))
                     (else (:generator-proc (:range a)))))
              ((all? real?)
               (cond (c (:generator-proc (:real-range a b c)))
                     (b (:generator-proc (:real-range a b)))
                     (else (:generator-proc (:real-range a)))))
              ((and (char? a) (char? b) (not c))
               (:generator-proc (:char-range a b)))
              ((and (input-port? a) (not b)) (:generator-proc (:port a)))
              ((and (input-port? a) (procedure? b) (not c))
               (:generator-proc (:port a b)))
              (else #f)))))))

    (define (dispatch-union first second)
      "A dispatcher that knows what one of two knows; both is an error."
      (check-callable "dispatch-union" 1 first)
      (check-callable "dispatch-union" 2 second)
      (lambda (arguments)
        (let ((a (first arguments)) (b (second arguments)))
          (cond ((not (and a b)) (or a b))
                ((null? arguments)
                 (append (if (list? a) a (list a)) (if (list? b) b (list b))))
                (else
                 (error "dispatching conflict" arguments (first '())
                        (second '())))))))

    (define current-dispatch (make-initial-:-dispatch))

    (define (:-dispatch-ref)
      "The dispatcher of the generator `:`."
      current-dispatch)

    (define (:-dispatch-set! dispatch)
      "Makes another dispatcher that of `:`."
      (check-callable ":-dispatch-set!" 1 dispatch)
      (set! current-dispatch dispatch))))
