;;; Sets of characters: an inversion list, the vector of the code points where
;;; runs of members begin and end, in turn. What searches strings takes them too.
(define-library (plc char-set)
  (export char-set? make-char-set boundaries inside? char-set-contains?)
  (import (plc core) (plc primitives) (plc arguments))
  (begin
    (define-record-type char-set
      (make-char-set boundaries)
      char-set?
      (boundaries boundaries))

    (define (inside? boundaries code)
      "True if an odd number of boundaries is at or before the code point."
      (let search ((low 0) (high (vector-length boundaries)))
        (if (= low high)
            (odd? low)
            (let ((middle (quotient (+ low high) 2)))
              (if (< code (vector-ref boundaries middle))
                  (search low middle)
                  (search (+ middle 1) high))))))

    (define (char-set-contains? set char)
      "True if the character is in the set."
      (check-type char-set? "char-set-contains?" "a char-set" 1 set)
      (check-type char? "char-set-contains?" "a character" 2 char)
      (inside? (boundaries set) (char->integer char)))))
