;; SRFI 9: the example of the document.
(import (scheme base) (srfi 9) (srfi 64))
(define-record-type :pare
  (kons x y)
  pare?
  (x kar set-kar!)
  (y kdr))
(test-begin "srfi-9")
(test-eqv #t (pare? (kons 1 2)))
(test-eqv #f (pare? (cons 1 2)))
(test-eqv 1 (kar (kons 1 2)))
(test-eqv 2 (kdr (kons 1 2)))
(test-eqv 3 (let ((k (kons 1 2))) (set-kar! k 3) (kar k)))
(test-error 'wrong-type (kar (cons 1 2)))
(test-end "srfi-9")
