-- What Lua offers to the kernels that call it.
return { size = 1.5, increment = function(x) return x + 1 end }
