;; The same while every allocation collects: old pieces of stack near written
;; objects are met again, and hold words that are no references.
(include "escape-after-reentry.lisp")
