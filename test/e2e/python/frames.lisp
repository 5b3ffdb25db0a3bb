;; Functions that look at their caller's frame find one of __main__.
(import (scheme base) (scheme write) (plc) (plc hosts))
(py-exec "
import sys
here = 'main'
def caller(): return sys._getframe(1).f_globals['__name__'], sys._getframe(1).f_globals.get('here')
def back(): return __import__('inspect').currentframe().f_back.f_globals['here']
def deep(n): return sys._getframe(n)
class C:
    def caller(self, *, x=1): return sys._getframe(1).f_globals['here'] + str(x)
    def __setitem__(self, key, value): self.count = sys.getrefcount(self)
def wrong(): raise ValueError('something else')
")
(define c ((py-eval "C")))
(write (->lisp ((py-eval "caller"))))
(write (c.caller :x 2))
(write ((py-eval "back")))
(write (guard (e (#t (condition-message e))) ((py-eval "deep") 50)))
(write (guard (e (#t (condition-message e))) ((py-eval "wrong"))))
;; The count of references is that of a variable and the stack, as pandas expects.
(set! (ref c 1) 2)
(write (>= c.count 4))
(newline)
