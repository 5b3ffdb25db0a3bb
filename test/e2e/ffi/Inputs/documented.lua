local d = {}

--- The area of a rectangle.
-- Both sides are numbers.
function d.area(width, height)
  return width * height
end

-- no documentation: there is a line between

function d.plain(x) return x end

function d.none() return 1 end

-- Sums all.
d.variadic = function(first, ...) return first end

function d.several() return 1, 2 end

return d
