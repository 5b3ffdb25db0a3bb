-- LuaJIT's ffi. The header and the library are given as arguments 3 and 4.
local ffi = require("ffi")
ffi.cdef(io.open(arg[3]):read("a"))
local native = ffi.load(arg[4])
local function callbacks(n, f)
  local callback = ffi.cast("long (*)(long)", f)
  return native.native_callback(n, callback)
end
jit.off(callbacks) -- what calls back must not be compiled
local function adder(k) return function(x) return x + k end end
local numbers
local function sort(n)
  native.native_sort(numbers, n, ffi.cast(
    "int (*)(const double *, const double *)",
    function(a, b)
      local x, y = a[0], b[0]
      return x < y and -1 or x > y and 1 or 0
    end))
  return native.native_is_sorted(numbers, n)
end
jit.off(sort)
local kernels = {
  double = function(n)
    local sum = 0
    for i = 1, n do sum = sum + native.native_double(1.5) end
    return sum
  end,
  int = function(n)
    local sum = 0
    for i = 0, n - 1 do sum = sum + native.native_int(i, 1) end
    return sum
  end,
  pointer = function(n)
    local first = ffi.cast("void *", ffi.new("int[1]"))
    local p = first
    for i = 1, n do p = native.native_pointer(p) end
    return p == first and 1 or 0
  end,
  string = function(n)
    local sum = 0LL
    for i = 1, n do sum = sum + native.native_string("a string") end
    return sum
  end,
  callback = function(n) return callbacks(n, function(x) return x + 1 end) end,
  ["callback-closure"] = function(n) return callbacks(n, adder(1)) end,
  qsort = sort,
}
local kernel, n = kernels[arg[1]], tonumber(arg[2])
if not kernel then os.exit(3) end
numbers = native.native_numbers(n)
local start = os.clock()
local result = kernel(n)
print(os.clock() - start, tonumber(result))
