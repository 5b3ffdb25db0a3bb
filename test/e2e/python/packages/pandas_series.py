import numpy as np
import pandas as pd

days = pd.date_range("2024-01-01", periods=10, freq="D")
series = pd.Series(np.arange(10.0) ** 2, index=days, name="squares")
print(series.loc["2024-01-03"], series.iloc[-1], series.name)
print(series.rolling(3).mean().round(3).dropna().tolist())
print(series.resample("5D").sum().to_dict() == {days[0]: 30.0, days[5]: 255.0})
print(series.diff().fillna(0).astype(int).tolist())
print(series[series > 20].index.strftime("%m-%d").tolist())
names = pd.Series(["Ada L.", "alan t.", None, "Grace H."])
print(names.str.upper().fillna("?").tolist())
print(names.str.contains("a", na=False).sum(), names.str.len().max())
frame = pd.DataFrame({"x": [3, 1, 2], "y": list("cab")}, index=["r", "s", "t"])
print(frame.sort_values("x").to_string())
print(frame.loc["s", "y"], frame.iloc[0, 0], frame.at["t", "x"])
frame.loc["u"] = [9, "z"]
frame["double"] = frame["x"] * 2
print(frame.shape, frame["double"].sum(), frame.columns.tolist())
print(frame.describe().loc["mean"].round(2).to_dict())
stacked = pd.concat([frame, frame]).reset_index(drop=True)
print(len(stacked), stacked.drop_duplicates().shape[0])
print(frame.T.loc["y"].tolist(), frame.apply(lambda row: row["x"] + len(row["y"]), axis=1).tolist())
grouped = stacked.groupby("y")["x"].agg(["min", "sum"])
print(grouped.to_string())
for name, row in frame.head(2).iterrows():
    print(name, row["x"])
print(pd.to_numeric(pd.Series(["1", "x", "3"]), errors="coerce").isna().tolist())
print(pd.cut(pd.Series([1, 5, 9]), [0, 3, 6, 10], labels=["low", "mid", "high"]).tolist())
try:
    frame.loc["nothing"]
except KeyError as error:
    print("KeyError", error)
