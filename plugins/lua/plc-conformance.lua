-- What `plc plugin check` needs, see ffi/conformance.lisp.
local plc = require "plc"
local held, shared
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
  array = function(n)
    local result = plc.array("f64", n)
    for i = 1, n do result[i] = i - 1 end
    return result
  end,
  arrays = function()
    collectgarbage()
    return plc.arrays()
  end,
  share = function(x) shared = x end,
  shared = function(i) return shared[i + 1] end,
  shared_set = function(i, x)
    return pcall(function() shared[i + 1] = x end) or nil
  end,
  unshare = function() shared = nil; collectgarbage() end,
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
