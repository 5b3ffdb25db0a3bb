;;; Every kind of value to C and back, with the values at the edges.
(import "data.h" :from "c" :as t
        :check ((fails zero why) (no_file errno) (none non-null)))

(define-syntax try
  (syntax-rules ()
    ((_ e) (begin
             (guard (c (#t (display (condition-type c)) (display ": ")
                           (display (condition-message c))
                           (display " ") (write (condition-irritants c))))
               (write e))
             (newline)))))

;; Values that the compiler does not see.
(define (n x) x)
(set! n (lambda (x) x))

(try (map t:id64 (list 0 -1 (expt 2 53) (+ (expt 2 53) 1) (- (expt 2 53) 1)
                       (- (expt 2 63) 1) (- (expt 2 63)) (expt 2 60))))
(try (t:id64 (n (expt 2 63))))
(try (t:id64 (n (- (- (expt 2 63)) 1))))
(try (t:id64 (n 1.0)))
(try (map t:idu64 (list 0 (expt 2 63) (- (expt 2 64) 1))))
(try (t:idu64 (n -1)))
(try (t:idu64 (n (expt 2 64))))
(try (map t:idu8 (list 0 255 #\a #\xff)))
(try (t:idu8 (n 256)))
(try (t:id8 (n -129)))
(try (t:id8 (n "x")))
(try (map t:idf (list -0.0 1/3 5 (expt 2 70) +inf.0 -inf.0 +nan.0 1e308)))
(try (t:idf (n "x")))
(try (t:idf (n 1+2i)))
(try (t:idf32 (n 0.1)))
(try (t:idl (n 1.5)))
(try (map t:idb (list #t #f 0 '() nil 'x)))
(try (map t:ids (list "" "h\xe4;l" "\x1F600;" nil (string-copy "abc"))))
(try (t:ids (n "a\x0;b")))
(try (t:ids (n 5)))
(try (map t:idc (list 'RED 'GREEN 'BLUE 5 17)))
(try (t:idc 'GREEN))
(try (t:idc (n 'PINK)))
(try (list t:RED t:GREEN t:BLUE))
(try (t:total (f64vector 1.0 2.5) 2))
(try (t:total (n (f32vector 1.0 2.5)) 2))
(try (t:total nil 0))

;; Policies.
(try (t:fails 0))
(try (t:fails 3))
(try (t:no-file))
(try (t:none))
(try (guard (c ((foreign-error? c)
                (list (foreign-error-language c) (foreign-error-type c)
                      (foreign-error-value c))))
       (t:fails 4)))

;; Global variables.
(try (list t:counter t:greeting t:limit t:shared.a (c:string t:shared.tag)))
(set! t:counter 8)
(set! t:greeting "bye")
(set! t:shared.a -5)
(try (list t:counter t:greeting t:shared.a))
(try (set! t:counter (n 1e3)))
