;;; Sections 6.3 to 6.14 of R7RS: data, control, exceptions, input and output.
(import (scheme base) (scheme case-lambda) (scheme char) (scheme complex) (scheme cxr)
        (scheme file) (scheme inexact) (scheme lazy) (scheme process-context)
        (scheme read) (scheme time) (scheme write))
(include "Inputs/r7rs.scm")
;; 6.3-6.5
(test #t (boolean? #f)) (test #f (boolean? 0)) (test #t (boolean=? #f #f #f))
(test #f (boolean=? #t #t #f)) (test #f (not 3)) (test #f (not '())) (test #f
                                                                      (not
                                                                       'nil))
(test #t (pair? '(a . b))) (test #f (pair? '())) (test #t (list? '(a b))) (test
                                                                           #f
                                                                           (let
                                                                            ((x
                                                                              (list 'a))) (set-cdr! x x) (list? x))) (test #f (list? '(a . b)))
(test '(1 2 3) (let ((l (list 1 2 3))) l)) (test 3 (length (make-list 3))) (test
                                                                            '(3
                                                                              3)
                                                                              (make-list 2 3)) (test '(a b c . d) (append '(a b) '(c . d))) (test 'a (append '() 'a)) (test '() (append)) (test '(1) (append '(1)))
(test-error (length '(1 . 2))) (test-error (length (car '(5)))) (test-error
                                                                 (let
                                                                  ((x (list 1)))
                                                                  (set-cdr! x x)
                                                                  (length x)))
(test '(c b a) (reverse '(a b c))) (test '(c d) (list-tail '(a b c d) 2)) (test
                                                                           'c
                                                                           (list-ref '(a b c d) 2)) (test 'c (list-ref '(a b c d) (exact (round 1.8))))
(test '(one two three!) (let ((ls (list 'one 'two 'five!))) (list-set! ls 2
                                                             'three!) ls))
(test '(a b c) (memq 'a '(a b c))) (test #f (memq (list 'a) '(b (a) c))) (test
                                                                          '((a)
                                                                            c)
                                                                            (member (list 'a) '(b (a) c))) (test '("b" "c") (member "B" '("a" "b" "c") string-ci=?)) (test '(101 102) (memv 101 '(100 101 102))) (test '(2 2.0 3) (member 2.0 '(1 2 2.0 3) =))
(test '(5 7) (assv 5 '((2 3) (5 7) (11 13)))) (test '(2 4) (assoc 2.0 '((1 1)
                                                                        (2 4)
                                                                        (3 9))
                                                                        =))
                                                                        (test
                                                                         '((a))
                                                                         (assoc
                                                                          (list
                                                                           'a)
                                                                           '(((a)) ((b)) ((c)))))
(test '(1 2 3) (list-copy '(1 2 3))) (test 'foo (list-copy 'foo)) (test
                                                                   '(3 . foo)
                                                                   (list-copy
                                                                    '(3 . foo)))
                                                                    (test #t
                                                                     (let*
                                                                      ((l1 (list
                                                                            1
                                                                            2))
                                                                            (l2
                                                                             (list-copy l1))) (set-car! l2 9) (equal? l1 '(1 2))))
(test #t (symbol? 'nil)) (test "flying-fish" (symbol->string 'flying-fish))
(test #t (eq? 'bitBlt (string->symbol "bitBlt"))) (test #t (symbol=? 'a 'a 'a))
(test #f (symbol=? 'a 'a 'b))
;; 6.6
(test #t (char? #\space)) (test #t (char? #\nul)) (test #t (char<? #\a #\b #\c))
(test #f (char<? #\a #\a)) (test #t (char-ci=? #\a #\A #\a)) (test #t
                                                              (char-alphabetic?
                                                               #\a)) (test #t
                                                                      (char-numeric? #\0)) (test #t (char-whitespace? #\newline)) (test #t (char-upper-case? #\Σ)) (test #t (char-lower-case? #\σ)) (test #f (char-lower-case? #\x00AA00))
(test 0 (digit-value #\0)) (test #f (digit-value #\.)) (test 4 (digit-value
                                                                #\x0664)) (test
                                                                           0
                                                                           (digit-value #\x0AE6)) (test 955 (char->integer #\λ)) (test #\ß (char-upcase #\ß)) (test #\Σ (char-upcase #\ς)) (test #\σ (char-foldcase #\Σ)) (test #\σ (char-foldcase #\ς)) (test #\i (char-downcase #\I))
(test '(7 8 127 27 0 10 13 32 9) (map char->integer '(#\alarm #\backspace
                                                      #\delete #\escape #\null
                                                      #\newline #\return #\space
                                                      #\tab)))
;; 6.7
(test "a-c" (let ((s (make-string 3 #\-))) (string-set! s 0 #\a) (string-set! s
                                                                  2 #\c) s))
                                                                  (test "λa"
                                                                   (let
                                                                    ((s
                                                                      (make-string 2 #\a))) (string-set! s 0 #\λ) s)) (test "" (string)) (test "abc" (string #\a #\b #\c)) (test #\b (string-ref "abc" 1))
(test #t (string<? "a" "b" "c")) (test #f (string<? "abc" "ab")) (test #t
                                                                  (string<? "ab"
                                                                   "abc")) (test
                                                                            #t
                                                                            (string-ci=? "aBc" "AbC" "abc")) (test #t (string-ci=? "Straße" "STRASSE")) (test #t (string-ci=? "ΑΒΣ" "αβς")) (test "STRASSE" (string-upcase "Straße")) (test "χαος" (string-downcase "ΧΑΟΣ")) (test "χαοσ σ" (string-foldcase "ΧΑΟΣ Σ")) (test "AΑI" (string-upcase "aαi"))
(test-error (string-ref "abc" 3)) (test-error (substring "abc" 2 1)) (test "bc"
                                                                      (substring
                                                                       "abc" 1
                                                                       3)) (test
                                                                            ""
                                                                            (substring "abc" 3 3)) (test "abcd" (string-append "ab" "" "cd")) (test "" (string-append)) (test '(#\b #\c) (string->list "abc" 1)) (test '(#\b) (string->list "abc" 1 2)) (test "b" (string-copy "abc" 1 2)) (test "-----" (let ((s (make-string 5 #\x))) (string-fill! s #\-) s)) (test "x---x" (let ((s (make-string 5 #\x))) (string-fill! s #\- 1 4) s)) (test "xx---" (let ((s (make-string 5 #\x))) (string-fill! s #\- 2) s))
(test "a12de" (let ((s (string-copy "abcde"))) (string-copy! s 1 "12345" 0 2)
                s)) (test "-----" (let ((s (make-string 5 #\x))) (string-copy! s
                                                                  0 "-----") s))
                                                                  (test "aabde"
                                                                   (let
                                                                    ((s
                                                                      (string-copy "abcde"))) (string-copy! s 1 s 0 2) s)) (test "abcab" (let ((s (string-copy "abcde"))) (string-copy! s 3 s 0 2) s)) (test "bcdee" (let ((s (string-copy "abcde"))) (string-copy! s 0 s 1) s))
(test-error (string-copy! (make-string 2) 1 "abc"))
;; 6.8
(test 'a (vector-ref #(a b) 0)) (test-error (vector-ref #(a) 1)) (test-error
                                                                  (vector-ref
                                                                   #(a) -1))
                                                                   (test-error
                                                                    (vector-ref
                                                                     #(a)
                                                                     (car
                                                                      '(0.0))))
                                                                      (test
                                                                       #(0
                                                                         ("Sue")
                                                                         "Anna")
                                                                         (let
                                                                          ((v
                                                                            (vector 0 '(2) "Anna"))) (vector-set! v 1 '("Sue")) v)) (test '(dah dah didah) (vector->list '#(dah dah didah))) (test '(dah didah) (vector->list '#(dah dah didah) 1)) (test '(dah) (vector->list '#(dah dah didah) 1 2)) (test #(1 2) (list->vector '(1 2))) (test #(#\A #\B) (string->vector "AB")) (test #(#\B) (string->vector "ABC" 1 2)) (test "ab" (vector->string #(#\a #\b))) (test "b" (vector->string #(#\a #\b #\c) 1 2)) (test #(1 2 1 2) (vector-append #(1 2) #(1 2))) (test #() (vector-append)) (test #(b c) (vector-copy #(a b c) 1)) (test #(1 a b 4 5) (let ((v (vector 1 2 3 4 5))) (vector-copy! v 1 #(a b c d) 0 2) v)) (test #(1 1 2 4 5) (let ((v (vector 1 2 3 4 5))) (vector-copy! v 1 v 0 2) v)) (test #(1 2 x x 5) (let ((v (vector 1 2 3 4 5))) (vector-fill! v 'x 2 4) v))
;; 6.9
(test #u8(1 2 3) (bytevector 1 2 3)) (test #u8(12 12) (make-bytevector 2 12))
(test-error (bytevector 256)) (test-error (bytevector-u8-set! (bytevector 1) 0
                                           -1)) (test #u8(2 3) (bytevector-copy
                                                                #u8(1 2 3 4) 1
                                                                3)) (test #u8(1
                                                                              2
                                                                              3
                                                                              4
                                                                              5)
                                                                              (bytevector-append #u8(1) #u8(2 3) #u8() #u8(4 5))) (test #u8(1 7 8 4) (let ((b (bytevector 1 2 3 4))) (bytevector-copy! b 1 #u8(6 7 8) 1 3) b)) (test "ABC" (utf8->string #u8(#x41 #x42 #x43))) (test "B" (utf8->string #u8(#x41 #x42 #x43) 1 2)) (test #u8(#xCE #xBB) (string->utf8 "λ")) (test #u8(#xCE #xBB #x61) (string->utf8 "xλa" 1)) (test #u8(#xF0 #x9D #x84 #x9E) (string->utf8 "𝄞")) (test 1 (string-length (utf8->string #u8(#xF0 #x9D #x84 #x9E))))
;; 6.10
(test #t (procedure? car)) (test #f (procedure? 'car)) (test #t (call/cc
                                                                 procedure?))
                                                                 (test 7 (apply
                                                                          +
                                                                          (list
                                                                           3
                                                                           4)))
                                                                           (test
                                                                            21
                                                                            (apply + 1 2 3 '(4 5 6))) (test '(b e h) (map cadr '((a b) (d e) (g h)))) (test '(5 7 9) (map + '(1 2 3) '(4 5 6))) (test '(5 7) (map + '(1 2) '(4 5 6))) (test '(1 2) (map + '(1 2) (let ((l (list 0))) (set-cdr! l l) l)))
(test "abdegh" (string-map char-foldcase "AbdEgH")) (test "IBM" (string-map
                                                                 (lambda (c)
                                                                  (integer->char
                                                                   (+ 1
                                                                    (char->integer c)))) "HAL")) (test "StUdLyCaPs" (string-map (lambda (c k) (if (eqv? k #\u) (char-upcase c) (char-downcase c))) "studlycaps xxx" "ululululul")) (test #(b e h) (vector-map cadr '#((a b) (d e) (g h)))) (test #(5 7) (vector-map + #(1 2 3) #(4 5)))
(test '((101 98) (100 97)) (let ((v '())) (string-for-each (lambda (c d) (set! v
                                                                          (cons
                                                                           (list
                                                                            (char->integer d) (char->integer c)) v))) "abx" "de") v)) (test 6 (let ((s 0)) (vector-for-each (lambda (a b) (set! s (+ s (* a b)))) #(1 2 3) #(2 2)) s))
(test -3 (call/cc (lambda (exit) (for-each (lambda (x) (if (negative? x) (exit
                                                                          x)))
                                                                          '(54 0
                                                                            37
                                                                            -3
                                                                            245
                                                                            19))
                                                                            #t)))
(define list-length (lambda (obj) (call-with-current-continuation (lambda
                                                                   (return)
                                                                   (letrec
                                                                    ((r (lambda
                                                                         (obj)
                                                                         (cond
                                                                          ((null? obj) 0) ((pair? obj) (+ (r (cdr obj)) 1)) (else (return #f)))))) (r obj))))))
(test 4 (list-length '(1 2 3 4))) (test #f (list-length '(a b . c))) (test 5
                                                                      (call-with-values (lambda () (values 4 5)) (lambda (a b) b))) (test -1 (call-with-values * -))
(test '(connect talk1 disconnect connect talk2 disconnect) (let ((path '())
                                                                 (c #f))
                                                                 (let
                                                                  ((add (lambda
                                                                         (s)
                                                                         (set!
                                                                          path
                                                                          (cons
                                                                           s
                                                                           path))))) (dynamic-wind (lambda () (add 'connect)) (lambda () (add (call/cc (lambda (c0) (set! c c0) 'talk1)))) (lambda () (add 'disconnect))) (if (< (length path) 4) (c 'talk2) (reverse path)))))
;; call/cc re-entrant map
(test '((1 2 3) (1 9 3)) (let ((k #f) (out '()) (n 0))
                           (let ((r (map (lambda (x) (call/cc (lambda (c)
                                                               (if (= x 2) (set!
                                                                            k
                                                                            c))
                                                                            x)))
                                                                            '(1
                                                                              2
                                                                              3)))) (set! out (cons r out)) (set! n (+ n 1)) (if (= n 1) (k 9) (reverse out)))))
;; 6.11
(test 65 (with-exception-handler (lambda (con) 42) (lambda ()
                                                    (+ (raise-continuable
                                                        'should-be-a-number)
                                                        23))))
(test 'k (call/cc (lambda (k) (with-exception-handler (lambda (e) (k 'k))
                               (lambda () (raise 'x))))))
(test '(1 (2 3)) (guard (e ((error-object? e) (list 1 (error-object-irritants
                                                       e)))) (error "BOOM!" 2
                                                              3)))
(test 42 (guard (c ((assq 'a c) => cdr) ((assq 'b c))) (raise (list (cons 'a
                                                                     42)))))
                                                                     (test
                                                                      '(b . 23)
                                                                      (guard
                                                                       (c
                                                                        ((assq
                                                                          'a c)
                                                                          =>
                                                                          cdr)
                                                                          ((assq
                                                                            'b
                                                                            c)))
                                                                            (raise (list (cons 'b 23)))))
(test 'positive (guard (c ((symbol? c) c)) (guard (c ((string? c) c)) (raise
                                                                       'positive)))) (test '(a . 1) (guard (c (#f 2) ((pair? c) c)) (raise '(a . 1))))
(test #t (read-error? (guard (e (#t e)) (read (open-input-string "(1 2")))))
(test #t (read-error? (guard (e (#t e)) (read (open-input-string ")"))))) (test
                                                                           #t
                                                                           (file-error? (guard (e (#t e)) (open-input-file "/no/such/file"))))
(test '(in out) (let ((l '())) (guard (e (#t (reverse l))) (dynamic-wind (lambda
                                                                          ()
                                                                          (set!
                                                                           l
                                                                           (cons
                                                                            'in
                                                                            l)))
                                                                            (lambda () (raise 1)) (lambda () (set! l (cons 'out l)))))))
(test '(outer inner) (with-exception-handler (lambda (e) (list 'outer e))
                                             (lambda () (with-exception-handler
                                                         (lambda (e)
                                                          (raise-continuable
                                                           'inner)) (lambda ()
                                                                     (raise-continuable 'x))))))
(test 10 (guard (e (#t 10)) (with-exception-handler (lambda (e) 5) (lambda ()
                                                                    (raise
                                                                     'non-continuable)))))
(test 10 (guard (e (#t 10)) (with-exception-handler (lambda (e) 5) (lambda ()
                                                                    (error 'a
                                                                     "non-continuable")))))
(test '(else (3)) (guard (e ((string? e) 's) (else (list 'else e))) (raise
                                                                     '(3))))
;; 6.13
(test #t (input-port? (open-input-string ""))) (test #f (input-port? 3)) (test
                                                                          #t
                                                                          (eof-object? (read-char (open-input-string "")))) (test #t (eof-object? (eof-object))) (test '(#\a #\a #\b) (let ((p (open-input-string "ab"))) (let* ((a (peek-char p)) (b (read-char p)) (c (read-char p))) (list a b c))))
(test '("abc" "" "d" #t) (let* ((p (open-input-string "abc\n\nd")) (a (read-line
                                                                       p))
                                                                       (b
                                                                        (read-line p)) (c (read-line p))) (list a b c (eof-object? (read-line p))))) (test '("ab" "c" #t) (let* ((p (open-input-string "abc")) (a (read-string 2 p)) (b (read-string 5 p))) (list a b (eof-object? (read-string 1 p))))) (test "" (read-string 0 (open-input-string "abc")))
(test "abc\nd(1 . 2)\"q\"q#\\a" (let ((p (open-output-string))) (write-string
                                                                 "xabcx" p 1 4)
                                                                 (newline p)
                                                                 (write-char #\d
                                                                  p) (write
                                                                      '(1 . 2)
                                                                      p) (write
                                                                          "q" p)
                                                                          (display "q" p) (write #\a p) (get-output-string p)))
(test '(1 2 #t) (let ((p (open-input-bytevector #u8(1 2)))) (let*
                                                             ((a (peek-u8 p))
                                                              (a (read-u8 p))
                                                              (b (read-u8 p)))
                                                              (list a b
                                                               (eof-object?
                                                                (read-u8 p))))))
                                                                (test #u8(1 2 3)
                                                                 (let
                                                                  ((p
                                                                    (open-output-bytevector))) (write-u8 1 p) (write-bytevector #u8(9 2 3 9) p 1 3) (get-output-bytevector p))) (test '(#u8(1 2) #u8(3)) (let* ((p (open-input-bytevector #u8(1 2 3))) (a (read-bytevector 2 p))) (list a (read-bytevector 5 p)))) (test '(2 #u8(0 1 2 0)) (let* ((b (make-bytevector 4 0)) (n (read-bytevector! b (open-input-bytevector #u8(1 2)) 1))) (list n b)))
(define (w x) (let ((p (open-output-string))) (write x p) (get-output-string
                                                           p))) (define (d x)
                                                                 (let
                                                                  ((p
                                                                    (open-output-string))) (display x p) (get-output-string p)))
(define (r s) (read (open-input-string s)))
(test "#0=(1 . #0#)" (let ((x (list 1))) (set-cdr! x x) (w x))) (test
                                                                 "((1) (1))"
                                                                 (let
                                                                  ((x (list 1)))
                                                                  (w (list x
                                                                      x))))
                                                                      (test
                                                                       "(#0=(1) #0#)" (let ((x (list 1)) (p (open-output-string))) (write-shared (list x x) p) (get-output-string p))) (test "#0=#(#0#)" (let ((v (vector 1))) (vector-set! v 0 v) (w v)))
(test "|a b|" (w (string->symbol "a b"))) (test "||" (w (string->symbol "")))
(test "|1|" (w (string->symbol "1"))) (test "|A|" (let ((s (w 'A)))
                                                   (if (string=? s "A") "|A|"
                                                    s))) (test "|a\\|b|"
                                                          (w (string->symbol
                                                              "a|b"))) (test
                                                                        "|.|"
                                                                        (w
                                                                         (string->symbol "."))) (test "..." (w '...)) (test "+a" (w '+a)) (test "|+1|" (w (string->symbol "+1"))) (test "-" (w '-)) (test "|+i|" (w (string->symbol "+i")))
(test "\"a\\nb\\\\\\\"\\t\"" (w "a\nb\\\"\t")) (test "\"\\a\"" (w "\a")) (test
                                                                          "\"λ\"" (w "λ")) (test "#\\space" (w #\space)) (test "#\\x1" (w #\x1)) (test "#\\null" (w #\null)) (test "#\\λ" (w #\λ)) (test "(quote a)" (let ((s (w ''a))) (if (string=? s "'a") "(quote a)" s))) (test "#u8(1 2)" (w #u8(1 2))) (test "(a . b)" (d '(a . b))) (test "(a b)" (d '("a" #\b))) (test "#(1 x)" (d #(1 "x"))) (test "#t" (w #t)) (test "()" (w '()))
(test '(a . b) (r "(a . b)")) (test '(1 2) (r "(1 #;x 2)")) (test '(1 2)
                                                             (r
                                                              "(1 #|a #|b|# c|# 2)")) (test 'abc (r "#!fold-case ABC")) (test '(quote a) (r "'a")) (test '(quasiquote (a (unquote b) (unquote-splicing c))) (r "`(a ,b ,@c)")) (test "a" (r "\"\\x61;\"")) (test "ab" (r "\"a\\   \n   b\"")) (test "a\nb" (r "\"a\r\nb\"")) (test #\a (r "#\\a")) (test #\x (r "#\\x")) (test #\A (r "#\\x41")) (test (string->symbol "a b") (r "|a b|")) (test (string->symbol "a") (r "|\\x61;|")) (test #t (r "#true")) (test #f (r "#false")) (test '#(1 #(2)) (r "#(1 #(2))")) (test #u8(1 255) (r "#u8(1 #xff)")) (test #t (let ((x (r "#0=(a . #0#)"))) (eq? x (cdr x)))) (test '((1) (1)) (r "(#0=(1) #0#)")) (test -1.5e-3 (r "-1.5e-3")) (test '- (r "-")) (test '... (r "...")) (test '(a ... b) (r "(a ... b)")) (test 1 (r "#;(a b) 1")) (test #t (eof-object? (r "#;(a b)"))) (test-error (r "#u8(256)")) (test-error (r "(1 . )")) (test-error (r "(1 . 2 3)")) (test-error (r "#\\foo")) (test-error (r "\"abc"))
(test '(1 . 2) (r "(1 .\n2)")) (test '|foo bar| (string->symbol "foo bar"))
(test #t (list? (features))) (test #t (and (memq 'r7rs (features)) #t)) (test
                                                                         'yes
                                                                         (cond-expand (r7rs 'yes) (else 'no))) (test 'yes (cond-expand ((and r7rs (not foo)) 'yes) (else 'no))) (test 'no (cond-expand ((library (foo bar)) 'yes) (else 'no))) (test 'yes (cond-expand ((library (scheme base)) 'yes) (else 'no))) (test 'x (cond-expand ((or foo full-unicode) 'x) (else 'y)))
(test #t (exact-integer? (current-jiffy))) (test #t (real? (current-second)))
(test #t (list? (command-line))) (test #f (get-environment-variable
                                           "NO_SUCH_XYZ")) (test #t
                                                            (let
                                                             ((p
                                                               (open-input-string "x"))) (close-port p) (not (input-port-open? p)))) (test-error (let ((p (open-input-string "x"))) (close-port p) (read-char p)))
(test 'abc (call-with-port (open-input-string "abc") read))
(display (list passed failed)) (newline)
