return function(shop)
  return { { name = "unfinished", when = function(rule, order) return
end
