;; Metatables: operators, calls, text; generic procedures on references.
(define (show . xs)
  (for-each (lambda (x) (write x) (display " ")) xs)
  (newline))
(define v
  (lua-eval "setmetatable({x = 1}, {
    __add = function(a, b) return 'added' end,
    __sub = function(a, b) return 7 end,
    __unm = function(a) return 'negated' end,
    __concat = function(a, b) return 'joined' end,
    __eq = function(a, b) return true end,
    __lt = function(a, b) return true end,
    __le = function(a, b) return false end,
    __len = function() return 7 end,
    __call = function(self, y) return y + 1 end,
    __index = function(t, k) return k .. '!' end,
    __tostring = function() return 'V!' end,
    __close = function() print('closed') end})"))
(show (+ v 1) (+ 1 v) (- v) (+ 1 2 v) (- 5 v 1) (eq? v (+ v)) (eq? v (* v)) (zero? v) (positive? v) (< v v) (<= v v) (= v v) (length v) (v 41) v.foo v)
(define w (lua-eval "{10, 20, 30}"))
(show (map (lambda (x) (* x x)) w) (map + w '(1 2 3)))
(for-each show w)
(show (hash-table-ref v "zz") (hash-table-ref/default w 9 'none)
      (hash-table-contains? w 2) (hash-table-contains? w 4))
(hash-table-set! w 4 "x")
(show (->lisp w))
(show (equal? w w) (equal? w (lua-eval "{}")))
(show (with-foreign (f v) (show "in") f.y))
(show (call/cc (lambda (k) (with-foreign (f v) (k 'left)))))
(define (elements f)
  (let ((found '()))
    (for (x f) (set! found (cons x found)))
    (reverse found)))
(show (elements (lua-eval "coroutine.create(function() for i = 1, 3 do coroutine.yield(i * i) end end)")))
(show (elements (lua-eval "string.gmatch('one two', '%a+')")))
(show (elements (lua-eval "{k = 'v'}")))
(doc (lua-eval "function(a, b, ...) end"))
(show (member "floor" (foreign-members (lua-eval "{floor = 1}"))))
