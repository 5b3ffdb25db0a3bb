;; R7RS 6.14: emergency-exit runs no afters.
(import (scheme base) (scheme write) (scheme process-context))
(dynamic-wind
 (lambda () (display "in") (newline))
 (lambda () (emergency-exit 3))
 (lambda () (display "never") (newline)))
