local alarm = function() end
return {
  on_alarm = function(f) alarm = f end,
  check = function(x)
    if x > 100 then alarm('too much: ' .. x) end
    return x > 0
  end,
}
