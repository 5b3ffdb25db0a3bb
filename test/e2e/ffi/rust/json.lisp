;; Values of serde_json: read, searched, made from Lisp's.
(import (scheme base) (scheme write) (plc))
(import "Inputs/crates" :from "rust" :as crates)
(define (show x) (write x) (newline))
(define order
  (crates:Json:parse
   "{\"id\": 7, \"items\": [{\"name\": \"tea\", \"price\": 2.5, \"count\": 4},
     {\"name\": \"jug\", \"price\": 12, \"count\": 1}], \"note\": null}"))
(display order) (newline)
(define (field item name) (let ((it (item.get name))) (it.number)))
(define (total order)
  (let ((items (order.get "items")))
    (apply + (map (lambda (item) (* (field item "price") (field item "count")))
                  (vector->list (items.items))))))
(show (total order))
(show (order.get "customer"))
(show (equal? order (crates:Json:parse (call-with-output-string (lambda (p) (display order p))))))
(show (guard (e ((foreign-error? e)
                 (list (foreign-error-type e) (condition-message e))))
        (crates:Json:parse "{\"id\": }")))
