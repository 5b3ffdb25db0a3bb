-- The rules of a sale: half price, as long as stocks last.
return function(shop)
  return {
    { name = "sale",
      when = function(rule, order) return true end,
      act = function(rule, order) shop.discount(order, 50) end },
    { name = "several at once",
      when = function(rule, order) return order.amount > 1 end,
      act = function(rule, order)
        -- Each item sold alone: a rule that has the program sell.
        for i = 1, order.amount do shop.sell(order.item, 1) end
        order.amount = 0
      end },
  }
end
