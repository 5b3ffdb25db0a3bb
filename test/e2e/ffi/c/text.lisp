;; Strings as arguments: of every length up to what lies in the frame and beyond,
;; of every width, with NULs, and as long as the call lasts.
(import (scheme base) (scheme write) (plc) (plc core))
(define (show x) (write x) (newline))
(define-syntax message
  (syntax-rules () ((_ e) (guard (c (#t (condition-message c))) e))))
(define (length-in-c text) (%native-call "strlen" "strlen" "u64(s)" text))
(define (compare a b) (%native-call "strcmp" "strcmp" "i32(s,s)" a b))
(define (letters n)
  (let ((text (make-string n)))
    (do ((i 0 (+ i 1))) ((= i n) text)
      (string-set! text i (integer->char (+ 97 (modulo (* i 7) 26)))))))

;; The same bytes arrive: each byte is looked for where it is.
(define (byte-in-c text i)
  (%native-call "memchr" "memchr" "p<void>(k<void>,i32,u64)" text
                (char->integer (string-ref text i)) (+ i 1)))
(define (arrives? text)
  (and (= (length-in-c text) (string-length text))
       (= (compare text (string-append text "")) 0)
       (let loop ((i 0))
         (or (= i (string-length text))
             (and (not (eq? nil (byte-in-c text i))) (loop (+ i 1)))))))
(show (let loop ((n 0) (wrong '()))
        (if (= n 140)
            wrong
            (loop (+ n 1) (if (arrives? (letters n)) wrong (cons n wrong))))))

;; A NUL anywhere is an error, never a shorter string.
(show (let loop ((n 1) (wrong '()))
        (if (= n 80)
            wrong
            (loop (+ n 1)
                  (let at ((i 0) (wrong wrong))
                    (if (= i n)
                        wrong
                        (let ((text (letters n)))
                          (string-set! text i #\null)
                          (at (+ i 1)
                              (if (string? (message (length-in-c text)))
                                  wrong
                                  (cons (list n i) wrong))))))))))
(show (message (length-in-c (string #\a #\null))))
(show (message (length-in-c "literal\x0;")))

;; Bytes above 0x7F at each place of a word; wide strings.
(show (let loop ((i 0) (sizes '()))
        (if (= i 20)
            (reverse sizes)
            (let ((text (letters 20)))
              (string-set! text i (if (even? i) #\xE9 #\x20AC))
              (loop (+ i 1) (cons (length-in-c text) sizes))))))
(define wide (string-append "a\x20AC;" (letters 3)))
(show (list (length-in-c wide) (length-in-c "h\xE9;llo") (length-in-c "\x1F600;")))
(string-set! wide 1 #\b)
(show (length-in-c wide))

;; What else may stand for text.
(show (list (length-in-c (bytevector 97 98 0)) (message (length-in-c 'symbol))
            (message (length-in-c 7))))
(show (%native-call "memcmp" "memcmp" "i32(k<void>,k<char>,u64)" (letters 9) (letters 9) 9))
(show (message (%native-call "memcmp" "memcmp" "i32(p<void>,k<void>,u64)" (letters 9) "x" 1)))

;; Literals in a loop, and several of them.
(show (let loop ((i 0) (sum 0))
        (if (= i 1000)
            sum
            (loop (+ i 1) (+ sum (compare "same" "same") (length-in-c "four"))))))
(define buffer (make-bytevector 64 0))
(define (formatted . extras)
  (utf8->string buffer 0 (%native-call "strlen" "strlen" "u64(p<void>)" buffer)))
(%native-call "snprintf" "snprintf" "i32(p<void>,u64,s,...)" buffer 64
              "%s-%s-%d" "first" "second" 3)
(show (formatted))
(%native-call "snprintf" "snprintf" "i32(p<void>,u64,s,...)" buffer 64
              "%s-%s" "literal" (letters 5))
(show (formatted))

;; The text stays where it is while a callback makes garbage and passes text.
(define (found key in)
  (%native-call "bsearch" "bsearch"
                "p<char>(k<char>,k<char>,u64,u64,F<i32(k<char>,k<char>)>)"
                key in (string-length in) 1
                (lambda (a b)
                  (make-vector 100 (make-string 10 #\x))
                  (unless (= 0 (compare (letters 11) (letters 11))) (error "text"))
                  (- (char->integer (integer->char (ref a 0))) (ref b 0)))))
(define (search n)
  (let ((in (make-string n #\a)))
    (do ((i 0 (+ i 1))) ((= i n)) (string-set! in i (integer->char (+ 33 i))))
    (let loop ((i 0) (count 0))
      (if (= i n)
          count
          (loop (+ i 1)
                (if (eq? nil (found (string (string-ref in i)) in)) count (+ count 1)))))))
(show (list (search 20) (search 63) (search 64) (search 90)))

;; Strings that come back, short ones and long ones, of every width.
(define buffer2 (make-bytevector 2000 0))
(define (there-and-back text)
  (%native-call "strcpy" "strcpy" "s(p<char>,s)" buffer2 text))
(define (comes-back? text) (equal? (there-and-back text) text))
(show (let loop ((n 0) (wrong '()))
        (if (= n 300)
            wrong
            (let ((text (letters n)))
              (loop (+ n 1)
                    (if (and (comes-back? text)
                             (comes-back? (string-append text "\xE9;"))
                             (comes-back? (string-append text "\x20AC;")))
                        wrong
                        (cons n wrong)))))))
(show (let ((text (there-and-back "abc")))
        (string-set! text 1 #\x20AC)
        (list text (string-length text) (there-and-back "abc"))))
