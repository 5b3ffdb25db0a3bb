;; SRFI 98.
(import (scheme base) (srfi 98) (srfi 64))
(test-begin "srfi-98")
(test-equal "a value=with =" (get-environment-variable "PLC_SRFI_98"))
(test-eqv #f (get-environment-variable "PLC_SRFI_98_MISSING"))
(test-equal '("PLC_SRFI_98" . "a value=with =")
            (assoc "PLC_SRFI_98" (get-environment-variables)))
(test-end "srfi-98")
