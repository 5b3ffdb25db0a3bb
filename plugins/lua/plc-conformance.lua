-- What `plc plugin check` needs, see ffi/conformance.lisp.
local held
return {
  identity = function(x) return x end,
  apply = function(f, ...) return f(...) end,
  fail = function(text) error(text) end,
  object = function()
    return {
      x = 1,
      add = function(self, n)
        self.x = self.x + n
        return self.x
      end,
    }
  end,
  sequence = function(n)
    local result = {}
    for i = 1, n do result[i] = i end
    return result
  end,
  keep = function(x) held = x end,
  kept = function() return held end,
}
