;;; The conformance suite of plugins: plc plugin check FILE.
;;;
;;;   conformance.lisp ECOSYSTEM
;;;
;;; Every plugin that loads modules is held to the same cases. They go through
;;; the module "plc-conformance" that the plugin offers, see plc/plugin.h; where
;;; it lacks a member, the cases that need it are skipped.
(define ecosystem (cadr (command-line)))
(define host (foreign-import ecosystem "plc-conformance"))

(define (offers? member)
  (guard (e ((error-object? e) #f))
    (foreign-get host member)
    #t))

(include "conformance-harness.lisp")

(define (same-number? a b) (and (number? b) (eqv? a b)))

;; A value there and back. What a host has no counterpart of is an error of
;; one of these types, never another value.
(define (there-and-back value fits?)
  (let ((result
         (call/cc
          (lambda (leave)
            (with-exception-handler
             (lambda (e)
               (leave (if (and (error-object? e)
                               (memq (condition-type e)
                                     '(wrong-type unsupported range)))
                          value
                          e)))
             (lambda () (host.identity value)))))))
    (cond ((or (eq? result value) (fits? value result)) #f)
          ((error-object? result)
           (cat (text value) " raised " (described result)))
          (else (cat (text value) " came back as " (text result))))))

(define (each-there-and-back values fits?)
  (first-problem (lambda (value) (there-and-back value fits?)) values))

(define (lisp-data object) (->lisp object))

(define (elements object)
  (let ((data (lisp-data object)))
    (cond ((vector? data) (vector->list data))
          ((list? data) data)
          (else (list data)))))

;; --- Values

(define-case "integers" (identity)
  (each-there-and-back
   (append-map (lambda (n) (list n (- n)))
               (append '(0 1 2 127 128 255 256 65535 65536)
                       (append-map
                        (lambda (bits)
                          (list (- (expt 2 bits) 1) (expt 2 bits)
                                (+ (expt 2 bits) 1)))
                        '(31 32 53 59 60 61 62 63 64 65 128 1000))))
   same-number?))

(define-case "flonums" (identity)
  (each-there-and-back
   '(0.0 -0.0 1.0 -1.5 0.1 1e300 -1e-300 5e-324 2.2250738585072014e-308
     1.7976931348623157e308 9007199254740993.0 +inf.0 -inf.0)
   same-number?))

(define-case "NaN" (identity)
  (there-and-back +nan.0 (lambda (a b) (and (flonum? b) (nan? b)))))

(define-case "rationals and complex numbers" (identity)
  (each-there-and-back '(1/3 -22/7 1+2i 1.5-2.5i) same-number?))

(define-case "booleans" (identity)
  (each-there-and-back '(#t #f) eq?))

(define strings
  (list "" "a" "plain text" "a\x0;b" "\x0;" "äöü" "\x20ac;" "\x1d11e; clef"
        "\x10ffff;" "\r\n\t" (make-string 100000 #\x) (make-string 1000 #\λ)
        (string-append (make-string 100 #\a) "\x1f600;")))

(define-case "strings" (identity)
  (each-there-and-back strings equal?))

(define-case "strings are told apart" (identity)
  (first-problem
   (lambda (s) (expect "length" (string-length s)
                       (string-length (host.identity s))))
   strings))

(define-case "symbols and keywords arrive as names" (identity)
  (first-problem
   (lambda (symbol)
     (there-and-back (car symbol) (lambda (a b) (equal? b (cdr symbol)))))
   '((name . "name") (kebab-case . "kebab-case") (λ . "λ") (:key . "key"))))

(define-case "characters" (identity)
  (each-there-and-back
   '(#\a #\λ #\x1d11e)
   (lambda (a b) (or (eqv? a b) (equal? b (string a))))))

(define-case "bytevectors" (identity)
  (each-there-and-back
   (list #u8() #u8(0) #u8(1 2 255) (make-bytevector 100000 7))
   (lambda (a b)
     (let ((data (lisp-data b)))
       (or (equal? a data)
           ;; A host whose strings are bytes.
           (and (string? data) (equal? a (string->utf8 data))))))))

(define-case "vectors and lists" (identity)
  (first-problem
   (lambda (value)
     (expect "elements"
             (if (vector? value) (vector->list value) value)
             (elements (host.identity value))))
   (list (vector) (vector 1 2 3) '() '(1 2 3) (vector "a" 2.5 #t)
         (iota 10000))))

(define-case "structures in structures" (identity)
  (let ((value (vector 1 (vector 2 (vector 3 "x")) (vector))))
    (expect "value" value (lisp-data (host.identity value)))))

(define-case "homogeneous vectors" (identity)
  (first-problem
   (lambda (value)
     (let ((data (elements (host.identity value))))
       (if (equal? data (list value))
           #f
           (expect "elements" (->list value) data))))
   (list (f64vector 1.0 -0.0 2.5) (s32vector 1 -2 3) (u8vector 0 255)
         (s64vector (- (expt 2 63))))))

(define-case "maps" (identity)
  (let ((map (hash-table "one" 1 "two" 2.0 "three" "drei")))
    (let ((data (lisp-data (host.identity map))))
      (if (not (hash-table? data))
          (cat "the map came back as " (text data))
          (first-problem
           (lambda (key)
             (expect key (hash-table-ref map key)
                     (hash-table-ref/default data key 'absent)))
           (hash-table-keys map))))))

(define-case "nil, undefined and the unspecified value are false or unspecified"
    (identity)
  (first-problem
   (lambda (value)
     (let ((result (host.identity value)))
       (if (or (not result) (eq? result value))
           #f
           (cat (text value) " came back as " (text result)))))
   (list nil undefined (if #f #t))))

(define-case "a structure that contains itself is an error, unless it is kept as it is" (identity)
  (let ((circle (list 1 2 3)) (vector (make-vector 1 0)))
    (set-cdr! (cddr circle) circle)
    (vector-set! vector 0 vector)
    (first-problem
     (lambda (value)
       (guard (e ((error-object? e) #f))
         (if (eq? (host.identity value) value) #f "no error")))
     (list circle vector))))

(define-case "deep structures" (identity)
  (let loop ((i 0) (value '()))
    (if (< i 50)
        (loop (+ i 1) (vector value))
        (expect "depth" value
                (let unlist ((data (lisp-data (host.identity value))))
                  (cond ((and (vector? data) (= (vector-length data) 0)) '())
                        ((vector? data) (vector-map unlist data))
                        (else data)))))))

(define-case "procedures and records keep their identity" (identity)
  (let ()
    (define-record-type point (make-point x) point? (x point-x))
    (first-problem
     (lambda (value)
       (if (eq? (host.identity value) value) #f (text value)))
     (list car (lambda (x) x) (make-point 1) (make-parameter 1)
           (call/cc (lambda (k) k))))))

;; --- References

(define-case "the same object is the same reference" (object identity)
  (let ((object (host.object)))
    (cond ((not (foreign? object)) "object() is no reference")
          ((not (eq? object (host.identity object))) "not the same")
          ((eq? object (host.object)) "two objects are the same")
          (else #f))))

(define-case "members" (object)
  (let ((object (host.object)))
    (or (expect "x" 1 object.x)
        (begin
          (set! object.x 41)
          (expect "x" 41 object.x))
        (expect "add" 42 (object.add 1))
        (expect "x" 42 (. object x)))))

(define-case "objects have a text" (object)
  (if (string-null? (text (host.object))) "it is empty" #f))

(define-case "a member that is missing is an error or nothing" (object)
  (let ((object (host.object)))
    (guard (e ((error-object? e) #f))
      (if object.no_such_member "it has a value" #f))))

(define-case "sequences" (sequence)
  (let ((sequence (host.sequence 5)))
    (or (expect "length" 5 (length sequence))
        (expect "elements" '(1 2 3 4 5) (elements sequence))
        (expect "iteration" '(1 2 3 4 5) (->list sequence))
        (expect "map" '(2 4 6 8 10) (map (lambda (x) (* 2 x)) sequence)))))

(define-case "vector procedures take sequences, and count from zero" (sequence)
  (let ((sequence (host.sequence 4)))
    (or (expect "vector-length" 4 (vector-length sequence))
        (expect "vector-ref" '(1 4)
                (list (vector-ref sequence 0) (vector-ref sequence 3)))
        (expect "vector->list" '(2 3) (vector->list sequence 1 3))
        (expect "vector-map" #(11 22 33)
                (vector-map + sequence #(10 20 30)))
        (begin
          (vector-set! sequence 0 7)
          (expect "vector-set!" 7 (vector-ref sequence 0))))))

(define-case "slices" (sequence)
  (let ((sequence (host.sequence 6)))
    (define (part . bounds) (elements (apply slice sequence bounds)))
    (or (expect "from 1" '(2 3 4 5 6) (part 1))
        (expect "from 1 to 4" '(2 3 4) (part 1 4))
        (expect "each second" '(1 3 5) (part nil nil 2))
        (expect "to 2" '(1 2) (part nil 2))
        (expect "none" '() (elements (slice sequence 2 2))))))

(define-case "table procedures take maps" (identity)
  (let ((map (host.identity (hash-table "one" 1 "two" 2))))
    (define (sorted keys) (sort keys string<?))
    (or (expect "keys" '("one" "two") (sorted (hash-table-keys map)))
        (expect "values" '(1 2) (sort (hash-table-values map) <))
        (expect "size" 2 (hash-table-size map))
        (expect "value" 2 (hash-table-ref map "two"))
        (expect "missing" 'none (hash-table-ref/default map "three" 'none))
        (begin
          (hash-table-set! map "three" 3)
          (expect "entries" '("one" "three" "two")
                  (sorted (map-keys map))))
        (guard (e ((eq? (condition-type e) 'unsupported) #f))
          (hash-table-delete! map "one")
          (expect "after deletion" '("three" "two")
                  (sorted (hash-table-keys map)))))))

(define (map-keys map)
  (let ((keys '()))
    (hash-table-walk map (lambda (key value) (set! keys (cons key keys))))
    keys))

(define-case "members are listed for completion" (object)
  (let ((members (foreign-members (host.object))))
    (if (and (member "x" members) (member "add" members))
        #f
        (cat "they are " (text members)))))

(define-case "references are given back" (object)
  (let ((before (begin (collect-all) (foreign-references ecosystem))))
    (let loop ((i 0))
      (if (< i 1000000)
          (begin (host.object) (loop (+ i 1)))))
    (collect-all)
    ;; A word of the stack that is not in use any more may look like one.
    (let ((after (foreign-references ecosystem)))
      (if (<= after (+ before 8))
          #f
          (cat "before 1000000 objects " before ", after " after)))))

(define-case "what a host keeps stays alive" (keep kept)
  (let ((key (list 'key)))
    (host.keep (lambda () key))
    (collect-all)
    (let loop ((i 0)) (if (< i 100000) (begin (make-vector 10 i) (loop (+ i 1)))))
    (collect-all)
    (if (eq? key ((host.kept))) #f "it is another one")))

;; --- Scopes, keys, asynchronous iterators

(define-case "a scope enters and leaves an object" (scope)
  (define seen '())
  (define (note what) (set! seen (cons what seen)))
  (define (names) (let ((all (reverse seen))) (set! seen '()) all))
  (or (expect "value" 3 (with-foreign (x (host.scope note #f)) (note x) 3))
      (expect "order" '("enter" "entered" "leave") (names))
      (expect "raised" 'mine
              (guard (e (#t e)) (with-foreign (x (host.scope note #f)) (raise 'mine))))
      (expect "told" '("enter" "leave with an error") (names))
      (begin
        (with-foreign (x (host.scope note #t)) (raise 'mine))
        (expect "ended there" '("enter" "leave with an error") (names)))))

(define-case "several keys are one for who takes it so" (grid sequence)
  (let ((grid (host.grid)))
    (set! (ref grid 1 2) 'x)
    (or (expect "together" "x" (cat (ref grid 1 2)))
        (expect "one by one" 3 (ref (host.sequence 3) 2)))))

(define-case "elements that come later are awaited" (ticks)
  (let ((all '()))
    (for (x (host.ticks 4)) (set! all (cons x all)))
    (or (expect "elements" '(3 2 1 0) all)
        (expect "none" '() (map (lambda (x) x) (host.ticks 0))))))

;; --- Calls

;; --- Shared memory

(define-case "the memory of an object is shared" (array)
  (let* ((object (host.array 4)) (view (foreign-buffer object)))
    (or (expect "length" 4 (length view))
        (expect "elements" '#(0.0 1.0 2.0 3.0) (->lisp view))
        (begin
          (set! (ref view 2) 2.5)
          (expect "element in the host" 2.5 (vector-ref object 2)))
        (expect "copy" '#f64(0.0 1.0 2.5 3.0) (c:vector view))
        (expect "element outside" 'range
                (guard (e (#t (condition-type e))) (ref view 4)))
        (expect "empty" 0 (length (foreign-buffer (host.array 0)))))))

(define-case "objects without memory have none to share" (object)
  (expect "error" 'unsupported
          (guard (e (#t (condition-type e))) (foreign-buffer (host.object)))))

;; In a procedure of its own: no word of the stack refers to what it made.
(define (made-and-dropped count)
  (for-each (lambda (i) (foreign-buffer (host.array 10))) (iota count)))

(define-case "either side keeps shared memory alive" (array arrays)
  (collect-all)
  (let* ((before (host.arrays))
         (view (let ((object (host.array 1000))) (foreign-buffer object))))
    (made-and-dropped 100)
    (collect-all)
    (made-and-dropped 0)
    (collect-all)
    (let ((rest (- (host.arrays) before)))
      ;; Old words on the stack may keep some.
      (or (and (> rest 20) (cat (text rest) " arrays are left of 101"))
          (and (< rest 1) "what a view shows is gone")
          (expect "last element" 999.0 (ref view 999))
          (begin
            (close-foreign view)
            (expect "after it was given back" 'range
                    (guard (e (#t (condition-type e))) (ref view 0))))))))

(define (lent-and-dropped count)
  (for-each (lambda (i) (host.lend 10)) (iota count)))

(define-case "a host makes values of its memory" (lend arrays)
  (collect-all)
  (let ((before (host.arrays)) (view (host.lend 5)))
    (set! (ref view 1) 1.5)
    (or (expect "elements" '#f64(0.0 1.5 2.0 3.0 4.0) (c:vector view))
        (expect "given back" #f
                (begin
                  (lent-and-dropped 100)
                  (collect-all)
                  (lent-and-dropped 0)
                  (collect-all)
                  (let ((rest (- (host.arrays) before)))
                    (or (> rest 20) (< rest 1)))))
        (expect "last element" 4.0 (ref view 4)))))

(define-case "the host shares memory of Lisp" (share shared shared_set unshare)
  (let ((vector (f64vector 1.0 2.0 3.0)))
    (host.share (foreign-buffer vector))
    (f64vector-set! vector 0 1.5)
    (let ((problem
           (or (expect "element in the host" 1.5 (host.shared 0))
               (begin
                 (host.shared_set 1 2.5)
                 (expect "element in Lisp" 2.5 (f64vector-ref vector 1)))
               (let ((failed (guard (e (#t 'error)) (host.shared 3))))
                 (and (number? failed) "an element outside is a number")))))
      (host.unshare)
      problem)))

(define (share-fresh count)
  (host.share (foreign-buffer (make-f64vector count 7.0))))

(define-case "what the host shares stays, where it is" (share shared unshare)
  (let ((problem
         (first-problem
          (lambda (count)
            (share-fresh count)
            (collect-all)
            (make-vector 100000 #f)
            (collect-all)
            (expect "last element" 7.0 (host.shared (- count 1))))
          '(1 100 100000))))
    (host.unshare)
    (collect-all)
    problem))

(define-case "constants can only be read" (share shared shared_set unshare)
  (let ((view (foreign-buffer '#f64(1.0 2.0))))
    (host.share view)
    (let ((problem
           (or (expect "element in the host" 2.0 (host.shared 1))
               (let ((written (host.shared_set 0 9.0)))
                 (and (eq? written #t) "the host wrote to a constant"))
               (expect "element" 1.0 (ref view 0))
               (expect "error in Lisp" 'wrong-type
                       (guard (e (#t (condition-type e)))
                         (set! (ref view 0) 2.0))))))
      (host.unshare)
      problem)))

(define-case "a host shares memory of itself through Lisp" (array share shared unshare)
  (let ((object (host.array 3)))
    (host.share (foreign-buffer object))
    (set! (ref (foreign-buffer object) 1) 8.0)
    (let ((problem (expect "element" 8.0 (host.shared 1))))
      (host.unshare)
      problem)))

(define-case "what has no memory of numbers is not shared" (share identity)
  (first-problem
   (lambda (value)
     (expect (text value) #t
             (guard (e (#t (and (error-object? e) #t)))
               (host.share (foreign-buffer value))
               #f)))
   (list 5 "text" (vector 1.0) car)))

(define-case "a host calls Lisp" (apply)
  (or (expect "no argument" 7 (host.apply (lambda () 7)))
      (expect "one" 42 (host.apply (lambda (x) (* x 2)) 21))
      (expect "many" 55
              (host.apply (lambda all (apply + all)) 1 2 3 4 5 6 7 8 9 10))))

(define-case "calls to depth 100" (apply)
  (expect "sum" 5050
          (let down ((n 100))
            (if (= n 0)
                0
                (+ n (host.apply (lambda () (down (- n 1)))))))))

(define-case "endless calls in both directions are an error" (apply)
  (guard (e ((error-object? e) (expect "type" 'stack-overflow (condition-type e))))
    (let down () (+ 1 (host.apply down)))
    "no error"))

(define-case "keyword arguments" (keywords)
  (let* ((map (->lisp (host.keywords :axis 0 :name "n")))
         (same (->lisp (apply host.keywords (list :name "n" :axis 0)))))
    (or (expect "axis" 0 (hash-table-ref/default map "axis" #f))
        (expect "name" "n" (hash-table-ref/default map "name" #f))
        (expect "number" 2 (hash-table-size map))
        (expect "axis, by apply" 0 (hash-table-ref/default same "axis" #f))
        (expect "number without" 0 (hash-table-size (->lisp (host.keywords)))))))

(define-case "keyword arguments that are not taken are an error" (identity)
  (guard (e ((error-object? e) #f))
    (host.identity 1 :key 2)
    "no error"))

(define-case "tail calls in a callback" (apply)
  (expect "count" 100000
          (host.apply
           (lambda ()
             (let loop ((i 0)) (if (< i 100000) (loop (+ i 1)) i))))))

(define-case "garbage collections in a callback" (apply)
  (let ((list (iota 100)))
    (expect "list" (iota 100)
            (elements (host.apply (lambda (f) (collect-all) (f) list)
                                  (lambda () (collect-all)))))))

;; --- Errors

(define-case "an error of the host is a condition" (fail)
  (guard (e ((foreign-error? e)
             (cond ((not (string-search-forward "some text"
                                                (condition-message e) 0))
                    (cat "its message is " (text (condition-message e))))
                   ((not (symbol? (foreign-error-language e)))
                    "it has no language")
                   (else #f)))
            (#t (cat "no foreign error: " (described e))))
    (host.fail "some text")
    "no error"))

(define-case "after an error all is well" (fail identity)
  (let loop ((i 0))
    (if (= i 1000)
        (expect "value" 1 (host.identity 1))
        (begin
          (guard (e (#t #f)) (host.fail "again"))
          (loop (+ i 1))))))

(define-case "an object raised in a callback comes out the same" (apply)
  (first-problem
   (lambda (object)
     (guard (e (#t (if (eqv? e object) #f (cat "it is " (text e)))))
       (host.apply (lambda () (raise object)))
       "nothing was raised"))
   (list 'symbol 42 (list 1) "text")))

(define-case "a condition raised below two callbacks comes out the same" (apply)
  (let ((condition (make-condition 'mine "message" '(1))))
    (guard (e (#t (if (eq? e condition) #f (described e))))
      (host.apply
       (lambda ()
         (host.apply (lambda () (raise condition)))))
      "nothing was raised")))

(define-case "the trace has the frames of both" (apply)
  (guard (e (#t
             (let ((languages (map (lambda (frame) (list-ref frame 4))
                                   (condition-trace e))))
               (if (memq 'lisp languages) #f
                   (cat "only " (text languages))))))
    (host.apply (lambda () (+ 1 (car (list 1 2)) (vector-ref (vector) 0))))
    "nothing was raised"))

(define-case "a handler outside sees an error after the host did" (apply)
  (let ((log '()))
    (guard (e (#t (set! log (cons 'handler log))))
      (dynamic-wind
       (lambda () (set! log (cons 'in log)))
       (lambda ()
         (host.apply
          (lambda ()
            (dynamic-wind
             (lambda () (set! log (cons 'in2 log)))
             (lambda () (raise 'x))
             (lambda () (set! log (cons 'out2 log)))))))
       (lambda () (set! log (cons 'out log)))))
    (expect "order" '(in in2 out2 out handler) (reverse log))))

(define-case "an escape leaves a callback" (apply)
  (let ((log '()))
    (define (note x) (set! log (cons x log)))
    (let ((value
           (call/cc
            (lambda (k)
              (dynamic-wind
               (lambda () (note 'in))
               (lambda ()
                 (host.apply
                  (lambda ()
                    (dynamic-wind
                     (lambda () (note 'in2))
                     (lambda () (host.apply (lambda () (k 'value))))
                     (lambda () (note 'out2))))))
               (lambda () (note 'out)))))))
      (or (expect "value" 'value value)
          (expect "order" '(in in2 out2 out) (reverse log))))))

(define-case "re-entry over a dead frame is an error" (apply)
  (let ((k #f) (entries 0))
    (host.apply (lambda () (call/cc (lambda (c) (set! k c) 1))))
    (guard (e ((error-object? e)
               (expect "type" 'continuation-not-reentrant
                       (condition-type e))))
      (k 2)
      "no error")))

(define-case "full continuations inside a callback" (apply)
  (expect "values" '(1 2 3)
          (elements
           (host.apply
            (lambda ()
              (let ((results '()) (k #f))
                (let ((n (call/cc (lambda (c) (set! k c) 1))))
                  (set! results (cons n results))
                  (if (< n 3) (k (+ n 1)))
                  (reverse results))))))))

;; --- Waiting

(define-case "what cannot be waited for is its own value" (object)
  (let ((object (host.object)))
    (if (eq? object (await object)) #f "another object")))

;; Each fiber has calls of the host below it while others go on.
(define-case "fibers wait in callbacks, in alternation" (apply)
  (define (nested n)
    (if (= n 0)
        (begin (sleep-for 0) 0)
        (+ 1 (host.apply (lambda () (sleep-for 0) (nested (- n 1)))))))
  (expect "values" '(3 1 5 2)
          (await-all (async (nested 3)) (async (nested 1)) (async (nested 5))
                     (nested 2))))

(define-case "an error after a wait arrives in its fiber" (apply)
  (define (failing x)
    (async (guard (e ((eq? e x) (list 'got x)))
             (host.apply (lambda () (sleep-for 0) (raise x))))))
  (expect "objects" '((got a) (got b)) (await-all (failing 'a) (failing 'b))))

(define-case "a fiber that is cancelled in a callback unwinds the host" (apply)
  (let ((log '()))
    (define fiber
      (async (dynamic-wind
              (lambda () #f)
              (lambda () (host.apply (lambda () (sleep-for 1000))))
              (lambda () (set! log (cons 'left log))))))
    (sleep-for 0)
    (cancel! fiber)
    (guard (e (#t #f)) (await fiber))
    (or (expect "log" '(left) log)
        (expect "afterwards" 7 (host.apply (lambda () 7))))))

(define-case "an object of the host is awaited" (later)
  (let ((twice (host.later 5 "same")))
    (or (expect "value" "text" (await (host.later 5 "text")))
        (expect "all" '(1 2 3)
                (await-all (host.later 5 1) 2 (async (await (host.later 1 3)))))
        (expect "first" "quick"
                (await-any (host.later 500 "slow") (host.later 1 "quick")))
        (expect "in two fibers" '("same" "same")
                (await-all (async (await twice)) (async (await twice))))
        (expect "afterwards" "same" (await twice)))))

(define-case "awaiting an object of the host can take too long" (later)
  (or (guard (e ((error-object? e) (expect "type" 'timeout (condition-type e))))
        (with-timeout 0.01 (lambda () (await (host.later 300 1))))
        "no error")
      (expect "afterwards" 2 (await (host.later 1 2)))))

(define-case "an error that comes later is a condition of the host" (fail_later)
  (guard (e ((foreign-error? e)
             (if (string-search-forward "too late" (condition-message e) 0)
                 #f
                 (cat "its message is " (text (condition-message e)))))
            (#t (cat "no foreign error: " (described e))))
    (await (host.fail_later 1 "too late"))
    "no error"))

(define-case "the host is told when a promise of Lisp is settled" (notify)
  (define (told end!)
    (let ((p (promise)) (answer (promise)))
      (host.notify p (lambda (resolved? value)
                       (resolve! answer (list resolved? value))))
      (end! p)
      (await answer)))
  (or (expect "resolved" '(#t "v") (told (lambda (p) (resolve! p "v"))))
      (expect "rejected" '(#f "e") (told (lambda (p) (reject! p "e"))))
      (expect "later" '(#t 3)
              (told (lambda (p) (async (sleep-for 0.002) (resolve! p 3)))))))

;; --- Threads

(define-case "a thread calls Lisp while this one blocks" (in_thread)
  (or (expect "value" 42 (host.in_thread (lambda (x) (* x 2)) 21))
      (expect "depth" 55
              (let down ((n 10))
                (if (= n 0)
                    0
                    (+ n (host.in_thread (lambda () (down (- n 1))))))))
      (expect "garbage" (iota 10)
              (elements (host.in_thread
                         (lambda () (collect-all) (iota 10)))))
      (expect "after a wait" 7
              (host.in_thread (lambda () (sleep-for 0.002) 7)))))

(define-case "an object raised on a thread comes out the same" (in_thread)
  (let ((condition (make-condition 'mine "message" '(1))))
    (guard (e (#t (if (eq? e condition) #f (described e))))
      (host.in_thread (lambda () (raise condition)))
      "nothing was raised")))

(define-case "threads take turns with this program" (background)
  (define (work n)
    (let loop ((i 0) (kept '()))
      (if (< i 20000) (loop (+ i 1) (list i)) (+ n (car kept)))))
  (let* ((all (map (lambda (n) (host.background (lambda () (work n))))
                   (iota 4)))
         (mine (work 4)))
    (expect "values" '(19999 20000 20001 20002 20003)
            (append (apply await-all all) (list mine)))))

(define-case "what is raised on a thread rejects its promise" (background)
  (let ((object (list 'object)))
    (guard (e (#t (if (eq? e object) #f (text e))))
      (await (host.background (lambda () (raise object))))
      "nothing was raised")))

;; --- The event loop

(define-case "a descriptor is watched" (echo)
  (let ((parts '()) (end (promise)))
    (host.echo "a text that comes in parts"
               (lambda (part)
                 (if part
                     (set! parts (cons part parts))
                     (resolve! end (length parts)))))
    (let ((count (with-timeout 5 (lambda () (await end)))))
      (or (expect "text" "a text that comes in parts"
                  (apply string-append (reverse parts)))
          (if (> count 1) #f "it came at once")))))

(define-case "the host knows when plc waits" (waits)
  (let ((before (host.waits)))
    (sleep-for 0.002)
    (let ((after (host.waits)))
      (if (and (<= 0 before) (< before after))
          #f
          (cat "before a wait " before ", after it " after)))))

(define-case "the host knows which fiber runs" (fiber)
  (define (twice)
    (let ((before (host.fiber)))
      (sleep-for 0.001)
      (list before (host.fiber))))
  (let* ((fibers (await-all (async (twice)) (async (twice)) (twice)))
         (numbers (map car fibers)))
    (or (expect "after a wait" numbers (map cadr fibers))
        (expect "main program" 0 (caddr numbers))
        (if (= (car numbers) (cadr numbers)) "two have the same number" #f))))

(define-case "an interrupt ends what runs in the host" (spin identity)
  (or (guard (e ((error-object? e)
                 (expect "type" 'interrupt (condition-type e))))
        (host.spin 20)
        "no error")
      (expect "afterwards" 1 (host.identity 1))))

(define-case "at the end the host is shut down" (farewell)
  ;; What it shows stands behind the sum.
  (begin (host.farewell "shut down") #f))

(finish)
