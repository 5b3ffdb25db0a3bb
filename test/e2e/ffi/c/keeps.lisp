;;; What native code is given lives as long as it may look at it, also when a
;;; callback collects garbage in between; and what does not fit is refused.
(import "keeps.h" :from "c" :as a)

(define (junk n)
  (do ((i 0 (+ i 1))) ((= i 20000)) (make-vector 100 i))
  (do ((i 0 (+ i 1))) ((= i 300)) (c:new 'char 8))
  n)
(define (id x) (vector-ref (vector x) 0))
(define-syntax try
  (syntax-rules ()
    ((_ e) (begin
             (guard (c (#t (display (condition-type c)) (display ": ")
                           (display (condition-message c))))
               (write e))
             (newline)))))

;; Text of arguments.
(try (a:cat (string-append "he" "llo-1") (string-append "he" "llo-2") junk))

;; Fields of records that were copied into another one, or into a global.
(define os
  (map (lambda (k)
         (let ((o (a:outer)))
           (set! o.in (a:inner :name (string-append "in" (number->string k))))
           (set! (ref o.arr 1) (a:inner :name (string-append "at" (number->string k))))
           (set! o.in.v k)
           o))
       (iota 20)))
(set! a:global-inner (a:inner :name (string-append "glo" "bal")))
(junk 1)
(junk 1)
(try (let loop ((os os) (k 0) (good 0))
       (if (null? os)
           good
           (let* ((o (car os)) (in o.in) (at (ref o.arr 1)))
             (loop (cdr os) (+ k 1)
                   (if (and (equal? in.name (string-append "in" (number->string k)))
                            (equal? at.name (string-append "at" (number->string k))))
                       (+ good 1)
                       good))))))
(try (let ((g a:global-inner)) g.name))
(let ((g a:global-inner)) (set! g.name (string-append "other" "wise")))
(junk 1)
(junk 1)
(try (let ((g a:global-inner)) g.name))

;; Records by value are whole.
(try (a:value (a:inner :v 42)))
(try (a:value (id nil)))
(try (a:value (c:cast (c:new 'char 1) "struct inner")))

;; Members of enumerations.
(try (a:huge-value 'HUGE_ALL))
(try (a:huge-value (id 'HUGE_ALL)))
(define b (a:bits))
(try (begin (set! b.e 'FEW_ONE) b.e))
(try (set! b.e 'FEW_FIVE))

;; An array of unknown length at the end of a record.
(define f (a:some))
(try (list f.count (ref f.items 0) (ref f.items 2)))
