;;; SRFI 130: strings with cursors. Strings are indexed here, so that a cursor
;;; is an index; most of it is SRFI 13.
(define-library (srfi 130)
  (export
   ;; Cursors
   string-cursor? string-cursor-start string-cursor-end string-cursor-next
   string-cursor-prev string-cursor-forward string-cursor-back
   (rename = string-cursor=?) (rename < string-cursor<?)
   (rename > string-cursor>?) (rename <= string-cursor<=?)
   (rename >= string-cursor>=?) string-cursor-diff string-cursor->index
   string-index->cursor
   ;; Predicates, constructors, conversion
   string-null? string-every string-any string-tabulate string-unfold
   string-unfold-right (rename string->list string->list/cursors)
   (rename string->vector string->vector/cursors) reverse-list->string
   string-join
   ;; Selection
   (rename string-ref string-ref/cursor) (rename substring substring/cursors)
   (rename string-copy string-copy/cursors) string-take string-take-right
   string-drop string-drop-right string-pad string-pad-right string-trim
   string-trim-right string-trim-both
   ;; Prefixes, suffixes and searching
   string-prefix-length string-suffix-length string-prefix? string-suffix?
   string-index string-index-right string-skip string-skip-right
   string-contains string-contains-right
   ;; The whole string
   string-reverse string-concatenate string-concatenate-reverse string-fold
   string-fold-right (rename string-for-each-index string-for-each-cursor)
   string-replicate string-count string-replace string-split string-filter
   (rename string-delete string-remove))
  (import (plc core) (plc primitives) (plc arguments)
          (only (plc string) char-test)
          (except (srfi 13) string-index string-index-right string-skip
                  string-skip-right string-hash string-upcase string-downcase)
          (prefix (only (srfi 13) string-index string-index-right string-skip
                        string-skip-right)
                  plain-))
  (begin
    (define (string-cursor? object)
      "True of indices, which are the cursors."
      (and (fixnum? object) (>= object 0)))

    (define (string-cursor-start string)
      "The cursor of the first character."
      (check-type string? "string-cursor-start" "a string" 1 string)
      0)

    (define (string-cursor-end string)
      "The cursor behind the last character."
      (check-type string? "string-cursor-end" "a string" 1 string)
      (string-length string))

    (define (moved who string cursor k)
      (check-type string? who "a string" 1 string)
      (check-type fixnum? who "a cursor" 2 cursor)
      (let ((result (+ cursor k)) (n (string-length string)))
        (check-index who 2 cursor (+ n 1))
        (if (not (and (<= 0 result) (<= result n)))
            (bad-index who result n))
        result))

    (define (string-cursor-next string cursor)
      "The cursor of the next character."
      (moved "string-cursor-next" string cursor 1))
    (define (string-cursor-prev string cursor)
      "The cursor of the character before."
      (moved "string-cursor-prev" string cursor -1))
    (define (string-cursor-forward string cursor n)
      "The cursor n characters further on."
      (check-count "string-cursor-forward" 3 n)
      (moved "string-cursor-forward" string cursor n))
    (define (string-cursor-back string cursor n)
      "The cursor n characters back."
      (check-count "string-cursor-back" 3 n)
      (moved "string-cursor-back" string cursor (- n)))

    (define (string-cursor-diff string start end)
      "The number of characters between two cursors."
      (moved "string-cursor-diff" string start 0)
      (moved "string-cursor-diff" string end 0)
      (- end start))

    (define (string-cursor->index string cursor)
      "The index of a cursor."
      (moved "string-cursor->index" string cursor 0))
    (define (string-index->cursor string index)
      "The cursor of an index."
      (moved "string-index->cursor" string index 0))

    ;; The searches of SRFI 13 give #f where those here give an end, and from
    ;; the right the index of what they find, not the one behind it.
    (define-syntax define-searches
      (syntax-rules ()
        ((_ (name who search text last? step) ...)
         (begin
           (define (name string test :up-to 2 range)
             text
             (let ((fits? (char-test who 2 test)))
               (with-part (who string 1 range start end)
                 (let ((at (search string fits? start end)))
                   (if at (+ at step) (if last? end start))))))
           ...))))

    (define-searches
      (string-index "string-index" plain-string-index
        "The cursor of the first character that fits, or the end." #t 0)
      (string-skip "string-skip" plain-string-skip
        "The cursor of the first character that does not fit, or the end."
        #t 0)
      (string-index-right "string-index-right" plain-string-index-right
        "The cursor behind the last character that fits, or the start." #f 1)
      (string-skip-right "string-skip-right" plain-string-skip-right
        "The cursor behind the last character that does not fit, or the
         start."
        #f 1))

    (define (string-contains-right string pattern :up-to 4 ranges)
      "The cursor of the last place where pattern occurs, or #f."
      (with-parts ("string-contains-right" string pattern ranges start end
                   pattern-start pattern-end)
        (let ((n (- pattern-end pattern-start)))
          (let loop ((i (- end n)))
            (cond ((< i start) #f)
                  ((string-prefix? pattern string pattern-start pattern-end
                                   i end)
                   i)
                  (else (loop (- i 1))))))))

    (define (string-replicate string from to :up-to 2 range)
      "The characters from index `from` to before `to` of the string repeated
       in both directions."
      (with-part ("string-replicate" string 1 range start end)
        (xsubstring string from to start end)))

    (define (string-split string delimiter :up-to 4 options)
      "The parts between delimiters, at most limit of them; a grammar prefix
       or suffix leaves out an empty part at that end."
      (check-type string? "string-split" "a string" 2 delimiter)
      (let* ((grammar (option 0 options 'infix))
             (limit (option 1 options #f))
             (range (options-after 2 options))
             (width (string-length delimiter)))
        (if (not (memq grammar '(infix strict-infix prefix suffix)))
            (wrong-type "string-split"
                        "infix, strict-infix, prefix or suffix" 3 grammar))
        (if limit (check-count "string-split" 4 limit))
        (with-part ("string-split" string 1 range start end)
          (cond ((< start end)
                 (trimmed grammar
                          (if (= width 0)
                              (letters string start end limit)
                              (parts string delimiter start end limit))))
                ((eq? grammar 'strict-infix)
                 (wrong-type "string-split" "some characters" 1 string))
                (else '())))))

    (define (letters string start end limit)
      (let loop ((i start) (n 0) (parts '()))
        (cond ((= i end) (reverse parts))
              ((eqv? n limit)
               (reverse (cons (substring string i end) parts)))
              (else
               (loop (+ i 1) (+ n 1)
                     (cons (substring string i (+ i 1)) parts))))))

    (define (parts string delimiter start end limit)
      (let loop ((from start) (n 0) (parts '()))
        (let ((at (and (not (eqv? n limit))
                       (string-contains string delimiter from end))))
          (if at
              (loop (+ at (string-length delimiter)) (+ n 1)
                    (cons (substring string from at) parts))
              (reverse (cons (substring string from end) parts))))))

    (define (trimmed grammar parts)
      (define (without-first parts)
        (if (string-null? (car parts)) (cdr parts) parts))
      (case grammar
        ((prefix) (without-first parts))
        ((suffix) (reverse (without-first (reverse parts))))
        (else parts)))))
