;; json, re, collections: a log is parsed, counted and written.
(import (scheme base) (scheme write) (plc) (plc hosts))
(import "json" :from "python")
(import "re" :from "python")
(import "collections" :from "python" :only (Counter OrderedDict defaultdict))
(import "builtins" :from "python" :as b :only (print))

(define log "2024-05-01 10:00:01 GET /index.html 200 512
2024-05-01 10:00:07 GET /missing 404 12
2024-05-01 10:01:22 POST /form 302 0
2024-05-01 10:02:00 GET /index.html 200 512
broken line
2024-05-01 10:02:30 GET /λ 200 77
")
(define pattern
  (re:compile (string-append
               "(?P<day>\\S+) (?P<time>\\S+) (?P<method>[A-Z]+) (?P<path>/\\S*) "
               "(?P<status>\\d{3}) (?P<size>\\d+)")))
(define entries (py-eval "[]"))
(define number 0)
(for (line (b:str.splitlines log))
  (set! number (+ number 1))
  (let ((match (pattern.fullmatch line)))
    (if match
        (let ((entry (match.groupdict)))
          (set! (ref entry "size") (string->number (ref entry "size")))
          (entries.append entry))
        (print "line" number "is no entry"))))
(print (length entries) (ref (ref entries 0) "path"))
(define (all key) (map (lambda (entry) (ref entry key)) entries))
(define counts (Counter (all "path")))
(print (counts.most-common 1))
(print (apply + (all "size")))
(define sizes (defaultdict b:list))
(for (entry entries)
  ((. (ref sizes (ref entry "status")) append) (ref entry "size")))
(print (b:dict sizes))
(define text (json:dumps entries :indent 1 :ensure-ascii #f :sort-keys #t))
(print (substring text 0 60))
(print (= (json:loads text) entries))
;; A map of Lisp, too.
(print (json:dumps {"a" [1 2.5 nil #t] "b" {"c" "d\"e"}}))
(print (re:sub "\\d+"
               (lambda (match) (number->string (* 2 (string->number (match.group)))))
               "1 and 20"))
(print (re:split "[,;]\\s*" "a, b;c"))
(define (attempt thunk)
  (guard (e ((foreign-error? e "ValueError") (print "JSONDecodeError" (condition-message e)))
            ((foreign-error? e) (print (foreign-error-type e) (condition-message e))))
    (thunk)))
(define refuse
  (py-eval "lambda x, name: (_ for _ in ()).throw(TypeError('no JSON for ' + name))"))
(attempt (lambda ()
           (json:dumps (list (py-eval "{1, 2}"))
                       :default (lambda (x) (refuse x (. (b:type x) __name__))))))
(attempt (lambda () (json:loads "{\"a\": ")))
(define ordered (OrderedDict (list (py-tuple "z" 1) (py-tuple "a" 2))))
(print (b:list (ordered.items)))
