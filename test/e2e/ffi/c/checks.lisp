;;; What results have to be, by function and by the type of the result; where the
;;; message comes from; errno outlives collections.
(import "checks.h" :from "c" :as c
        :check ((status (STATUS_OK) status_text)
                (advance (STATUS_ROW 101) (session_text owner_of))
                (succeeds non-zero)
                (positive non-negative plain-text)
                (fails-with errno) (nothing_with errno)
                (numbered error-number)
                (other zero last_error)))
(import "checks.h" :from "c" :as strict :null error :check ((int errno)))
(import "checks.h" :from "c" :as message :check ((fails_with errno plain_text)))
(import "errno.h" :from "c" :as e)

(define (show x) (write x) (newline))
(define-syntax try
  (syntax-rules ()
    ((_ form)
     (show (guard (x ((foreign-error? x)
                      (list (foreign-error-type x) (foreign-error-value x)
                            (condition-message x))))
             form)))))

;; The type of the result.
(try (c:start 0))
(try (c:start 3))
(try (c:start 'STATUS_BAD))
(define start c:start)
(try (map start '(0 0)))
(try (start 103))

;; A list of results; a message through two functions.
(define owner (c:session))
(define step (c:step :owner owner))
(try (list (c:advance step 100) (c:advance step 101)))
(try (c:advance step 102))

(try (list (c:succeeds #t) (c:succeeds 'x)))
(try (c:succeeds #f))
(try (list (c:positive 0) (c:positive 7)))
(try (c:positive -1))
(try (list (c:other 0)))
(try (c:other 8))

;; errno: its number is the value of the condition.
(try (c:fails_with e:ENOENT))
(try (= 2 (guard (x (#t (foreign-error-value x))) (c:nothing_with e:ENOENT))))
(try (c:nothing_with e:EACCES))
(try (message:fails_with e:EPERM))
(try (c:numbered 0))
(try (c:numbered e:EINVAL))

;; All functions of an import that return an int, or a pointer.
(try (strict:fails_with e:EPERM))
(try (strict:positive 3))
(try (strict:maybe 0))
(try (let ((s (strict:maybe 1))) (c:disown! s) (> (c:address s) 0)))

;; What C left is there until it is asked for.
(define (junk)
  (do ((i 0 (+ i 1))) ((= i 3000)) (make-vector 100 i))
  (collect-all))
(import "checks.h" :from "c" :as raw)
(raw:fails_with e:ENOTDIR)
(junk)
(try (= (c:errno) e:ENOTDIR))
(try (guard (x ((foreign-error? x) (junk) (= (c:errno) e:EBADF)))
       (c:fails_with e:EBADF)))

;; Results of 64 bits without a sign.
(import "checks.h" :from "c" :as wide
        :check ((unsigned_result (18446744073709551615 WIDE_FINE 7))))
(try (wide:unsigned_result 18446744073709551615))
(try (wide:unsigned_result 9223372036854775808))
(try (wide:unsigned_result 7))
(try (wide:unsigned_result 18446744073709551614))
