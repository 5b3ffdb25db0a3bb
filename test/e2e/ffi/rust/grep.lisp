;; grep -rc by the crates regex and walkdir: grep.lisp PATTERN FOLDER.
(import (scheme base) (scheme write) (scheme process-context) (plc))
(import "Inputs/crates" :from "rust" :as crates)
(define (try thunk)
  (guard (e ((foreign-error? e) (foreign-error-type e))) (thunk)))
(define arguments (cdr (command-line)))
(define pattern (crates:grep:Pattern:new (car arguments)))
(define files (crates:grep:files (cadr arguments)))
(define counts (map (lambda (file) (pattern.count-lines file)) (vector->list files)))
(for-each
 (lambda (file count) (display file) (display ":") (display count) (newline))
 (vector->list files) counts)
(display (apply + counts)) (newline)
(define assignment (crates:grep:Pattern:new "^(\\w+)(?:\\[(\\d+)\\])? *= *(.*)$"))
(for-each
 (lambda (line) (write (assignment.groups line)) (newline))
 '("width = 12" "row[3]= x y" "nothing"))
(write (map try
            (list (lambda () (crates:grep:Pattern:new "("))
                  (lambda () (crates:grep:files "no-such-folder"))
                  (lambda () (pattern.count-lines "no-such-file")))))
(newline)
