;; A document is read, changed and written by JSON for Modern C++, numbers are set in
;; columns by {fmt}. What is no JSON is told by the type of the exception.
(import (scheme base) (scheme write) (plc) (plc foreign))
(import "nlohmann/json.hpp" :from "c++" :as nlohmann)
(import "fmt/format.h" :from "c++" :as fmt :link "fmt")
(define (show . xs)
  (for-each display xs)
  (newline))
(define text "{\"name\": \"plc\", \"tags\": [1, 2.5, null], \"nested\": {\"ok\": true}}")
(define document (nlohmann:json:parse text))
(show (length document) " " (document.value "name" "none") " "
      (document.contains "tags") (document.contains "x"))
(define tags (ref document "tags"))
(for (tag tags) (show (tag.dump) " " (tag.type_name)))
(tags.push_back "four")
(tags.push_back 5)
(set! (ref document "year") 2024)
(set! (ref document "list") (list 1 #t "x"))
(define year (ref document "year"))
(show (+ 1 (year.get<int>)))

(show (document.dump))

;; In columns.
(show (fmt:format "{:<8}|{:>6}|{:8.2f}" "bolt" 120 (* 120.0 0.25)))
(show (fmt:format "{:<8}|{:>6}|{:8.2f}" "washer" 1000 (* 1000.0 0.0625)))
;; Errors by their own type, by the one of the library and by that of C++.
(define (kind thunk)
  (guard (e ((foreign-error? e "nlohmann::json::parse_error") (list 'parse-error (substring (condition-message e) 0 32)))
            ((foreign-error? e "nlohmann::json::exception") (list 'json (foreign-error? e "std::exception")))
            ((foreign-error? e "std::exception") 'standard))
    (thunk)))
(show (kind (lambda () (nlohmann:json:parse "{\"a\": "))))
(show (kind (lambda () (year.push_back 1))))
(show (guard (e ((foreign-error? e "nlohmann::detail::parse_error") (foreign-error-type e)))
        (nlohmann:json:parse "{")))
(show (guard (e (#t (condition-message e))) (ref document "nothing")))
