import io

import pandas as pd

TEXT = """day,shop,item,count,price
2024-01-01,north,apple,3,0.5
2024-01-01,south,pear,2,0.75
2024-01-02,north,pear,5,0.7
2024-01-03,south,apple,7,0.45
2024-01-03,north,apple,1,0.55
2024-01-05,south,plum,,0.2
"""
frame = pd.read_csv(io.StringIO(TEXT), parse_dates=["day"])
print(frame.shape, list(frame.columns))
print("missing", int(frame["count"].isna().sum()))
frame["count"] = frame["count"].fillna(0)
frame["total"] = frame["count"] * frame["price"]
print(round(float(frame["total"].sum()), 3))
by_shop = frame.groupby("shop")["total"].sum().sort_values(ascending=False)
for shop in by_shop.index:
    print(shop, round(float(by_shop[shop]), 3))
pivot = frame.pivot_table(index="item", columns="shop", values="count", aggfunc="sum",
                          fill_value=0)
print(pivot.to_string())
frame["size"] = frame["count"].apply(lambda n: "many" if n > 2 else "few")
print(frame["size"].value_counts().to_dict())
print(frame.query("price > 0.5")[["item", "price"]].to_csv(index=False), end="")
joined = frame.merge(pd.DataFrame({"shop": ["north", "south"], "town": ["A", "B"]}),
                     on="shop")
print(joined.loc[0, "town"], len(joined))
daily = frame.set_index("day")["total"].resample("D").sum()
print([round(float(x), 2) for x in daily])
try:
    frame["nothing"]
except KeyError as error:
    print("KeyError", error)
