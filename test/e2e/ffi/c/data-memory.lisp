;;; Memory: arrays, bounds, use after free, finalisers, pointers from C.
(import "data.h" :from "c" :as t)

(define-syntax try
  (syntax-rules ()
    ((_ e) (begin
             (guard (c (#t (display (condition-type c)) (display ": ")
                           (display (condition-message c))))
               (write e))
             (newline)))))

(define a (c:new 'int 4))
(for (i (iota 4)) (set! (ref a i) (* i i)))
(try (->lisp a))
(try (slice a 1 3))
(try (map (lambda (x) (+ x 1)) (->list a)))
(try (list (length a) (ref (+ a 2) 0) (- (+ a 3) a) (length (+ a 3))))
(try (ref a 4))
(try (ref a -1))
(try (set! (ref a 0) 'x))
(try (+ a 5))
(try (equal? a (c:pointer 'int (c:address a))))
(try (= (c:cast a 'void) a))
(try (c:null? nil))
(try (list (c:pointer? a) (c:pointer? nil) (c:pointer 'int 0) (c:type a)))
(define b (+ a 1))
(try (c:free b))
(c:free a)
(try (ref a 0))
(try (ref b 0))
(try (c:free a))

(define s (t:fresh))
(try (length s))
(set! (ref s 0) #\h)
(set! (ref s 1) 105)
(try (list (c:string s) (c:string s 1) (c:bytes s 3)))
(try (c:bytes s))
(c:free s)
(try (c:string s))

(define text (c:new 'char 8))
(set! (ref text 0) 104)
(try (c:string text))
(try (c:string text 9))
(try (c:new "struct nowhere"))
(try (list (c:sizeof 'double) (c:sizeof "int [3][4]") (c:sizeof "char *")))

;; Finalisers run once, when nothing refers to the memory.
(define finished '())
(define (make i)
  (let ((p (c:new 'int)))
    (set! (ref p 0) i)
    (c:finalizer! p (lambda (p) (set! finished (cons (ref p 0) finished))))
    #f))
(for (i (iota 20)) (make i))
(collect-all)
(collect-all)
(try (> (length finished) 10))
(try (= (length finished) (length (delete-duplicates finished))))

;; Much more than there is, if nothing were freed.
(for (i (iota 300)) (c:new 'double 1000000))
(try 'alive)

;; Functions without a header.
(define strlen (c-function "strlen" (string) -> size_t))
(try (strlen "h\xe4;l"))
(define snprintf (c-function "snprintf" ((* char) size_t string ...) -> int))
(define buffer (c:new 'char 40))
(try (list (snprintf buffer 40 "%ld %s %.2f %c" 42 "text" 1.5 #\x)
           (c:string buffer)))

;; A `char *` may be anything; who says that it is text gets the text.
(import "stdlib.h" :from "c" :as stdlib)
(stdlib:setenv "PLC_TEST_TEXT" "h\xe4;l" 1)
(try (->lisp (stdlib:getenv "PLC_TEST_TEXT")))
(try (->lisp (stdlib:getenv "PLC_TEST_NO_TEXT")))
