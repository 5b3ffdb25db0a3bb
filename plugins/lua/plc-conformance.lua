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
  -- Runs until it is interrupted, for which the shell is asked.
  spin = function(ms)
    local pid = io.open("/proc/self/stat"):read("n")
    os.execute("(sleep " .. ms / 1000 .. "; kill -INT " .. pid .. ") &")
    while true do end
  end,
  farewell = function(text)
    farewell = setmetatable({}, {__gc = function() print(text) end})
  end,
}
