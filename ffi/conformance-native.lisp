;;; The conformance suite of plugins for native code: plc plugin check FILE.
;;;
;;; Its modules are headers, which the compiler reads; the plugin calls functions
;;; whose signatures are made when the program runs, and makes functions of Lisp
;;; procedures. The cases stand on what every C library has.
(define (offers? name) (native-function? (symbol->string name)))

(define (native-function? name)
  (guard (e ((error-object? e) #f))
    (c:function #f name '(-> void))
    #t))

(include "conformance-harness.lisp")

;; (c:function #f name signature) at its first use.
(define-syntax define-native
  (syntax-rules ()
    ((_ name text signature)
     (define (name . args)
       (apply (c:function #f text signature) args)))))

(define-native labs "labs" '(long -> long))
(define-native iabs "abs" '(int -> int))
(define-native ldexp "ldexp" '(double int -> double))
(define-native toupper "toupper" '(int -> int))
(define-native strstr "strstr" '((* const char) (* const char) -> (* const char)))
(define-native strlen "strlen" '((* const char) -> size_t))
(define-native snprintf "snprintf" '((* void) size_t (* const char) ... -> int))
(define-native memchr "memchr" '((* void) int size_t -> (* void)))
(define-native qsort "qsort" '((* void) size_t size_t (* void) -> void))
(define-native bsearch "bsearch"
  '((* void) (* void) size_t size_t (* void) -> (* void)))

(define compare '((* void) (* void) -> int))

;; What f returns, called by C.
(define (apply-in-c f)
  (let* ((answer #f)
         (callback (c:callback compare (lambda (a b) (set! answer (f)) 0)))
         (bytes (bytevector 1)))
    (dynamic-wind
     (lambda () #f)
     (lambda () (bsearch bytes bytes 1 1 callback) answer)
     (lambda () (c:release callback)))))

(define (refused? thunk)
  (guard (e ((error-object? e)
             (memq (condition-type e) '(wrong-type range unsupported
                                        wrong-number-of-arguments))))
    (thunk)
    #f))

;; --- Values

(define-case "integers of the width that is declared" (labs abs)
  (or (first-problem
       (lambda (n) (expect (text n) n (labs n)))
       (list 0 1 (- (expt 2 53) 1) (expt 2 53) (+ (expt 2 53) 1)
             (expt 2 60) (- (expt 2 63) 1)))
      (expect "32 bits" 2147483647 (iabs -2147483647))
      (first-problem
       (lambda (thunk) (if (refused? thunk) #f "it was not refused"))
       (list (lambda () (labs (expt 2 63)))
             (lambda () (labs (- (- (expt 2 63)) 1)))
             (lambda () (iabs (expt 2 31)))
             (lambda () (iabs 1.5))
             (lambda () (iabs "x"))))))

(define-case "floating numbers" (ldexp)
  (or (first-problem
       (lambda (x)
         (let ((y (ldexp x 0)))
           (if (eqv? x y) #f (cat (text x) " came back as " (text y)))))
       '(0.0 -0.0 1.5 -1e300 5e-324 1.7976931348623157e308 +inf.0 -inf.0))
      (if (nan? (ldexp +nan.0 0)) #f "NaN is a number")
      (expect "an exact one" 12.0 (ldexp 3 2))))

(define-case "text" (strstr strlen)
  (or (first-problem
       (lambda (s) (expect (text s) s (strstr s "")))
       (list "" "a" "\xe4;\x20ac;\x1d11e;" (make-string 100000 #\x)))
      (expect "bytes" 9 (strlen "\xe4;\x20ac;\x1d11e;"))
      (expect "NULL" nil (strstr "a" "b"))
      (if (refused? (lambda () (strlen "a\x0;b"))) #f "a NUL is not refused")))

(define-case "memory" (memchr)
  (let ((bytes (bytevector 1 2 3 77)))
    (or (expect "found" 77 (ref (c:cast (memchr bytes 77 4) 'char) 0))
        (expect "missing" nil (memchr bytes 9 4)))))

(define-case "any number of arguments" (snprintf)
  (let* ((room (c:new 'char 64))
         (n (snprintf room 64 "%d %s %.2f %ld" 7 "seven" 2.5 (expt 2 40))))
    (expect "text" "7 seven 2.50 1099511627776" (c:string room n))))

(define-case "wrong numbers of arguments are an error" (abs)
  (if (and (refused? (lambda () (iabs))) (refused? (lambda () (iabs 1 2))))
      #f
      "no error"))

(define-case "a function that does not exist is an error" ()
  (if (native-function? "plc_no_such_function") "it was found" #f))

;; --- Calls

(define-case "C calls Lisp" (bsearch qsort)
  (let ((bytes (bytevector 9 3 7 1 100 4))
        (callback (c:callback compare
                              (lambda (a b)
                                (- (ref (c:cast a 'char) 0)
                                   (ref (c:cast b 'char) 0))))))
    (qsort bytes (bytevector-length bytes) 1 callback)
    (c:release callback)
    (or (expect "sorted" #u8(1 3 4 7 9 100) bytes)
        (expect "value" 'x (apply-in-c (lambda () 'x))))))

(define-case "calls to depth 100" (bsearch)
  (expect "sum" 5050
          (let down ((n 100))
            (if (= n 0) 0 (+ n (apply-in-c (lambda () (down (- n 1)))))))))

(define-case "endless calls in both directions are an error" (bsearch)
  (guard (e ((error-object? e)
             (expect "type" 'stack-overflow (condition-type e))))
    (let down () (apply-in-c down))
    "no error"))

(define-case "garbage collections in a callback" (bsearch)
  (expect "list" (iota 100)
          (apply-in-c (lambda () (let ((l (iota 100))) (collect-all) l)))))

(define-case "full continuations inside a callback" (bsearch)
  (expect "values" '(1 2 3)
          (apply-in-c
           (lambda ()
             (let ((results '()) (k #f))
               (let ((n (call/cc (lambda (c) (set! k c) 1))))
                 (set! results (cons n results))
                 (if (< n 3) (k (+ n 1)))
                 (reverse results)))))))

;; --- Errors

(define-case "an object raised in a callback comes out the same" (bsearch)
  (first-problem
   (lambda (object)
     (guard (e (#t (if (eqv? e object) #f (cat "it is " (text e)))))
       (apply-in-c (lambda () (raise object)))
       "nothing was raised"))
   (list 'symbol 42 (list 1) (make-condition 'mine "message" '()))))

(define-case "the trace has the function of C between those of Lisp" (bsearch)
  (guard (e (#t
             (let* ((frames (map (lambda (frame)
                                   (list (car frame) (list-ref frame 4)))
                                 (condition-trace e)))
                    ;; A sanitizer puts its own name before it.
                    (c (find-tail
                        (lambda (frame)
                          (and (eq? (cadr frame) 'c)
                               (string-suffix? "bsearch"
                                               (symbol->string (car frame)))))
                        frames)))
               (cond ((not c) (cat "it is " (text frames)))
                     ((not (assq-language 'lisp (cdr c))) "nothing outside")
                     (else #f)))))
    (apply-in-c (lambda () (+ 1 (vector-ref (vector) 0))))
    "nothing was raised"))

(define (assq-language language frames)
  (find (lambda (frame) (eq? (cadr frame) language)) frames))

(define-case "an escape leaves a callback" (bsearch)
  (let ((log '()))
    (define (note x) (set! log (cons x log)))
    (let ((value
           (call/cc
            (lambda (k)
              (apply-in-c
               (lambda ()
                 (dynamic-wind
                  (lambda () (note 'in))
                  (lambda () (apply-in-c (lambda () (k 'value))))
                  (lambda () (note 'out)))))))))
      (or (expect "value" 'value value)
          (expect "order" '(in out) (reverse log))))))

(define-case "re-entry over a dead frame is an error" (bsearch)
  (let ((k #f))
    (apply-in-c (lambda () (call/cc (lambda (c) (set! k c) 1))))
    (guard (e ((error-object? e)
               (expect "type" 'continuation-not-reentrant
                       (condition-type e))))
      (k 2)
      "no error")))

;; --- Waiting

(define-case "fibers wait in callbacks, in alternation" (bsearch)
  (define (nested n)
    (if (= n 0)
        (begin (sleep-for 0) 0)
        (+ 1 (apply-in-c (lambda () (sleep-for 0) (nested (- n 1)))))))
  (expect "values" '(3 1 5 2)
          (await-all (async (nested 3)) (async (nested 1)) (async (nested 5))
                     (nested 2))))

(define-case "a fiber that is cancelled in a callback unwinds it" (bsearch)
  (let ((log '()))
    (define fiber
      (async (dynamic-wind
              (lambda () #f)
              (lambda () (apply-in-c (lambda () (sleep-for 1000))))
              (lambda () (set! log (cons 'left log))))))
    (sleep-for 0)
    (cancel! fiber)
    (guard (e (#t #f)) (await fiber))
    (or (expect "log" '(left) log)
        (expect "afterwards" 7 (apply-in-c (lambda () 7))))))

;; --- What is given back

(define-case "memory is given back" ()
  (let ((freed 0))
    (let loop ((i 0))
      (if (< i 1000)
          (begin
            (c:finalizer! (c:new 'char 16) (lambda (p) (set! freed (+ freed 1))))
            (loop (+ i 1)))))
    (collect-all)
    (collect-all)
    (if (>= freed 992) #f (cat "of 1000 pieces " freed))))

(define-case "callbacks are given back" (bsearch)
  (let loop ((i 0))
    (if (< i 10000)
        (begin (apply-in-c (lambda () i)) (loop (+ i 1)))
        (expect "the last" 7 (apply-in-c (lambda () 7))))))

(finish)
