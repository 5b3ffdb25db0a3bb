;; The loops of rust.rs.
(import (scheme base) (scheme write) (scheme process-context) (plc) (plc hosts))
(import "native-rust" :from "rust" :as r)
(include "kernels.scm")
(define (calls n)
  (do ((i 0 (+ i 1)) (sum 0 (r:add sum 1))) ((= i n) sum)))
(define counter (r:Counter:new 0))
(define (methods n)
  (do ((i 0 (+ i 1))) ((= i n) (counter.get)) (counter.add 1)))
(define (closures n) (r:each (lambda (i) 1) n))
(define (errors n)
  (do ((i 0 (+ i 1)) (sum 0 (+ sum (guard (e (#t 1)) (r:refuse i) 0))))
      ((= i n) sum)))
;; Both ways: what Rust gives is given back to it. A few numbers, as the memory of
;; many would have to be mapped anew until the collector runs: that is what would be seen.
(define (shares n)
  (do ((i 0 (+ i 1)) (sum 0 (+ sum (r:count (r:numbers 16))))) ((= i n) sum)))
(run-kernel
 (list (cons 'rust-call calls)
       (cons 'rust-share shares)
       (cons 'rust-method methods)
       (cons 'rust-closure closures)
       (cons 'rust-error errors)))
