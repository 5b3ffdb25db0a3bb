;;; Integrals by GSL: its functions call procedures that are written here.
(import "gsl/gsl_integration.h" :from "c" :pkg-config "gsl" :as gsl)
(import (scheme base) (scheme write) (scheme inexact) (plc) (plc c))

(define workspace (gsl:gsl_integration_workspace_alloc 1000))

;; The integral of f from a to b, with 1e-10 as the relative error.
(define (integrate f a b)
  (let ((function (gsl:gsl_function))
        (result (c:new "double"))
        (error-estimate (c:new "double")))
    (set! function.function (lambda (x parameters) (f x)))
    (gsl:gsl_integration_qags function a b 0 1e-10 1000 workspace result
                              error-estimate)
    (ref result 0)))

(define (show x)
  (display (/ (round (* x 1e9)) 1e9))
  (newline))

(show (integrate sin 0 gsl:M_PI))
(show (integrate (lambda (x) (/ (log x) (sqrt x))) 0 1))
(show (integrate (lambda (x) (exp (- (* x x)))) -8 8))
(show (sqrt gsl:M_PI))
(gsl:gsl_integration_workspace_free workspace)
