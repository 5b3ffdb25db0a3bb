;;; The forms of all hosts, which programs without imports see.
(define-library (plc hosts)
  (export $lua lua-> lua-eval lua-exec lua.import lua:call)
  (import (plc lua)))
