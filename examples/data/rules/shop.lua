-- The rules of a shop. A rule is a table with a name, a condition and an action,
-- two methods that get the order. What else they need, `shop` has.
return function(shop)
  return {
    { name = "free shipping",
      when = function(rule, order) return shop.total(order) >= 100 end,
      act = function(rule, order) order.shipping = 0 end },
    { name = "gold discount",
      when = function(rule, order)
        return shop.customer(order.customer).level == "gold"
      end,
      act = function(rule, order)
        shop.discount(order, 10)
        shop.note("thank you, " .. order.customer)
      end },
    { name = "stock",
      when = function(rule, order) return order.amount > shop.stock(order.item) end,
      act = function(rule, order)
        error("only " .. shop.stock(order.item) .. " " .. order.item .. " left")
      end },
  }
end
