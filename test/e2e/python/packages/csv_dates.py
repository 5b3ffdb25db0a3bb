import csv
import io
import os
import pathlib
import tempfile
from datetime import date, datetime, timedelta

folder = pathlib.Path(tempfile.mkdtemp())
rows = [["2024-02-28", "start", 3], ["2024-02-29", "leap", 10], ["2024-03-31", "end, quoted", 7]]
path = folder / "days.csv"
with path.open("w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["day", "label", "n"])
    writer.writerows(rows)
print(path.name, path.suffix, path.exists(), path.stat().st_size)
print(repr(path.read_text().splitlines()[3]))
with path.open(newline="") as file:
    entries = list(csv.DictReader(file))
print(len(entries), entries[1]["label"])
days = [date.fromisoformat(entry["day"]) for entry in entries]
print([day.strftime("%a %d %b %Y") for day in days])
print((days[-1] - days[0]).days, days[0] + timedelta(days=2) > days[1])
print(sum(int(entry["n"]) for entry in entries))
moment = datetime(2024, 2, 29, 23, 59, 30)
print(moment + timedelta(seconds=31), moment.replace(hour=1).isoformat())
print(datetime.strptime("3/1/2024", "%d/%m/%Y").date(), moment.isocalendar().week)
out = io.StringIO()
writer = csv.DictWriter(out, fieldnames=["a", "b"], delimiter=";", lineterminator="\n")
writer.writeheader()
writer.writerow({"a": 1, "b": "x;y"})
print(repr(out.getvalue()))
for n in range(3):
    (folder / f"part-{n}.txt").write_text("x" * n)
print(sorted(p.name for p in folder.glob("*.txt")))
print(sum(p.stat().st_size for p in folder.iterdir() if p.suffix == ".txt"))
print(pathlib.PurePosixPath("/a/b/../c.tar.gz").stem, (folder / "a" / "b").relative_to(folder))
try:
    (folder / "nothing").read_text()
except FileNotFoundError as error:
    print(type(error).__name__, error.errno, os.path.basename(error.filename))
try:
    date(2023, 2, 29)
except ValueError as error:
    print(error)
for file in folder.iterdir():
    file.unlink()
folder.rmdir()
print(folder.exists())
