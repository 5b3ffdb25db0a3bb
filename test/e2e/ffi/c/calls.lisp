;; Compiled calls of functions of libc and libm: values there and back.
(import (scheme base) (scheme write) (plc) (plc core))
(define (show x) (write x) (newline))
(define-syntax message
  (syntax-rules () ((_ e) (guard (c (#t (condition-message c))) e))))

(show (%native-call "sqrt" "sqrt" "f64(f64)" 2))
(show (%native-call "sqrt" "sqrt" "f64(f64)" 6.25))
(show (%native-call "sqrtf" "sqrtf" "f32(f32)" 9/4))
(show (message (%native-call "sqrt" "sqrt" "f64(f64)" "x")))
(show (%native-call "pow" "pow" "f64(f64,f64)" 2 0.5))

(show (%native-call "abs" "abs" "i32(i32)" -5))
(show (map (lambda (n) (%native-call "abs" "abs" "i32(i32)" n)) '(0 1 -2147483647)))
(show (message (%native-call "abs" "abs" "i32(i32)" 2147483648)))
(show (message (%native-call "abs" "abs" "i32(i32)" 1.5)))
(show (%native-call "llabs" "llabs" "i64(i64)" -9223372036854775807))
(show (message (%native-call "llabs" "llabs" "i64(i64)" 9223372036854775808)))
(show (%native-call "llabs" "llabs" "u64(u64)" 18446744073709551615))
(show (message (%native-call "llabs" "llabs" "u64(u64)" -1)))
(show (%native-call "toupper" "toupper" "i32(i32)" (char->integer #\a)))

(show (%native-call "strlen" "strlen" "u64(s)" "h\xE9;llo"))
(show (%native-call "strlen" "strlen" "u64(s)" ""))
(show (message (%native-call "strlen" "strlen" "u64(s)" "a\x0;b")))
(show (%native-call "getenv" "getenv" "s(s)" "NO_SUCH_VARIABLE_AT_ALL"))
(show (%native-call "strerror" "strerror" "s(i32)" 2))

(define block (%native-call "malloc" "malloc" "p<void>(u64)" 16))
(show (equal? block (%native-call "memset" "memset" "p<void>(p<void>,i32,u64)" block 65 15)))
(show (eq? nil (%native-call "memchr" "memchr" "p<void>(k<void>,i32,u64)" block 66 15)))
(define bytes (bytevector 3 1 2))
(%native-call "memcpy" "memcpy" "p<void>(p<void>,k<void>,u64)" bytes block 2)
(show bytes)
(show (%native-call "free" "free" "v(p<void>)" block))

;; Variadic: each argument by its own class, more of them than registers.
(define buffer (make-bytevector 200 0))
(define (text) (utf8->string buffer 0 (%native-call "strlen" "strlen" "u64(p<void>)" buffer)))
(define (formatted x y)
  (%native-call "snprintf" "snprintf" "i32(p<void>,u64,s,...)" buffer 200
                "%ld %s %g %c %p %ld %ld %g %g %g %g %g %g %g %g %g %s" x "two" y #\c nil
                -7 8 1.5 2.5 3.5 4.5 5.5 6.5 7.5 8.5 9.5 "end"))
(formatted 1 0.25)
(show (text))
(show (message (%native-call "snprintf" "snprintf" "i32(p<void>,u64,s,...)" buffer 200 "%p" car)))
(%native-call "snprintf" "snprintf" "i32(p<void>,u64,s,...)" buffer 200 "%ld|%.1f" 5 2.5)
(show (text))

;; Both sides write to standard output, in order.
(display "Lisp 1 ")
(%native-call "printf" "printf" "i32(s,...)" "C 2 ")
(display "Lisp 3 ")
(%native-call "puts" "puts" "i32(s)" "C 4")
