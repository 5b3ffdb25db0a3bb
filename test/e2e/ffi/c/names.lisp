;;; How names of a header are bound: all at once, some, under other names; members
;;; of a library that imports C; calls by name.
(import "names.h" :from "c")
(import "names.h" :from "c" :as some :only (add LIMIT))
(import "names.h" :from "c" :as renamed :alias ((plus add) (most LIMIT)))
(import "names.h" :from "c" :as short :prefix nm-)
(import "names.h" :from "c" :as picked :prefix my- :only (add))
(import (scheme base) (scheme write) (plc) (plc c) (names-library))

(define (show x) (write x) (newline))
(show (list (names:add 1 2) names:LIMIT))
(show (list (add 3 4) LIMIT (map add '(1 2) '(3 4))))
(show (list (plus 5 6) most))
(show (list (nm-add 7 8) nm-LIMIT))
(show (my-add 9 10))
(show (c:call "add" 11 12))

;; Through a library: a procedure, a function as a value, a constant, a type, a
;; macro that uses the import of the library.
(show (list (library-sum 1 2 3) (library-add 4 5) library-limit))
(show (let ((p (make-place 6))) (list p.where (place-of p))))
(show (twice-added 20))
